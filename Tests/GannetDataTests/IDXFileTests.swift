import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("IDX files")
struct IDXFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func error(_ bytes: [UInt8], rank: Int = 3) throws -> DataError {
        let path = try folder.write(bytes, "some-images")
        let error = try #require(throws: DataError.self) { try IDXFile(path: path, rank: rank) }
        #expect(error.path == path)
        #expect(error.message.contains(path))
        #expect(error.message.hasSuffix("."))
        return error
    }

    @Test func readsPlainAndPackedFiles() throws {
        let contents = idx([2, 2, 3], Array(1...12))
        for (name, bytes) in [("plain", contents), ("packed.gz", gzip(contents))] {
            let file = try IDXFile(path: folder.write(bytes, name), rank: 3)
            #expect(file.extents == [2, 2, 3])
            #expect(file.bytes == Array(1...12))
        }
    }

    @Test func readsElementsOfEveryType() throws {
        func file(_ code: UInt8, _ bytes: [UInt8]) throws -> Tensor {
            try IDXFile(decoding: [0, 0, code, 1, 0, 0, 0, 2] + bytes).tensor()
        }
        #expect(try values(file(0x08, [1, 255]), UInt32.self) == [1, 255])
        #expect(try values(file(0x09, [1, 255]), Int32.self) == [1, -1])
        #expect(try values(file(0x0B, [1, 0, 255, 254]), Int32.self) == [256, -2])
        #expect(try values(file(0x0C, [0, 0, 1, 0, 255, 255, 255, 255]), Int32.self) == [256, -1])
        #expect(try values(file(0x0D, [0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0]), Float.self) == [1, -2])
        let doubles: [UInt8] = [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0]
        #expect(try values(file(0x0E, doubles), Float.self) == [1, -2])
        let inexact = try #require(throws: DataError.self) { try file(0x0E, doubles.dropLast() + [1]) }
        #expect(inexact.kind == .unsupported)
        let unknown = try #require(throws: DataError.self) { try file(0x0A, []) }
        #expect(unknown.kind == .wrongFormat)
    }

    @Test func readsSeveralGzipMembersAndPadding() throws {
        let contents = idx([2, 2, 3], Array(1...12))
        let packed = gzip(Array(contents[..<9])) + gzip(Array(contents[9...]))
        #expect(try IDXFile(path: folder.write(packed, "two"), rank: 3).bytes == Array(1...12))
        #expect(
            try IDXFile(path: folder.write(packed + [0, 0, 0], "padded"), rank: 3).bytes == Array(1...12))
    }

    @Test func readsAFileWithNoElements() throws {
        #expect(try IDXFile(path: folder.write(idx([0, 28, 28], []), "none"), rank: 3).bytes == [])
    }

    @Test func refusesWhatIsTruncated() throws {
        let contents = idx([2, 2, 3], Array(1...12))
        for length in 0..<contents.count {
            #expect(try error(Array(contents[..<length])).kind == .truncated, "\(length) bytes")
        }
    }

    @Test func refusesGzipThatEndsEarly() throws {
        let packed = gzip(idx([2, 2, 3], Array(1...12)))
        for length in 2..<packed.count {
            let error = try error(Array(packed[..<length]))
            #expect(error.kind == .truncated, "\(length) bytes")
            #expect(error.message.contains("ends early"))
        }
    }

    @Test func refusesDamagedGzip() throws {
        var packed = gzip(idx([2, 2, 3], Array(1...12)))
        packed[20] ^= 1
        #expect(try error(packed).kind == .damaged)
    }

    @Test func refusesWrongMagicAndLength() throws {
        #expect(try error(idx([12], Array(1...12))).kind == .wrongFormat)
        #expect(try error(Array("PK not this".utf8)).kind == .wrongFormat)
        #expect(try error(idx([2, 2, 3], Array(1...13))).kind == .damaged)
    }

    @Test func refusesExtentsThatNoFileHolds() throws {
        let most = 0xFFFF_FFFF
        #expect(try error(idx([most, most, most], [])).kind == .damaged)
        #expect(try error(idx([most, 1, 1], [1])).kind == .truncated)
    }

    @Test func refusesMissingFilesAndFolders() throws {
        let missing = #expect(throws: DataError.self) { try IDXFile(path: folder.path + "/none", rank: 3) }
        #expect(missing?.kind == .missing)
        let wrong = #expect(throws: DataError.self) { try IDXFile(path: folder.path, rank: 3) }
        #expect(wrong?.kind == .unreadable)
    }
}
