import Gannet
import GannetData
import GannetTestSupport
import Testing

/// Pictures as Pillow writes and decodes them.
@Suite("Image files")
struct ImageFileTests {
    @Test(arguments: ["color", "grey", "palette", "alpha", "deep", "bits"])
    func readsPNG(name: String) throws {
        let bitmap = try Bitmap(contentsOf: Fixture.path(name + ".png"))
        let expected = try Fixture.bytes(name + "_png")
        #expect(Shape([bitmap.height, bitmap.width, bitmap.channels]) == expected.shape)
        #expect(bitmap.pixels == expected.values)
        #expect(try Bitmap(png: Fixture.path(name + ".png")) == bitmap)
    }

    /// Two decoders of JPEG may differ by rounding, and these are of one family: by one level at most.
    @Test(arguments: ["color", "progressive", "grey", "print"])
    func readsJPEG(name: String) throws {
        let bitmap = try Bitmap(contentsOf: Fixture.path(name + ".jpg"))
        let expected = try Fixture.bytes(name + "_jpg")
        #expect(Shape([bitmap.height, bitmap.width, bitmap.channels]) == expected.shape)
        let largest = zip(bitmap.pixels, expected.values).map { abs(Int($0) - Int($1)) }.max()
        #expect(largest! <= 1, "\(largest!)")
        #expect(try Bitmap(jpeg: Fixture.path(name + ".jpg")) == bitmap)
    }

    @Test func refusesWhatIsNoPictureOrCutShort() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write(Array("GIF89a".utf8), "picture.gif")
        #expect(throws: DataError.self) { try Bitmap(contentsOf: text) }
        #expect(throws: DataError.self) { try Bitmap(jpeg: Fixture.path("color.png")) }
        #expect(throws: DataError.self) { try Bitmap(png: Fixture.path("color.jpg")) }
        for name in ["color.jpg", "progressive.jpg", "color.png"] {
            let bytes = try TemporaryFolder.contents(Fixture.path(name))
            for length in stride(from: 0, to: bytes.count - 16, by: 37) {
                let path = try folder.write(Array(bytes[..<length]), name)
                let error = #expect(throws: DataError.self, "\(length) of \(bytes.count) bytes") {
                    try Bitmap(contentsOf: path)
                }
                #expect(error?.message.contains(path) == true && error?.message.hasSuffix(".") == true)
            }
        }
    }

    @Test func makesColoursGreyAsPillowDoes() throws {
        let color = try Bitmap(contentsOf: Fixture.path("color.png"))
        #expect(color.converted(channels: 1).pixels == (try Fixture.bytes("luma").values))
        #expect(color.converted(channels: 1).converted(channels: 3).converted(channels: 1).channels == 1)
    }

    /// Pillow rounds between its two passes, so a level may differ.
    @Test(arguments: ResamplingFilter.allCases, [[8, 11], [19, 13], [40, 30], [1, 1]])
    func resizesAsPillowDoes(filter: ResamplingFilter, size: [Int]) throws {
        let color = try Bitmap(contentsOf: Fixture.path("color.png"))
        let resized = color.resized(height: size[0], width: size[1], filter: filter)
        let expected = try Fixture.bytes("\(filter)_\(size[0])x\(size[1])").values
        let largest = zip(resized.pixels, expected).map { abs(Int($0) - Int($1)) }.max()
        #expect(resized.pixels.count == expected.count && largest! <= 1, "\(largest!)")
    }

    @Test(arguments: [[8, 11], [19, 13], [40, 30]]) func resizesAsPyTorchDoes(size: [Int]) throws {
        let color = try Bitmap(contentsOf: Fixture.path("color.png"))
        let transform = ImageTransform(size: .exactly(height: size[0], width: size[1]))
        let expected = try values(Tensor(npy: Fixture.path("torch_\(size[0])x\(size[1]).npy")), Float.self)
        let resized = transform.apply(to: color)
        #expect(resized.count == expected.count)
        // Sums of some twenty numbers of up to 255, in another order.
        #expect(zip(resized, expected).allSatisfy { abs($0 * 255 - $1) < 2e-4 })
    }
}
