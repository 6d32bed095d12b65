import Foundation
import GannetTestSupport

/// The assembler of GNU's binutils, which Gannet's is compared with.
enum GNUAssembler {
    /// What the assembler says where it does not take a text.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private static let folders = ["/usr/bin/", "/usr/local/bin/"]

    /// The path of a tool, nil where it is not installed.
    private static func path(_ tool: String) -> String? {
        folders.map { $0 + tool }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether there is one that writes for x86-64.
    static let isInstalled: Bool = {
        guard path("as") != nil, path("objcopy") != nil else {
            print("Encodings are not compared: there is no GNU assembler (binutils).")
            return false
        }
        guard (try? bytes(of: "ret\n")) == [0xC3] else {
            print("Encodings are not compared: the assembler does not write for x86-64.")
            return false
        }
        return true
    }()

    /// The bytes of each instruction.
    static func encodings(of instructions: [String]) throws -> [[UInt8]] {
        var text = ""
        for (number, instruction) in instructions.enumerated() { text += ".L\(number): \(instruction)\n" }
        // The lengths go into a section of their own: the bytes alone do not tell where instructions end.
        text += ".L\(instructions.count):\n.section .lengths, \"a\"\n"
        for number in instructions.indices { text += ".byte .L\(number + 1) - .L\(number)\n" }
        return try assemble(text) { folder in
            let code = try section(".text", in: folder)
            var start = 0
            return try section(".lengths", in: folder).map { length in
                defer { start += Int(length) }
                return [UInt8](code[start..<start + Int(length)])
            }
        }
    }

    /// The bytes of a whole text.
    static func bytes(of text: String) throws -> [UInt8] {
        try assemble(text) { try section(".text", in: $0) }
    }

    private static func assemble<R>(_ text: String, _ body: (TemporaryFolder) throws -> R) throws -> R {
        let folder = try TemporaryFolder()
        let source = try folder.write([UInt8]((".intel_syntax noprefix\n.text\n" + text).utf8), "code.s")
        try run("as", ["--64", "-o", folder.path + "/code.o", source], in: folder, source: text)
        return try body(folder)
    }

    private static func section(_ name: String, in folder: TemporaryFolder) throws -> [UInt8] {
        try run(
            "objcopy", ["-O", "binary", "-j", name, folder.path + "/code.o", folder.path + "/section"],
            in: folder)
        return try folder.read("section")
    }

    private static func run(
        _ tool: String, _ arguments: [String], in folder: TemporaryFolder, source: String = ""
    ) throws {
        guard let path = path(tool) else { throw Refusal(description: "\(tool) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let errors = try folder.write([], "errors")
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus == 0 { return }
        // Each complaint is "path:line: Error: …": the line itself says more than its number.
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let complaints = String(decoding: try folder.read("errors"), as: UTF8.self).split(separator: "\n")
            .prefix(40).map { complaint in
                let parts = complaint.split(separator: ":", maxSplits: 2)
                guard parts.count == 3, let number = Int(parts[1]), lines.indices.contains(number - 3) else {
                    return String(complaint)
                }
                return "\(lines[number - 3]) —\(parts[2])"
            }
        throw Refusal(description: "\(tool) failed:\n" + complaints.joined(separator: "\n"))
    }
}
