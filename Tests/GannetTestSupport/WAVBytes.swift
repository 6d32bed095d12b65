/// The contents of WAV files of every kind, made without the library that reads them.
public enum WAVBytes {
    /// How samples are kept.
    public enum Kind: Sendable, CaseIterable {
        case pcm8, pcm16, pcm24, pcm32, float32, float64, muLaw

        /// The number that stands for it in a file.
        var tag: Int {
            switch self {
            case .pcm8, .pcm16, .pcm24, .pcm32: 1
            case .float32, .float64: 3
            case .muLaw: 7
            }
        }

        /// The bytes of a sample.
        public var width: Int {
            switch self {
            case .pcm8, .muLaw: 1
            case .pcm16: 2
            case .pcm24: 3
            case .pcm32, .float32: 4
            case .float64: 8
            }
        }
    }

    /// A file with the given bytes as its samples, those of several channels side by side.
    public static func file(_ kind: Kind, channels: Int = 1, rate: Int = 8000, data: [UInt8]) -> [UInt8] {
        let frame = channels * kind.width
        let format =
            word(kind.tag, 2) + word(channels, 2) + word(rate, 4) + word(rate * frame, 4) + word(frame, 2)
            + word(8 * kind.width, 2)
        let chunks =
            Array("WAVE".utf8) + chunk("fmt ", format) + chunk("data", data)
        return Array("RIFF".utf8) + word(chunks.count, 4) + chunks
    }

    /// A file of 16 bits a sample.
    public static func pcm16(_ samples: [Int16], channels: Int = 1, rate: Int = 8000) -> [UInt8] {
        file(.pcm16, channels: channels, rate: rate, data: samples.flatMap { word(Int($0), 2) })
    }

    /// A number in so many bytes, the lowest first.
    public static func word(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(name.utf8) + word(bytes.count, 4) + bytes + (bytes.count.isMultiple(of: 2) ? [] : [0])
    }
}
