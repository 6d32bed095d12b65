import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Animations")
struct AnimationTests {
    private func frames(channels: Int) -> [Bitmap] {
        (0..<3).map { frame in
            Bitmap(
                width: 8, height: 5, channels: channels,
                pixels: (0..<40 * channels).map { UInt8(($0 * 17 + frame * 50) & 255) })
        }
    }

    /// The chunks of a PNG file, by kind and data.
    private func chunks(_ bytes: [UInt8]) -> [(kind: String, data: [UInt8])] {
        var chunks: [(String, [UInt8])] = []
        var start = 8
        while start + 12 <= bytes.count {
            let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            chunks.append(
                (
                    String(decoding: bytes[start + 4..<start + 8], as: UTF8.self),
                    Array(bytes[start + 8..<start + 8 + length])
                ))
            start += 12 + length
        }
        #expect(start == bytes.count)
        return chunks
    }

    @Test(arguments: [1, 3]) func holdsEveryPicture(channels: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/animation.png"
        let frames = frames(channels: channels)
        try Animation(frames: frames, framesPerSecond: 20, pause: 1).write(to: path)
        // A program that knows no animations shows the first.
        #expect(try Bitmap(png: path) == frames[0])
        let chunks = chunks(try folder.read("animation.png"))
        let kinds = chunks.map(\.kind).filter {
            ["IHDR", "acTL", "fcTL", "IDAT", "fdAT", "IEND"].contains($0)
        }
        #expect(kinds == ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"])
        #expect(chunks.first { $0.kind == "acTL" }?.data == [0, 0, 0, 3, 0, 0, 0, 0])
        let numbers = chunks.filter { ["fcTL", "fdAT"].contains($0.kind) }.map { $0.data[3] }
        #expect(numbers == [0, 1, 2, 3, 4])
        let times = chunks.filter { $0.kind == "fcTL" }.map { Int($0.data[20]) << 8 | Int($0.data[21]) }
        #expect(times == [50, 50, 1050])
        if let output = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            try Data(folder.read("animation.png")).write(
                to: URL(fileURLWithPath: "\(output)/animation\(channels).png"))
        }
    }
}
