import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Data sets of sounds")
struct SoundDataSetTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, count: Int, first: Int = 0, rate: Int = 8000) throws {
        let path = folder.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Sound(samples: (0..<count).map { Float(first + $0) / 32_768 }, samplingRate: rate).write(to: path)
    }

    /// Samples as they were counted when they were written.
    private func numbers(_ batch: Batch) throws -> [Float] {
        try values(batch.sounds, Float.self).map { $0 * 32_768 }
    }

    @Test func soundsAreCutIntoPieces() throws {
        // Two pieces and a rest, which is left out; and less than one, which silence follows.
        try write("a/1.wav", count: 11, first: 100)
        try write("b/deep/2.WAV", count: 3, first: 200)
        try folder.write([1], "a/notes.txt")
        let data = try SoundDataSet(folder: folder.path, length: 5)
        #expect(data.count == 3 && data.exampleShape == [5] && data.samplingRate == 8000)
        #expect(data.classNames == ["a", "b"] && data.classCount == 2)
        let batch = data.batch(at: [2, 1, 0])
        #expect(batch.sounds.shape == [3, 5])
        #expect(
            try numbers(batch) == [200, 201, 202, 0, 0, 105, 106, 107, 108, 109, 100, 101, 102, 103, 104])
        #expect(try values(#require(batch.labels), Int32.self) == [1, 0, 0])
    }

    @Test func theDigestTellsSoundsApart() throws {
        try write("1.wav", count: 11)
        func digest(_ length: Int) throws -> String? {
            try SoundDataSet(folder: folder.path, length: length).digest
        }
        let before = try digest(4)
        #expect(try before != nil && digest(4) == before && digest(5) != before)
        try write("1.wav", count: 11, rate: 16_000)
        #expect(try digest(4) != before)
        try write("1.wav", count: 11, first: 1)
        #expect(try digest(4) != before)
    }

    @Test func partsToTrainOnAndToJudgeBy() throws {
        func parts() throws -> (training: SoundDataSet, test: SoundDataSet) {
            try SoundDataSet.parts(of: folder.path, length: 4)
        }
        // One sound is divided by its pieces, several are not torn apart.
        try write("0.wav", count: 4 * 20)
        #expect(try parts().training.count == 18)
        #expect(try numbers(parts().test.batch(at: [0, 1])) == [36, 37, 38, 39, 76, 77, 78, 79])
        try write("1.wav", count: 8, first: 1000)
        #expect(try parts().training.count == 20 && parts().test.count == 2)
        #expect(try numbers(parts().test.batch(at: [1])) == [1004, 1005, 1006, 1007])
        // Folders that say which is which.
        let divided = try SoundDataSetTests()
        for part in ["train", "test"] {
            try divided.write(part + "/x/1.wav", count: 8)
            try divided.write(part + "/y/1.wav", count: part == "train" ? 12 : 4)
        }
        let (training, test) = try SoundDataSet.parts(of: divided.folder.path, length: 4)
        #expect(training.count == 5 && test.count == 3 && test.classNames == ["x", "y"])
        try divided.write("test/z/1.wav", count: 8)
        let classes = #expect(throws: DataError.self) {
            try SoundDataSet.parts(of: divided.folder.path, length: 4)
        }
        #expect(classes?.message.contains("other classes") == true)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        func refused() -> DataError? {
            #expect(throws: DataError.self) { try SoundDataSet.parts(of: folder.path, length: 4) }
        }
        #expect(refused()?.kind == .missing && !SoundDataSet.isPresent(in: folder.path))
        try write("1.wav", count: 8)
        try write("2.wav", count: 8, rate: 16_000)
        #expect(SoundDataSet.isPresent(in: folder.path))
        let rates = refused()
        #expect(rates?.path.hasSuffix("/2.wav") == true)
        for word in ["2.wav", "1.wav", "8000", "16000"] {
            #expect(rates?.message.contains(word) == true)
        }
        try folder.write([1, 2, 3], "2.wav")
        #expect(refused()?.kind == .wrongFormat)
        try write("2.wav", count: 8)
        try write("class/3.wav", count: 8)
        #expect(refused()?.kind == .mismatch)
        // Training and test sounds of two sampling rates.
        let divided = try SoundDataSetTests()
        try divided.write("train/1.wav", count: 8)
        try divided.write("val/1.wav", count: 8, rate: 9000)
        let rate = #expect(throws: DataError.self) {
            try SoundDataSet.parts(of: divided.folder.path, length: 4)
        }
        #expect(rate?.message.contains("9000") == true)
    }

    @Test func tonesAreAFunctionOfSeedPartAndNumber() throws {
        let tones = Tones(seed: 3, trainingCount: 24, testCount: 16)
        let shorter = Tones(seed: 3, trainingCount: 9, testCount: 8)
        #expect(shorter.training.sounds == Array(tones.training.sounds[..<9]))
        #expect(tones.test.sounds[0] != tones.training.sounds[0])
        #expect(Tones(seed: 4, trainingCount: 1, testCount: 1).test.sounds[0] != tones.test.sounds[0])
        #expect(tones.training.labels?.prefix(9) == [0, 1, 2, 3, 4, 5, 6, 7, 0])
        #expect(tones.training.classCount == 8 && Tones.classNames.count == 8)
        // Cut, and longer where longer pieces are asked for.
        #expect(Tones(length: 1024, trainingCount: 2, testCount: 1).training.count == 8)
        #expect(Tones(length: 5000, trainingCount: 2, testCount: 1).training.sounds[0].samples.count == 5000)
    }

    @Test func tonesAreHeardAndHaveTheirPitch() {
        for (number, sound) in Tones(trainingCount: 16, testCount: 1).training.sounds.enumerated() {
            let x = sound.samples
            #expect(x.allSatisfy { abs($0) < 1 } && x.contains { abs($0) > 0.2 })
            // Where the sound is most like itself lies the period, half a sample above that of the delay line.
            let lags = (12...45).map { lag in
                (0..<2000).reduce(Float(0)) { $0 + x[$1 + 200] * x[$1 + 200 + lag] }
            }
            let period = 12 + lags.indices.max { lags[$0] < lags[$1] }!
            let expected = [36, 32, 28, 27, 24, 21, 19, 18][number % 8]
            #expect(
                period == expected || period == expected + 1 || period % expected < 3,
                "note \(number): \(period)")
            // And it fades.
            func loudness(_ range: Range<Int>) -> Float { range.reduce(0) { $0 + x[$1] * x[$1] } }
            #expect(loudness(3000..<4000) < 0.8 * loudness(0..<1000))
        }
    }

    /// Recorded once: the samples must be the same on every machine.
    @Test func theFirstTonesAreFixed() {
        #expect(Tones(trainingCount: 8, testCount: 8).training.digest == "8628e24ee7c95e6d")
    }
}
