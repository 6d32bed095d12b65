import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("MNIST")
struct MNISTTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func writePart(_ part: String, images: Int = 3, labels: Int = 3, packed: Bool = false) throws {
        let imageFile = idx([images, 3, 2], (0..<images * 6).map { UInt8($0 * 7) })
        let labelFile = idx([labels], (0..<labels).map { UInt8($0) })
        let suffix = packed ? ".gz" : ""
        try folder.write(packed ? gzip(imageFile) : imageFile, "\(part)-images-idx3-ubyte\(suffix)")
        try folder.write(packed ? gzip(labelFile) : labelFile, "\(part)-labels-idx1-ubyte\(suffix)")
    }

    private func error(_ body: () throws -> Void) throws -> DataError {
        let error = try #require(throws: DataError.self, performing: body)
        #expect(error.message.contains(error.path) || error.message.contains(folder.path))
        #expect(error.message.hasSuffix("."))
        return error
    }

    @Test(arguments: [false, true]) func readsBothParts(packed: Bool) throws {
        try writePart("train", packed: packed)
        try writePart("t10k", images: 2, labels: 2, packed: packed)
        let digits = try MNIST(folder: folder.path + "/")
        #expect(digits.training.count == 3)
        #expect(digits.test.count == 2)
        #expect(digits.training.exampleShape == [3, 2, 1])
        #expect(digits.training.labels == [0, 1, 2])
        #expect(digits.training.pixels == (0..<18).map { UInt8($0 * 7) })
    }

    @Test func readsATestPartAlone() throws {
        try writePart("t10k")
        #expect(try MNIST.load(.test, folder: folder.path).count == 3)
        #expect(try error { _ = try MNIST(folder: folder.path) }.kind == .missing)
    }

    @Test func refusesWhatDoesNotFit() throws {
        #expect(try error { _ = try MNIST(folder: folder.path + "/none") }.kind == .missing)
        #expect(try error { _ = try MNIST(folder: folder.path) }.kind == .missing)
        let file = try folder.write([1], "file")
        #expect(try error { _ = try MNIST(folder: file) }.kind == .notAFolder)
        try writePart("train", images: 3, labels: 2)
        let mismatch = try error { _ = try MNIST.load(.training, folder: folder.path) }
        #expect(mismatch.kind == .mismatch)
        #expect(mismatch.message.contains("2 labels") && mismatch.message.contains("3 pictures"))
        try writePart("train", images: 0, labels: 0)
        #expect(try error { _ = try MNIST.load(.training, folder: folder.path) }.kind == .damaged)
    }

    /// The folder with the published data: in `GANNET_DATA`, or in `shared/data` beside the package.
    static let published: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/data").standardizedFileURL.path
        let root = ProcessInfo.processInfo.environment["GANNET_DATA"] ?? beside
        return FileManager.default.fileExists(atPath: root + "/mnist") ? root + "/mnist" : nil
    }()

    @Test(.enabled(if: published != nil, "needs MNIST: name its parent folder in GANNET_DATA"))
    func readsThePublishedFiles() throws {
        let digits = try MNIST(folder: #require(Self.published))
        #expect(digits.training.count == 60_000)
        #expect(digits.test.count == 10_000)
        #expect(digits.training.exampleShape == [28, 28, 1])
        #expect(digits.training.labels?.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        #expect(digits.test.labels?.prefix(10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
        // The mean of the training pixels by which people usually centre them.
        let sum = digits.training.pixels.reduce(0) { $0 + Int($1) }
        #expect(abs(Double(sum) / 255 / Double(digits.training.pixels.count) - 0.1307) < 0.0001)
    }
}
