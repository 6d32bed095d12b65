import CGannetZlib
import Gannet

/// Pictures that are shown one after another, written as an animated PNG (APNG): every browser plays it, and programs
/// that do not know it show the first picture. No colour is lost.
///
/// ```swift
/// try Animation(frames: grids, framesPerSecond: 12, pause: 2).write(to: "denoising.png")
/// ```
public struct Animation: Sendable, Hashable {
    /// The pictures, all of one size.
    public let frames: [Bitmap]
    /// How many are shown in a second.
    public let framesPerSecond: Double
    /// The seconds that the last one stays on, beside its own.
    public let pause: Double

    /// Creates an animation that is repeated for ever.
    ///
    /// - Parameters:
    ///   - frames: The pictures, at least one, all of one size and number of channels.
    ///   - framesPerSecond: How many are shown in a second, 0.1 to 100.
    ///   - pause: The seconds that the last one stays on, beside its own: 0 to 50.
    public init(frames: [Bitmap], framesPerSecond: Double = 10, pause: Double = 0) {
        guard let first = frames.first else { invalidUse("Animation", "there are no pictures") }
        if let odd = frames.first(where: {
            $0.width != first.width || $0.height != first.height || $0.channels != first.channels
        }) {
            invalidUse(
                "Animation",
                "a picture of \(odd.height) × \(odd.width) × \(odd.channels) follows one of \(first.height) × "
                    + "\(first.width) × \(first.channels)")
        }
        if !(0.1...100).contains(framesPerSecond) || !(0...50).contains(pause) {
            invalidUse(
                "Animation", "\(framesPerSecond) pictures a second and a pause of \(pause) s are asked for")
        }
        self.frames = frames
        self.framesPerSecond = framesPerSecond
        self.pause = pause
    }

    /// Writes the animation; the file replaces the one at `path` as a whole or not at all.
    public func write(to path: String) throws(FileError) {
        guard let bytes = pngData else {
            throw FileError(
                .unwritable, path: path,
                "\(path) cannot be written: pictures of \(frames[0].width) × \(frames[0].height) are too large for "
                    + "PNG.")
        }
        try FileAccess.write(bytes, to: path)
    }

    /// The animation as a PNG file; nil if the library cannot make it.
    ///
    /// Each picture is encoded on its own. The first one's data stay what they are, the others' go into chunks of
    /// another kind, and before each comes a chunk that says where and how long it is shown.
    var pngData: [UInt8]? {
        var file = PNGChunks.signature
        var sequence = 0
        func number(of next: inout Int) -> [UInt8] {
            defer { next += 1 }
            return Self.bigEndian(next)
        }
        for (place, frame) in frames.enumerated() {
            guard let encoded = frame.pngData else { return nil }
            let chunks = PNGChunks.chunks(of: encoded)
            if place == 0 {
                for chunk in chunks.prefix(while: { $0.kind != "IDAT" }) {
                    file += encoded[chunk.bytes]
                    if chunk.kind == "IHDR" {
                        file += Self.chunk("acTL", Self.bigEndian(frames.count) + Self.bigEndian(0))
                    }
                }
            }
            file += Self.chunk("fcTL", number(of: &sequence) + control(place))
            for chunk in chunks where chunk.kind == "IDAT" {
                file +=
                    place == 0
                    ? Array(encoded[chunk.bytes])
                    : Self.chunk("fdAT", number(of: &sequence) + encoded[chunk.data])
            }
        }
        return file + Self.chunk("IEND", [])
    }

    /// What the chunk before a picture says after its number: the size, the place, the time in milliseconds, and that
    /// the picture replaces the one before it.
    private func control(_ place: Int) -> [UInt8] {
        let seconds = 1 / framesPerSecond + (place == frames.count - 1 ? pause : 0)
        let milliseconds = Int((seconds * 1000).rounded())
        return Self.bigEndian(frames[0].width) + Self.bigEndian(frames[0].height) + Self.bigEndian(0)
            + Self.bigEndian(0) + Self.bigEndian(milliseconds).suffix(2) + Self.bigEndian(1000).suffix(2) + [
                0, 0,
            ]
    }

    private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        let sum = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return bigEndian(data.count) + body + bigEndian(Int(sum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
