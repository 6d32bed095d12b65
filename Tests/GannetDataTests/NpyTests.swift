import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Arrays of NumPy")
struct NpyTests {
    @Test(arguments: ["little_i2", "big_i4", "little_i4", "little_i8", "i1"])
    func readsIntegersWithSign(name: String) throws {
        let tensor = try Tensor(npy: Fixture.path(name + ".npy"))
        #expect(tensor.shape == [2, 3])
        #expect(try values(tensor, Int32.self) == [0, 1, 2, 100, 5, 7])
    }

    @Test(arguments: ["little_u2", "big_u2", "little_u4", "big_u8", "u1"])
    func readsIntegersWithoutSign(name: String) throws {
        #expect(try values(Tensor(npy: Fixture.path(name + ".npy")), UInt32.self) == [0, 1, 2, 100, 5, 7])
    }

    @Test(arguments: ["little_f4", "big_f4", "little_f8", "big_f8", "version2", "version3"])
    func readsFloatingPoint(name: String) throws {
        let tensor = try Tensor(npy: Fixture.path(name + ".npy"))
        #expect(try values(tensor, Float.self) == [0, 1, 2, 100, 5, 7])
    }

    @Test(arguments: ["little_f2", "big_f2"]) func readsHalves(name: String) throws {
        let tensor = try Tensor(npy: Fixture.path(name + ".npy"))
        #expect(try tensor.cast(to: .float32).array(of: Float.self, on: .cpu) == [0, 1, 2, 100, 5, 7])
    }

    @Test func readsTheEdgesOfHalves() throws {
        let halves = try Tensor(npy: Fixture.path("half.npy")).cast(to: .float32).array(
            of: Float.self, on: .cpu)
        #expect(halves[..<5] == [0, -0.0, 1, -2, 65504] && halves[1].sign == .minus)
        #expect(halves[5] == 0x1p-24 && halves[6] == Float(1023) * 0x1p-24)
        #expect(halves[7] == .infinity && halves[8] == -.infinity && halves[9].isNaN)
        #expect(halves[10] == 0.33300781)
    }

    @Test func readsTruthValuesShapesAndFortranOrder() throws {
        #expect(
            try values(Tensor(npy: Fixture.path("b1.npy")), Bool.self) == [
                false, true, true, true, true, true,
            ])
        let fortran = try Tensor(npy: Fixture.path("fortran.npy"))
        #expect(fortran.shape == [2, 3, 4])
        #expect(try values(fortran, Float.self) == (0..<24).map { Float($0) })
        let scalar = try Tensor(npy: Fixture.path("scalar.npy"))
        #expect(scalar.shape == [])
        #expect(try values(scalar, Float.self) == [2.5])
        #expect(try Tensor(npy: Fixture.path("empty.npy")).shape == [2, 0])
    }

    @Test(arguments: ["little_f4", "little_i4", "little_u4", "b1", "scalar", "vector", "empty", "half"])
    func writesTheBytesThatNumPyWrites(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/array.npy"
        try Tensor(npy: Fixture.path(name + ".npy")).write(npy: path, on: .cpu)
        let expected = try TemporaryFolder.contents(Fixture.path(name + ".npy"))
        #expect(try folder.read("array.npy") == expected)
    }

    @Test func refusesWhatWouldBeRounded() throws {
        func array(_ type: String, _ bytes: [UInt8]) -> [UInt8] {
            let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (1,), }\n"
            return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + bytes
        }
        func kind(_ bytes: [UInt8]) throws -> DataError.Kind {
            let error = try #require(throws: DataError.self) { try Tensor(decodingNpy: bytes) }
            #expect(error.message.hasSuffix("."))
            return error.kind
        }
        let tenth = (0.1).bitPattern
        #expect(try kind(array("<f8", (0..<8).map { UInt8(tenth >> (8 * $0) & 255) })) == .unsupported)
        #expect(try kind(array("<i8", [0, 0, 0, 128, 0, 0, 0, 0])) == .unsupported)
        #expect(try kind(array("<c8", [UInt8](repeating: 0, count: 8))) == .unsupported)
        #expect(try kind(array("|O", [0])) == .unsupported)
        #expect(try kind(array("<f4", [0, 0, 0])) == .truncated)
        #expect(try kind(array("<f4", [0, 0, 0, 0, 0])) == .damaged)
        #expect(try kind(Array("PK".utf8)) == .wrongFormat)
        #expect(try kind([0x93]) == .truncated)
        #expect(
            try values(Tensor(decodingNpy: array("<i8", [255, 255, 255, 127, 0, 0, 0, 0])), Int32.self) == [
                .max
            ])
    }
}
