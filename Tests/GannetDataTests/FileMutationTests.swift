import Foundation
import GannetTestSupport
import Testing

/// Damaged files are read in a process of its own: `GannetFileMutation`. Each ends in an error of the reader's type or
/// in a value, never in a trap, and in little memory.
@Suite struct FileMutationTests {
    /// How many damaged files each reader is given; `GANNET_EXHAUSTIVE=1` gives it 100,000.
    private static let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"

    @Test func damagedFilesAreReadOrRefused() throws {
        let count = Self.isExhaustive ? 100_000 : 3_000
        let random = SeededGenerator.announced(for: "Damaged files")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: BuiltProgram.path("GannetFileMutation"))
        process.arguments = [Fixture.folder, "\(count)", "\(random.seed)"]
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationReason == .exit && process.terminationStatus == 0)
        let report = try JSONDecoder().decode([String: Int].self, from: text)
        print(
            "Damaged files: \(report.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))"
        )
        for reader in ["safetensors", "npy", "idx", "gzip", "cifar", "png", "jpeg", "wav", "json"] {
            let (read, refused) = (report["\(reader) read"] ?? 0, report["\(reader) refused"] ?? 0)
            #expect(read + refused == count && read > 0 && refused > 0, "\(reader)")
        }
        // What the address sanitizer keeps of its own is no memory of the readers.
        #if !ADDRESS_SANITIZER
            #expect(report["peak MB"]! < 256)
        #endif
        let bombs = report.filter { $0.key.hasPrefix("bomb ") }
        #expect(bombs.count >= 14)
        // Some claim nothing that they do not hold, and are read.
        let sound = [
            "bomb png with texts", "bomb safetensors of many tensors", "bomb json of zeros",
            "bomb json of objects", "bomb wav of a stream", "bomb wav of 1000 channels",
        ]
        for (name, wasRefused) in bombs where !sound.contains(name) { #expect(wasRefused == 1, "\(name)") }
    }
}
