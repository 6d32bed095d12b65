import Gannet
import GannetData
import Testing

@Suite struct BinarizedImagesTests {
    /// Grey pictures of 0, ¼, ½, ¾ and 1, in turn.
    private let greys = ImageDataSet(
        pixels: (0..<2000 * 25).map { UInt8($0 % 5 * 255 / 4) }, imageShape: [5, 5, 1])

    private func values(_ data: BinarizedImages, _ indices: [Int]) throws -> [Float] {
        try data.batch(at: indices).images.array(of: Float.self, on: .cpu)
    }

    @Test func thresholdIsAtOneHalf() throws {
        let data = BinarizedImages(greys, by: .threshold)
        #expect(try values(data, [0]).prefix(5) == [0, 0, 0, 1, 1])
        #expect(data.count == 2000 && data.exampleShape == [5, 5, 1])
    }

    @Test func greysAreProbabilities() throws {
        let drawn = try values(BinarizedImages(greys, by: .sampled(seed: 7)), Array(0..<2000))
        for (level, grey) in [0, 63, 127, 191, 255].enumerated() {
            let ones = stride(from: level, to: drawn.count, by: 5).map { drawn[$0] }
            let (count, p) = (Float(ones.count), Float(grey) / 255)
            #expect(abs(ones.reduce(0, +) / count - p) <= 4.5 * (p * (1 - p) / count).squareRoot(), "\(grey)")
            #expect(ones.allSatisfy { $0 == 0 || $0 == 1 })
        }
    }

    @Test func aPictureIsDrawnOnce() throws {
        let data = BinarizedImages(greys, by: .sampled(seed: 7))
        let one = try values(data, [3])
        #expect(try values(data, [9, 3]).suffix(25) == one[...])
        #expect(try data.batch(at: [3], epoch: 4).images.array(of: Float.self, on: .cpu) == one)
        #expect(try values(BinarizedImages(greys, by: .sampled(seed: 8)), [3]) != one)
        #expect(try values(data, [4]) != one)
    }

    @Test func digestsTellBinarizationsApart() {
        let digests = [.threshold, .sampled(seed: 0), .sampled(seed: 1)].map {
            BinarizedImages(greys, by: $0).digest
        }
        #expect(Set(digests + [greys.digest]).count == 4)
    }
}
