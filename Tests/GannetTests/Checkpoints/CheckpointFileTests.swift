import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Checkpoint files")
struct CheckpointFileTests {
    private let checkpoint = Checkpoint(tensors: ["a": Tensor([Float(1), 2])])

    @Test("A file replaces the old one and leaves nothing beside it")
    func replaces() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/checkpoint.safetensors"
            try checkpoint.write(to: path)
            try Checkpoint(tensors: ["b": Tensor(Float(3))]).write(to: path)
            #expect(try Array(Checkpoint(contentsOf: path).tensors.keys) == ["b"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["checkpoint.safetensors"])
        }
    }

    @Test("What cannot be written is an error with the path in it, and the old file stays")
    func unwritable() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/none/checkpoint.safetensors"
            #expect {
                try checkpoint.write(to: path)
            } throws: { "\($0)".contains(path) }
            // A folder under the name that the new contents are first written to: even root is refused.
            let good = folder + "/checkpoint.safetensors"
            try checkpoint.write(to: good)
            try FileManager.default.createDirectory(
                atPath: good + ".partial", withIntermediateDirectories: false)
            #expect(throws: FileError.self) { try Checkpoint().write(to: good) }
            #expect(try Checkpoint(contentsOf: good).tensors.count == 1)
        }
    }

    @Test("A missing file and a folder are errors with the path in them")
    func unreadable() throws {
        try withTemporaryFolder { folder in
            for path in [folder + "/none", folder] {
                do throws(CheckpointError) {
                    _ = try Checkpoint(contentsOf: path)
                    Issue.record("\(path) was read")
                } catch {
                    #expect(error.kind == .unreadable && error.description.contains(path))
                }
            }
        }
    }

    @Test("Every file that is cut short is refused")
    func cut() throws {
        let bytes = try checkpoint.encoded()
        for length in 0..<bytes.count {
            #expect(throws: CheckpointError.self) { try Checkpoint(decoding: Array(bytes[..<length])) }
        }
    }
}
