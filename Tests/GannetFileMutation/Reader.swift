import Foundation
import Gannet
import GannetData
import GannetTestSupport

/// A reader of files, with sound files of its format.
struct Reader {
    let name: String
    let samples: [[UInt8]]
    /// Pieces of text that confuse readers of text.
    var snippets: [String] = []
    /// Puts check sums right again, so that damage gets past them.
    var mend: ([UInt8]) -> [UInt8] = { $0 }
    let read: ([UInt8]) throws -> Void

    static func all(fixtures: String) -> [Reader] {
        func files(_ suffix: String, in folder: String = fixtures) -> [[UInt8]] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let found = names.filter { $0.hasSuffix(suffix) }.sorted()
                .compactMap { FileManager.default.contents(atPath: folder + "/" + $0).map { [UInt8]($0) } }
            precondition(!found.isEmpty, "there are no \(suffix) files in \(folder)")
            return found
        }
        let numbers = [
            "-1", "0", "1e999", "null", "true", "9223372036854775807", "18446744073709551616", "\"", "{", "}",
            "[", "]",
            ",", ":", "\\u", "\\ud800", "(", ")", "L", "'", "False", "<f8", "|O",
        ]
        let records: [UInt8] = (0..<3).flatMap { record -> [UInt8] in
            [UInt8(record)] + (0..<3072).map { UInt8(($0 * 7 + record) & 255) }
        }
        let configuration = """
            {"batchSize": 128, "data": "glyphs", "device": "cpu", "epochs": 10, "hidden": [400], "imageShape": \
            [28, 28, 1], "latents": 20, "learningRate": 0.001, "model": "vae", "seed": "0", "text": "\\u00e9\\ud83d\\ude00"}
            """
        return [
            Reader(
                name: "safetensors",
                samples: files(".safetensors", in: fixtures + "/../../GannetTests/Fixtures"),
                snippets: numbers + ["\"F64\"", "\"BOOL\"", "\"F16\"", "\"I64\"", "\"__metadata__\""]
            ) {
                for (_, tensor) in try Checkpoint(decoding: $0).tensors { try touch(tensor) }
            },
            Reader(name: "npy", samples: files(".npy"), snippets: numbers) {
                try touch(Tensor(decodingNpy: $0))
            },
            Reader(
                name: "idx",
                samples: [
                    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2] + Array(0..<12),
                    [0, 0, 0x0E, 1, 0, 0, 0, 1, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0],
                    [0, 0, 0x0B, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4],
                ]
            ) { try touch(IDXFile(decoding: $0).tensor()) },
            Reader(name: "gzip", samples: files(".gz")) { _ = try IDXFile(decoding: $0) },
            Reader(name: "cifar", samples: [records]) { _ = try CIFAR10.decode($0).batch(at: [0]) },
            Reader(name: "png", samples: files(".png"), mend: Bomb.withSums) {
                try touch(Bitmap(decoding: $0))
            },
            Reader(name: "jpeg", samples: files(".jpg")) { try touch(Bitmap(decoding: $0)) },
            Reader(
                name: "wav",
                samples: WAVBytes.Kind.allCases.map {
                    WAVBytes.file($0, channels: 2, data: [UInt8](repeating: 0x3E, count: 10 * $0.width))
                }
            ) { _ = try Sound(decoding: $0) },
            Reader(name: "json", samples: [Array(configuration.utf8)], snippets: numbers) {
                _ = try JSON(parsing: $0).indentedDescription
            },
        ]
    }
}

/// Looks at every byte of a tensor's values.
private func touch(_ tensor: Tensor) throws {
    guard case .leaf(let storage) = tensor.node.operation else { fatalError("what was read is no leaf") }
    let buffer = try storage.hostBuffer()
    let sum = withExtendedLifetime(buffer) { buffer.bytes.reduce(0 as UInt8, &+) }
    precondition(buffer.byteCount == tensor.shape.count * tensor.scalarType.byteCount || sum == 1)
}

/// Looks at every byte of a picture.
private func touch(_ bitmap: Bitmap) throws {
    let sum = bitmap.pixels.reduce(0 as UInt8, &+)
    precondition(bitmap.pixels.count == bitmap.width * bitmap.height * bitmap.channels || sum == 1)
}
