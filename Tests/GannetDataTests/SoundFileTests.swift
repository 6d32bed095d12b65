import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Sound files")
struct SoundFileTests {
    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/sound.wav"
        // Multiples of 2⁻¹⁵ are what 16 bits can hold.
        let samples = (0..<3000).map { Float($0 * 21 % 65_536 - 32_768) / 32_768 }
        try Sound(samples: samples, samplingRate: 16_000).write(to: path)
        let sound = try Sound(contentsOf: path)
        #expect(sound == Sound(samples: samples, samplingRate: 16_000))
        let integers = samples.map { Int16($0 * 32_768) }
        #expect(try folder.read("sound.wav") == WAVBytes.pcm16(integers, rate: 16_000))
        // What is too loud is cut off, and what is no number is silence.
        try Sound(samples: [2, -2, 1, .nan, .infinity], samplingRate: 8000).write(to: path)
        let top: Float = 32_767.0 / 32_768
        #expect(try Sound(contentsOf: path).samples == [top, -1, top, 0, top])
    }

    @Test func whatMakesNoFileIsRefused() throws {
        let folder = try TemporaryFolder()
        for sound in [
            Sound(samples: [], samplingRate: 8000), Sound(samples: [0], samplingRate: 0),
            Sound(samples: [0], samplingRate: 1 << 40),
        ] {
            let error = #expect(throws: FileError.self) { try sound.write(to: folder.path + "/a.wav") }
            #expect(error?.message.contains("a.wav") == true)
        }
        #expect(throws: FileError.self) {
            try Sound(samples: [0], samplingRate: 8000).write(to: folder.path + "/none/a.wav")
        }
    }

    @Test func samplesOfEveryKind() throws {
        func samples(_ kind: WAVBytes.Kind, _ bytes: [UInt8]) throws -> [Float] {
            let sound = try Sound(decoding: WAVBytes.file(kind, rate: 11_025, data: bytes))
            #expect(sound.samplingRate == 11_025)
            return sound.samples
        }
        #expect(try samples(.pcm8, [0, 64, 128, 192]) == [-1, -0.5, 0, 0.5])
        #expect(try samples(.pcm16, [0, 0x80, 0, 0xC0, 0, 0, 0, 0x40]) == [-1, -0.5, 0, 0.5])
        #expect(try samples(.pcm24, [0, 0, 0x80, 0, 0, 0x40]) == [-1, 0.5])
        #expect(try samples(.pcm32, [0, 0, 0, 0x80, 0, 0, 0, 0x40]) == [-1, 0.5])
        let half = WAVBytes.word(Int(Float(0.5).bitPattern), 4)
        #expect(try samples(.float32, half + half) == [0.5, 0.5])
        let quarter = WAVBytes.word(Int(truncatingIfNeeded: Double(-0.25).bitPattern), 8)
        #expect(try samples(.float64, quarter) == [-0.25])
        // G.711: all bits set are silence, and without the sign bit the loudest is 32124 of 32768.
        #expect(try samples(.muLaw, [0xFF, 0x80, 0x00]) == [0, 32_124.0 / 32_768, -32_124.0 / 32_768])
    }

    @Test func severalChannelsAreMixed() throws {
        let quadrants: [Int16] = [16_384, 0, 0, -16_384, 8192, 8192]
        let stereo = try Sound(decoding: WAVBytes.pcm16(quadrants, channels: 2))
        #expect(stereo.samples == [0.25, -0.25, 0.25])
        // More than is read at once.
        let long = (0..<300_000).map { (number: Int) -> Int16 in
            number % 3 == 2 ? Int16(3 * (number % 10_000)) : 0
        }
        let sound = try Sound(decoding: WAVBytes.pcm16(long, channels: 3))
        #expect(sound.samples.count == 100_000)
        for place in [0, 33, 70_000, 99_999] {
            let third = Float((3 * place + 2) % 10_000) / 32_768
            #expect(abs(sound.samples[place] - third) < 1e-6)
        }
    }

    @Test func whatIsNoSoundIsRefused() throws {
        let folder = try TemporaryFolder()
        let sound = WAVBytes.pcm16([1, 2, 3, 4])
        let infinity = WAVBytes.word(Int(Float.infinity.bitPattern), 4)
        let cases: [([UInt8], DataError.Kind)] = [
            ([], .wrongFormat), (Array("no sound at all".utf8), .wrongFormat),
            (Array(sound.dropLast()), .truncated), (Array(sound.prefix(30)), .wrongFormat),
            (WAVBytes.pcm16([]), .damaged), (WAVBytes.file(.float32, data: infinity), .damaged),
        ]
        for (bytes, kind) in cases {
            let path = try folder.write(bytes, "bad.wav")
            let error = #expect(throws: DataError.self) { try Sound(contentsOf: path) }
            #expect(error?.kind == kind && error?.path == path, "\(error?.message ?? "")")
            #expect(error?.message.contains(path) == true)
        }
        let missing = #expect(throws: DataError.self) { try Sound(contentsOf: folder.path + "/none.wav") }
        #expect(missing?.kind == .missing)
    }

    /// What writes to a pipe does not know how long a sound will be.
    @Test func lengthsThatAreNotSaid() throws {
        var bytes = WAVBytes.pcm16([8192, -8192, 0])
        bytes.replaceSubrange(40..<44, with: [255, 255, 255, 255])
        #expect(try Sound(decoding: bytes).samples == [0.25, -0.25, 0])
    }
}
