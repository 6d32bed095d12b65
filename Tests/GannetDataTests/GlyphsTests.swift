import Gannet
import GannetData
import Testing

@Suite("Glyphs")
struct GlyphsTests {
    @Test func picturesAreAFunctionOfSeedPartAndNumber() {
        let glyphs = Glyphs(seed: 3, trainingCount: 1_200, testCount: 40)
        let shorter = Glyphs(seed: 3, trainingCount: 30, testCount: 10)
        #expect(glyphs.training.prefix(30).pixels == shorter.training.pixels)
        #expect(glyphs.test.prefix(10).pixels == shorter.test.pixels)
        #expect(Glyphs.test(seed: 3, count: 40).pixels == glyphs.test.pixels)
        #expect(glyphs.training.prefix(40).pixels != glyphs.test.pixels)
        #expect(Glyphs(seed: 4, trainingCount: 30, testCount: 0).training.pixels != shorter.training.pixels)
    }

    @Test func picturesAreWellFormed() {
        let data = Glyphs(seed: 0, trainingCount: 500, testCount: 0).training
        #expect(data.exampleShape == [28, 28, 1])
        #expect(data.labels?.prefix(12) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        #expect(Glyphs.classNames.count == 10)
        for number in 0..<data.count {
            let picture = Array(data.pixels[number * 784..<(number + 1) * 784])
            let ink = picture.reduce(0) { $0 + Int($1) } / 255
            #expect((30...260).contains(ink), "picture \(number) has \(ink) white pixels")
            let frame = (0..<784).filter { [0, 27].contains($0 % 28) || [0, 27].contains($0 / 28) }
            #expect(frame.allSatisfy { picture[$0] < 255 }, "picture \(number) runs out of its frame")
        }
    }

    /// Recorded once: the bytes must be the same on every machine.
    @Test func theFirstPicturesAreFixed() {
        let glyphs = Glyphs(seed: 0, trainingCount: 100, testCount: 10)
        // The hash of Fowler, Noll and Vo.
        let hash = (glyphs.training.pixels + glyphs.test.pixels).reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        #expect(hash == 13_986_010_669_251_094_720)
    }

    /// The mean of its class is the nearest for most pictures: the letters are clearly distinct.
    @Test func classesAreApart() {
        let glyphs = Glyphs(seed: 0, trainingCount: 2_000, testCount: 500)
        var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
        for number in 0..<2_000 {
            for i in 0..<784 {
                means[number % 10][i] += Float(glyphs.training.pixels[number * 784 + i]) / 200
            }
        }
        var right = 0
        for number in 0..<500 {
            let distances = means.map { mean in
                (0..<784).reduce(Float(0)) {
                    let difference = mean[$1] - Float(glyphs.test.pixels[number * 784 + $1])
                    return $0 + difference * difference
                }
            }
            if distances.indices.min(by: { distances[$0] < distances[$1] }) == number % 10 { right += 1 }
        }
        #expect(right >= 400, "\(right) of 500")
    }
}
