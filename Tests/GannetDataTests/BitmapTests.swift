import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Bitmaps")
struct BitmapTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [1, 3]) func pngKeepsEveryByte(channels: Int) throws {
        let bitmap = Bitmap(
            width: 5, height: 3, channels: channels, pixels: (0..<15 * channels).map { UInt8($0 * 37 % 256) })
        let path = folder.path + "/picture.png"
        try bitmap.write(to: path)
        try bitmap.write(to: path)
        #expect(try Bitmap(png: path) == bitmap)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.png"])
    }

    @Test func refusesWhatIsNoPNG() throws {
        let bitmap = Bitmap(width: 40, height: 30, channels: 1, pixels: (0..<1200).map { UInt8($0 % 251) })
        let path = folder.path + "/picture.png"
        try bitmap.write(to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        for length in [0, 4, 8, 20, 40, bytes.count / 2] {
            let short = try folder.write(Array(bytes[..<length]), "short.png")
            let error = #expect(throws: DataError.self) { try Bitmap(png: short) }
            #expect(error?.message.contains(short) == true)
        }
        let text = try folder.write(Array("not a picture".utf8), "text.png")
        #expect(throws: DataError.self) { try Bitmap(png: text) }
        #expect(throws: DataError.self) { try Bitmap(png: folder.path + "/none.png") }
    }

    @Test func refusesAFolderThatIsNotThere() throws {
        let bitmap = Bitmap(width: 1, height: 1, channels: 1, pixels: [9])
        let error = #expect(throws: FileError.self) { try bitmap.write(to: folder.path + "/none/p.png") }
        #expect(error?.kind == .unwritable)
        #expect(error?.message.contains(folder.path + "/none/p.png") == true)
    }

    @Test func gridsPlacePicturesRowByRow() {
        let values: [Float] = [
            0, 1, 0.5, 2, -1, .nan, .infinity, -.infinity, 0.002, 0.001, 1 / 255, 254.6 / 255,
        ]
        let grid = Bitmap(grid: values, shape: [3, 2, 2, 1], columns: 2, padding: 1)
        #expect(grid.width == 7 && grid.height == 7 && grid.channels == 1)
        let rows: [[UInt8]] = [
            [0, 0, 0, 0, 0, 0, 0],
            [0, 0, 255, 0, 0, 0, 0],
            [0, 128, 255, 0, 255, 0, 0],
            [0, 0, 0, 0, 0, 0, 0],
            [0, 1, 0, 0, 0, 0, 0],
            [0, 1, 255, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0],
        ]
        #expect(grid.pixels == rows.flatMap(\.self))
    }

    @Test func gridsAreAsSquareAsCanBe() {
        func size(_ shape: Shape, columns: Int? = nil) -> [Int] {
            let grid = Bitmap(
                grid: [Float](repeating: 0, count: shape.count), shape: shape, columns: columns, padding: 0)
            return [grid.height, grid.width, grid.channels]
        }
        #expect(size([64, 784]) == [224, 224, 1])
        #expect(size([10, 2, 3, 3]) == [6, 12, 3])
        #expect(size([2, 2, 3, 1], columns: 8) == [2, 6, 1])
        #expect(size([0, 28, 28, 1]) == [1, 1, 1])
    }

    @Test func stripsAreOneRowOrOneColumn() throws {
        let pictures = Tensor([Float](repeating: 1, count: 5 * 6), shape: [5, 2, 3, 1])
        let row = try pictures.strip(padding: 0, on: .cpu)
        #expect(row.height == 2 && row.width == 15)
        let column = try pictures.strip(isVertical: true, padding: 1, on: .cpu)
        #expect(column.height == 16 && column.width == 5)
    }
}
