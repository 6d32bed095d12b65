import Foundation
import GannetTestSupport
import Testing

/// The built `gannet`, run as a user runs it.
enum Tool {
    /// What a finished process left.
    struct Result {
        let status: Int32
        /// Whether a signal ended it: a trap, or a kill.
        let wasSignalled: Bool
        let output: String
        let errors: String

        /// The sentence after "Error: ", on a line of its own; nil when there is none.
        var sentence: String? {
            errors.split(separator: "\n").first { $0.hasPrefix("Error: ") }.map { String($0.dropFirst(7)) }
        }
    }

    /// The executable.
    static let path = BuiltProgram.path("gannet")

    /// A process that was started, and where its words go.
    struct Running {
        let process: Process
        let folder: TemporaryFolder

        /// Sends a signal.
        func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

        /// Waits for the end.
        func finish() throws -> Result {
            process.waitUntilExit()
            return Result(
                status: process.terminationStatus,
                wasSignalled: process.terminationReason == .uncaughtSignal,
                output: try String(contentsOfFile: folder.path + "/output", encoding: .utf8),
                errors: try String(contentsOfFile: folder.path + "/errors", encoding: .utf8))
        }
    }

    /// Starts the tool on the CPU, unless `environment` or the arguments name another device.
    static func start(
        _ arguments: [String], environment: [String: String] = [:], through shell: String? = nil
    ) throws -> Running {
        let folder = try TemporaryFolder()
        for name in ["output", "errors"] { try folder.write([], name) }
        let process = Process()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", path] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment
            .merging(["GANNET_DEVICE": "cpu"]) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/output"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/errors"))
        try process.run()
        return Running(process: process, folder: folder)
    }

    /// Runs the tool to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], through shell: String? = nil
    ) throws -> Result {
        try start(arguments, environment: environment, through: shell).finish()
    }
}

/// Expects that a command failed with one sentence that has the given words in it, and with no trap.
func expectRefusal(
    _ result: Tool.Result, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(!result.wasSignalled, "\(result.errors)", sourceLocation: sourceLocation)
    #expect((1...125).contains(result.status), sourceLocation: sourceLocation)
    let sentence = result.sentence ?? ""
    #expect(!sentence.isEmpty, "\(result.errors)", sourceLocation: sourceLocation)
    for word in words {
        #expect(sentence.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
    }
}
