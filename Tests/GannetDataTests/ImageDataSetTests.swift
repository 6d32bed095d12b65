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
}
