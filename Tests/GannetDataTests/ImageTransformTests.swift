import Gannet
import GannetData
import Testing

@Suite("Image transforms")
struct ImageTransformTests {
    /// 4×6 in grey: row and column as two digits.
    let bitmap = Bitmap(
        width: 6, height: 4, channels: 1, pixels: (0..<24).map { UInt8($0 / 6 * 10 + $0 % 6) })

    private func levels(_ transform: ImageTransform, _ chance: SIMD4<UInt32> = .zero) -> [Int] {
        transform.apply(to: bitmap, chance: chance).map { Int(($0 * 255).rounded()) }
    }

    @Test func cropsTheMiddle() {
        #expect(levels(ImageTransform(crop: .center(height: 2, width: 2))) == [12, 13, 22, 23])
        #expect(
            levels(ImageTransform(crop: .center(height: 3, width: 3))) == [1, 2, 3, 11, 12, 13, 21, 22, 23])
        // What lies beyond the borders is black.
        #expect(levels(ImageTransform(crop: .center(height: 6, width: 1))) == [0, 2, 12, 22, 32, 0])
    }

    @Test func cropsByChanceReachEveryPlaceAndNoOther() {
        let transform = ImageTransform(crop: .random(height: 1, width: 1, padding: 1))
        var seen: Set<Int> = []
        for row in 0..<6 as Range<UInt32> {
            for column in 0..<8 as Range<UInt32> {
                let chance = SIMD4<UInt32>(row * (.max / 6) + 9, column * (.max / 8) + 9, 0, 0)
                seen.formUnion(levels(transform, chance))
            }
        }
        #expect(seen == Set((0..<24).map { $0 / 6 * 10 + $0 % 6 }))
        #expect(levels(transform, SIMD4(repeating: .max)) == [0])
        // A picture that is smaller than the part has it around its middle.
        #expect(levels(ImageTransform(crop: .random(height: 6, width: 1)), .zero)[1] == 0)
    }

    @Test func mirrorsHalfOfThePictures() {
        let transform = ImageTransform(flips: true)
        #expect(levels(transform, [0, 0, 0, 0]).prefix(3) == [0, 1, 2])
        #expect(levels(transform, [0, 0, 1, 0]).prefix(3) == [5, 4, 3])
        #expect(levels(transform.withoutChance, [0, 0, 1, 0]).prefix(3) == [0, 1, 2])
    }

    @Test func normalisesEachChannel() {
        let color = Bitmap(width: 1, height: 1, channels: 3, pixels: [0, 51, 255])
        let transform = ImageTransform(mean: [0.5, 0.2, 0], deviation: [0.5, 1, 2])
        #expect(transform.apply(to: color) == [-1, 0, 0.5])
        #expect(ImageTransform(mean: [0.5], deviation: [0.5]).apply(to: color) == [-1, -0.6, 1])
    }

    @Test func bringsTheShorterSideToSquares() {
        let transform = ImageTransform(square: 2, channels: 3)
        #expect(transform.shape(of: bitmap) == [2, 2, 3])
        #expect(ImageTransform(size: .shorterSide(2)).shape(of: bitmap) == [2, 3, 1])
        #expect(transform.apply(to: bitmap).count == 12)
    }

    @Test func changesPicturesInMemoryOtherwiseInEachEpoch() throws {
        let data = ImageDataSet(
            pixels: (0..<240).map { UInt8($0) }, imageShape: [4, 5, 3], labels: [3, 2, 1, 0])
        let same = data.transformed(by: ImageTransform())
        #expect(same.exampleShape == [4, 5, 3] && same.count == 4 && same.classCount == 4)
        let (plain, unchanged) = (data.batch(at: [2, 0]), same.batch(at: [2, 0]))
        let pairs = try zip(values(plain.images, Float.self), values(unchanged.images, Float.self))
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-7 })
        #expect(try values(#require(unchanged.labels), Int32.self) == [1, 3])
        let cropped = data.transformed(
            by: ImageTransform(crop: .random(height: 2, width: 2, padding: 1), flips: true), seed: 3)
        #expect(cropped.exampleShape == [2, 2, 3])
        func epoch(_ number: Int) throws -> [Float] {
            try values(cropped.batch(at: [0, 1, 2, 3], epoch: number).images, Float.self)
        }
        #expect(try epoch(0) == epoch(0))
        #expect(try epoch(0) != epoch(1))
        // A picture does not depend on its place in the batch.
        #expect(try values(cropped.batch(at: [3], epoch: 1).images, Float.self) == Array(epoch(1)[36...]))
    }
}
