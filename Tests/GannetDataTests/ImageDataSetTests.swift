import Gannet
import GannetData
import Testing

@Suite("Image data sets")
struct ImageDataSetTests {
    let data = ImageDataSet(
        pixels: (0..<20).map { UInt8($0 * 13) }, imageShape: [2, 1, 2], labels: [4, 3, 2, 1, 0])

    @Test func batchesAreFloatsFromZeroToOne() throws {
        let batch = data.batch(at: [3, 0, 3])
        #expect(batch.images.shape == [3, 2, 1, 2])
        #expect(batch.images.scalarType == .float32)
        let expected = [12, 13, 14, 15, 0, 1, 2, 3, 12, 13, 14, 15].map { Float($0 * 13) / 255 }
        #expect(try values(batch.images, Float.self) == expected)
        #expect(try values(#require(batch.labels), Int32.self) == [1, 4, 1])
        #expect(data.batch(at: []).images.shape == [0, 2, 1, 2])
    }

    @Test func anEpochHoldsEveryExampleOnce() throws {
        var seen: [Int32] = []
        var sizes: [Int] = []
        for batch in data.batches(of: 2, seed: 7) {
            sizes.append(batch.count)
            seen += try values(#require(batch.labels), Int32.self)
        }
        #expect(sizes == [2, 2, 1])
        #expect(seen.sorted() == [0, 1, 2, 3, 4])
        #expect(Array(data.prefix(0).batches(of: 2, seed: 7)).isEmpty)
    }

    @Test func prefixKeepsTheFirst() {
        #expect(data.prefix(2).pixels == [0, 13, 26, 39, 52, 65, 78, 91])
        #expect(data.prefix(2).labels == [4, 3])
        #expect(data.prefix(9).count == 5)
    }

    @Test func mirroredPictures() throws {
        let data = ImageDataSet(pixels: (0..<36).map { UInt8($0) }, imageShape: [2, 3, 3], labels: [4, 7])
        let mirrored = MirroredImages(data)
        #expect(mirrored.count == 2 && mirrored.exampleShape == [2, 3, 3] && mirrored.classCount == 8)
        #expect(mirrored.digest != data.digest)
        for batch in [try mirrored.batch(at: [1]), try mirrored.batch(at: [1], epoch: 2)] {
            let bytes = try batch.images.array(of: Float.self, on: .cpu).map { ($0 * 255).rounded() }
            #expect(
                bytes == [24, 25, 26, 21, 22, 23, 18, 19, 20, 33, 34, 35, 30, 31, 32, 27, 28, 29])
            #expect(try batch.labels?.array(of: Int32.self, on: .cpu) == [7])
        }
    }

    @Test func noiseIsUniform() {
        let noise = ImageDataSet.noise(count: 40, imageShape: [7, 9, 3], seed: 5)
        #expect(noise.count == 40 && noise.exampleShape == [7, 9, 3] && noise.classCount == nil)
        // Six standard deviations of each sixteenth's share.
        for part in 0..<16 {
            let share = Double(noise.pixels.count { Int($0) / 16 == part }) / 7560
            #expect(abs(share - 1 / 16) < 6 * (0.0586 / 7560).squareRoot(), "\(part)")
        }
        // Fewer are the first of more, also where pictures do not end with a block of four values.
        #expect(
            ImageDataSet.noise(count: 3, imageShape: [7, 9, 3], seed: 5).pixels
                == Array(noise.pixels.prefix(567)))
        #expect(ImageDataSet.noise(count: 40, imageShape: [7, 9, 3], seed: 6).pixels != noise.pixels)
        #expect(ImageDataSet.noise(count: 0, imageShape: [2, 2, 1], seed: 0).count == 0)
    }
}
