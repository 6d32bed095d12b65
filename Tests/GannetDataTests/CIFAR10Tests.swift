import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("CIFAR-10")
struct CIFAR10Tests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func records(_ labels: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in labels {
            bytes.append(label)
            for i in 0..<3072 { bytes.append(UInt8((i / 1024 * 80 + i % 1024 + Int(label)) & 255)) }
        }
        return bytes
    }

    @Test func readsPlainAndPackedFiles() throws {
        try folder.write(records([3, 9]), "data_batch_1.bin")
        try folder.write(gzip(records([7])), "data_batch_4.bin.gz")
        try folder.write(records([0]), "test_batch.bin")
        let data = try CIFAR10(folder: folder.path)
        #expect(data.training.labels == [3, 9, 7] && data.test.labels == [0])
        #expect(data.training.exampleShape == [32, 32, 3])
        // The planes of a record become the channels of its pixels.
        #expect(data.training.pixels[3072..<3078] == [9, 89, 169, 10, 90, 170])
        #expect(CIFAR10.isPresent(in: folder.path) && !CIFAR10.isPresent(in: folder.path + "/none"))
        #expect(CIFAR10.classNames.count == 10)
    }

    @Test func refusesWhatIsNotTheDataSet() throws {
        func kind(_ body: () throws -> Void) throws -> DataError.Kind {
            let error = try #require(throws: DataError.self, performing: body)
            #expect(error.message.hasSuffix("."))
            return error.kind
        }
        #expect(try kind { _ = try CIFAR10(folder: folder.path) } == .missing)
        #expect(try kind { _ = try CIFAR10(folder: folder.path + "/none") } == .missing)
        for bytes in [[], records([1]).dropLast(), records([1]) + [0], records([10])] as [[UInt8]] {
            try folder.write(Array(bytes), "test_batch.bin")
            #expect(try kind { _ = try CIFAR10.load(.test, folder: folder.path) } == .damaged)
        }
        try folder.write(Array(gzip(records([1])).dropLast(9)), "test_batch.bin")
        #expect(try kind { _ = try CIFAR10.load(.test, folder: folder.path) } == .truncated)
    }

    /// The folder with the published data: in `GANNET_DATA`, or in `shared/data` beside the package.
    static let published: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/data").standardizedFileURL.path
        let root = ProcessInfo.processInfo.environment["GANNET_DATA"] ?? beside
        return FileManager.default.fileExists(atPath: root + "/cifar10") ? root + "/cifar10" : nil
    }()

    @Test(.enabled(if: published != nil, "there is no data/cifar10")) func readsThePublishedData() throws {
        let test = try CIFAR10.load(.test, folder: #require(Self.published))
        #expect(test.count.isMultiple(of: 1000))
        let counts = Dictionary(grouping: try #require(test.labels)) { $0 }.mapValues(\.count)
        #expect(counts.count == 10)
        #expect(counts.values.allSatisfy { $0 > test.count / 20 && $0 < test.count / 5 }, "\(counts)")
        // Photographs: neighbouring pixels are alike.
        var difference = 0
        for i in 0..<100_000 where i % 96 < 93 {
            difference += abs(Int(test.pixels[i]) - Int(test.pixels[i + 3]))
        }
        #expect(difference < 100_000 * 20)
    }
}
