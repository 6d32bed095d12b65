import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Folders of pictures")
struct ImageFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, level: Int, width: Int = 5) throws {
        let path = folder.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let pixels = (0..<4 * width).map { UInt8(($0 * 11 + level) & 255) }
        try Bitmap(width: width, height: 4, channels: 1, pixels: pixels).write(to: path)
    }

    private func writeClasses() throws {
        for number in 0..<7 { try write("cat/\(number).png", level: number) }
        for number in 0..<6 { try write("ant/deep/\(number).PNG", level: 100 + number) }
        try folder.write([1, 2], "ant/notes.txt")
        try folder.write([1, 2], "ant/.hidden.png")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/empty", withIntermediateDirectories: false)
    }

    @Test func foldersAreClassesInTheOrderOfTheirNames() throws {
        try writeClasses()
        let data = try ImageFolder(folder.path + "/")
        #expect(data.classNames == ["ant", "cat"])
        #expect(data.labels == [Int](repeating: 0, count: 6) + [Int](repeating: 1, count: 7))
        #expect(data.exampleShape == [4, 5, 1])
        let batch = try data.batch(at: [12, 0])
        #expect(try values(#require(batch.labels), Int32.self) == [1, 0])
        let expected = (0..<20).map { Float(($0 * 11 + 6) & 255) / 255 }
        #expect(try values(batch.images, Float.self).prefix(20) == expected[...])
    }

    @Test func picturesInTheFolderItselfAreOfNoClass() throws {
        for number in 0..<3 { try write("\(number).png", level: number) }
        let data = try ImageFolder(folder.path)
        #expect(data.labels == nil && data.count == 3)
        #expect(try data.batch(at: [1]).labels == nil)
        try write("cat/1.png", level: 1)
        let error = #expect(throws: DataError.self) { try ImageFolder(folder.path) }
        #expect(error?.kind == .mismatch)
    }

    /// The same pictures in the same order, whatever the threads and however far ahead.
    @Test func batchesDoNotDependOnThreads() throws {
        try writeClasses()
        let transform = ImageTransform(crop: .random(height: 3, width: 3, padding: 1), flips: true)
        func run(threads: Int?, ahead: Int, seed: UInt64 = 5) throws -> [Float] {
            let data = try ImageFolder(folder.path, transform: transform, seed: seed, threads: threads)
            let loader = BatchLoader(data, order: DataOrder(count: 13, batchSize: 4, seed: 1), ahead: ahead)
            var seen: [Float] = []
            for _ in 0..<9 {
                let batch = try loader.next()
                seen += try values(batch.images, Float.self)
                seen += try values(#require(batch.labels), Int32.self).map { Float($0) }
            }
            #expect(loader.order.epoch == 2)
            return seen
        }
        let plain = try run(threads: 1, ahead: 0)
        for (threads, ahead) in [(nil, 0), (2, 1), (8, 3), (nil, 5)] as [(Int?, Int)] {
            #expect(try run(threads: threads, ahead: ahead) == plain)
        }
        #expect(try run(threads: 1, ahead: 0, seed: 6) != plain)
    }

    @Test func anEpochSeesOtherCropsThanTheLast() throws {
        try writeClasses()
        let data = try ImageFolder(
            folder.path, transform: ImageTransform(crop: .random(height: 2, width: 2)), seed: 5)
        let all = Array(0..<13)
        #expect(
            try values(data.batch(at: all, epoch: 0).images, Float.self)
                != values(data.batch(at: all, epoch: 1).images, Float.self))
    }

    /// The error comes where its batch is asked for, and of two bad pictures the first is named.
    @Test func aBadPictureIsNamed() throws {
        for number in 0..<8 { try write("\(number).png", level: number) }
        let data = try ImageFolder(folder.path)
        try folder.write([1, 2, 3], "5.png")
        try folder.write([1, 2, 3], "7.png")
        let loader = BatchLoader(data, order: DataOrder(count: 8, batchSize: 2, seed: 0), ahead: 3)
        let order = DataOrder.permutation(count: 8, seed: 0, epoch: 0)
        let bad = order.first { $0 == 5 || $0 == 7 }!
        for _ in 0..<order.firstIndex(of: bad)! / 2 { _ = try loader.next() }
        let error = #expect(throws: DataError.self) { try loader.next() }
        #expect(error?.path == folder.path + "/\(bad).png")
        try write("6.png", level: 6, width: 9)
        let mismatch = #expect(throws: DataError.self) { try data.batch(at: [6]) }
        #expect(mismatch?.kind == .mismatch && mismatch?.message.contains("6.png") == true)
        try FileManager.default.removeItem(atPath: folder.path + "/4.png")
        #expect(throws: DataError.self) { try data.batch(at: [4]) }
    }

    @Test func foldersWithoutPicturesAreRefused() throws {
        let none = #expect(throws: DataError.self) { try ImageFolder(folder.path) }
        #expect(none?.kind == .missing && none?.message.contains(folder.path) == true)
        #expect(throws: DataError.self) { try ImageFolder(folder.path + "/none") }
        let file = try folder.write([1], "file")
        #expect(throws: DataError.self) { try ImageFolder(file) }
    }
}
