import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
    /// A file with the given header and data.
    private func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        let header = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: UInt64(header.count) >> (8 * $0)) } + header + data
    }

    private func tensor(_ type: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
        "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
    }

    private func failure(_ bytes: [UInt8]) -> CheckpointError.Kind? {
        do throws(CheckpointError) {
            _ = try Checkpoint(decoding: bytes)
            return nil
        } catch {
            #expect(error.description.hasSuffix("."), "\(error)")
            return error.kind
        }
    }

    @Test("An empty file is eight bytes of length, a pair of braces and six spaces")
    func empty() throws {
        let bytes = try Checkpoint().encoded()
        #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
        #expect(try Checkpoint(decoding: bytes).tensors.isEmpty)
    }

    @Test("All types, a scalar and an empty shape come back as they were")
    func roundTrip() throws {
        let checkpoint = try Checkpoint(
            tensors: [
                "b": Tensor(
                    [Float.nan, -0.0, .infinity, 1.5, Float.leastNonzeroMagnitude, -3], shape: [2, 3]),
                "a": Tensor(Int32.min), "é\"\\\n": Tensor([UInt32.max, 7]),
                "flags": Tensor([true, false, true]),
                "brain": Tensor([1, -0.0, .nan, .leastNonzeroMagnitude, .infinity] as [BFloat16]),
                "half": Tensor([0.1, 65504, 0x1p-24] as [Float]).cast(to: .float16).evaluatedOnHost(),
                "none": Tensor([Float](), shape: [2, 0]),
            ],
            metadata: ["seed": String(UInt64.max), "empty": ""])
        let bytes = try checkpoint.encoded()
        let read = try Checkpoint(decoding: bytes)
        #expect(read.metadata == checkpoint.metadata)
        #expect(Set(read.tensors.keys) == Set(checkpoint.tensors.keys))
        for (name, tensor) in checkpoint.tensors {
            #expect(read.tensors[name]?.shape == tensor.shape)
            #expect(read.tensors[name]?.scalarType == tensor.scalarType)
        }
        // The same bytes again: so every bit came through, and nothing depends on a dictionary's order.
        #expect(try read.encoded() == bytes)
    }

    @Test("Numbers of two bytes are written as they are in memory, little-endian")
    func halves() throws {
        let bytes = try Checkpoint(
            tensors: [
                "b": Tensor([1, -2, 0x1p-133] as [BFloat16]),
                "h": Tensor([1, -2, 0x1p-24] as [Float]).cast(to: .float16).evaluatedOnHost(),
            ]
        ).encoded()
        #expect(bytes.suffix(12) == [0x80, 0x3F, 0, 0xC0, 1, 0, 0, 0x3C, 0, 0xC0, 1, 0])
        let header = String(decoding: bytes.dropFirst(8).dropLast(12), as: UTF8.self)
        #expect(header.contains(#""dtype":"BF16""#) && header.contains(#""dtype":"F16""#))
    }

    @Test("Keys are sorted and wide elements come first")
    func order() throws {
        let bytes = try Checkpoint(
            tensors: ["a": Tensor([true]), "c": Tensor([Float(1)]), "b": Tensor([Float(2)])],
            metadata: ["k": "v"]
        ).encoded()
        let header = String(decoding: bytes[8..<8 + Int(bytes[0]) + Int(bytes[1]) << 8], as: UTF8.self)
        #expect(
            header.trimmingCharacters(in: .whitespaces)
                == """
                {"__metadata__":{"k":"v"},"a":\(#"{"data_offsets":[8,9],"dtype":"BOOL","shape":[1]}"#),\
                "b":\(#"{"data_offsets":[0,4],"dtype":"F32","shape":[1]}"#),\
                "c":\(#"{"data_offsets":[4,8],"dtype":"F32","shape":[1]}"#)}
                """)
        #expect(bytes.count % 8 == 1 && header.utf8.count % 8 == 0)
    }

    @Test("A scalar, an empty tensor and white space around the header are accepted")
    func accepted() throws {
        let header =
            " \n\t{\"s\": \(tensor("F32", "[]", 0, 4)), \"e\": \(tensor("I32", "[2, 0]", 4, 4))}\r\n  "
        let read = try Checkpoint(decoding: file(header, data: [0, 0, 128, 63]))
        #expect(read.tensors["s"]?.shape == [])
        #expect(read.tensors["e"]?.shape == [2, 0])
        #expect(try read.tensors["s"]?.scalar(on: .cpu) == 1)
    }

    @Test("Damaged headers are refused")
    func badHeaders() {
        #expect(failure([]) == .truncated)
        #expect(failure([1, 2, 3]) == .truncated)
        #expect(failure([2, 0, 0, 0, 0, 0, 0, 0]) == .truncated)
        #expect(failure([UInt8](repeating: 255, count: 64)) == .badHeader)
        #expect(failure([1, 225, 245, 5, 0, 0, 0, 0, 32]) == .badHeader)  // 100,000,001 bytes
        #expect(failure(file("")) == .badHeader)
        #expect(failure(file("[]")) == .badHeader)
        #expect(failure(file("{} {}")) == .badHeader)
        #expect(failure(file("{\"a\":1}")) == .badHeader)
        #expect(failure(file("{\"a\":\(tensor("F32", "[]", 0, 4)),}", data: [0, 0, 0, 0])) == .badHeader)
        #expect(failure(file("{\"__metadata__\":{\"a\":1}}")) == .badHeader)
        #expect(failure(file("{\"__metadata__\":[]}")) == .badHeader)
        #expect(failure([4, 0, 0, 0, 0, 0, 0, 0] + [0x7B, 0x22, 0xFF, 0x7D]) == .badHeader)
        #expect(
            failure([9, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xC3, 0x28] + Array("\":{}}".utf8))
                == .badHeader)
        let twice = "{\"a\":\(tensor("F32", "[]", 0, 4)),\"a\":\(tensor("F32", "[]", 0, 4))}"
        #expect(failure(file(twice, data: [0, 0, 0, 0])) == .badHeader)
        #expect(failure(file(String(repeating: "[", count: 100_000))) == .badHeader)
        let extra = "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":0}}"
        #expect(failure(file(extra, data: [0, 0, 0, 0])) == .badHeader)
    }

    @Test("Offsets and shapes that do not go with the bytes are refused")
    func badTensors() {
        func one(_ type: String, _ shape: String, _ begin: Int, _ end: Int, bytes: Int) -> CheckpointError
            .Kind?
        {
            failure(
                file("{\"a\":\(tensor(type, shape, begin, end))}", data: [UInt8](repeating: 0, count: bytes)))
        }
        #expect(one("F32", "[2]", 0, 8, bytes: 8) == nil)
        #expect(one("F32", "[2]", 0, 8, bytes: 7) == .badOffsets)
        #expect(one("F32", "[2]", 0, 8, bytes: 9) == .trailingBytes)
        #expect(one("F32", "[2]", 1, 9, bytes: 9) == .trailingBytes)
        #expect(one("F32", "[2]", 0, 4, bytes: 4) == .badShape)
        #expect(one("F32", "[2]", 8, 0, bytes: 8) == .badOffsets)
        #expect(one("F32", "[2]", -8, 0, bytes: 8) == .badOffsets)
        #expect(one("F32", "[-2]", 0, 8, bytes: 8) == .badShape)
        #expect(one("F32", "[2.0]", 0, 8, bytes: 8) == .badShape)
        #expect(one("F32", "[4611686018427387904, 4]", 0, 8, bytes: 8) == .badShape)
        #expect(one("F32", "[4611686018427387904, 4, 0]", 0, 0, bytes: 0) == .badShape)
        #expect(one("F32", "[99999999999999999999]", 0, 8, bytes: 8) == .badShape)
        #expect(one("F32", "2", 0, 8, bytes: 8) == .badHeader)
        #expect(one("BF16", "[4]", 0, 8, bytes: 8) == nil)
        #expect(one("F16", "[3]", 0, 8, bytes: 8) == .badShape)
        #expect(one("C64", "[1]", 0, 8, bytes: 8) == .unsupportedType)
        #expect(one("F8_E4M3", "[8]", 0, 8, bytes: 8) == .unsupportedType)
        #expect(one("U8", "[\(String(repeating: "1, ", count: 64))8]", 0, 8, bytes: 8) == .badShape)
        #expect(one("BF16", "[3]", 0, 8, bytes: 8) == .badShape)
        #expect(one("Q4", "[4]", 0, 8, bytes: 8) == .unsupportedType)
        let overlap = "{\"a\":\(tensor("F32", "[2]", 0, 8)),\"b\":\(tensor("F32", "[2]", 4, 12))}"
        #expect(failure(file(overlap, data: [UInt8](repeating: 0, count: 12))) == .badOffsets)
        let gap = "{\"a\":\(tensor("F32", "[1]", 0, 4)),\"b\":\(tensor("F32", "[1]", 8, 12))}"
        #expect(failure(file(gap, data: [UInt8](repeating: 0, count: 12))) == .trailingBytes)
    }

    /// `Fixtures/safetensors_types.py` wrote the file, with Python's library.
    @Test("A file with every type that Python writes is read, and what was read is written for Python")
    func everyType() throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures").standardizedFileURL.path
        let read = try Checkpoint(contentsOf: fixtures + "/safetensors_types.safetensors")
        #expect(read.metadata == ["format": "pt"])
        let numbers = read.tensors.filter { !["scalar", "empty", "halves"].contains($0.key) }
        #expect(numbers.count == 13)
        for (name, tensor) in numbers {
            #expect(tensor.shape == [2, 3])
            let expected: [Float] = name == "bool" ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 100, 5, 7]
            #expect(try tensor.cast(to: .float32).array(of: Float.self, on: .cpu) == expected, "\(name)")
        }
        #expect(read.tensors["int64"]?.scalarType == .int32 && read.tensors["uint64"]?.scalarType == .uint32)
        #expect(try read.tensors["scalar"]?.scalar(on: .cpu) == 2.5)
        #expect(read.tensors["empty"]?.shape == [2, 0])
        let halves = try #require(read.tensors["halves"]).cast(to: .float32).array(of: Float.self, on: .cpu)
        #expect(halves[4] == 65504 && halves[5] == 0x1p-24 && halves[7] == .infinity && halves[9].isNaN)
        var written = read
        written.tensors["halves"] = nil
        if let folder = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            try written.write(to: folder + "/written.safetensors")
        }
        #expect(try Checkpoint(decoding: written.encoded()).tensors.count == 15)
    }

    @Test("Values that no type of Gannet's has are refused, with their place")
    func inexact() throws {
        func refusal(_ type: String, _ bytes: [UInt8]) -> CheckpointError? {
            do throws(CheckpointError) {
                _ = try Checkpoint(
                    decoding: file("{\"a\":\(tensor(type, "[1]", 0, bytes.count))}", data: bytes))
                return nil
            } catch {
                return error
            }
        }
        let tenth = (0...7).map { UInt8((0.1).bitPattern >> (8 * UInt64($0)) & 255) }
        #expect(refusal("F64", tenth)?.kind == .inexact)
        #expect(refusal("F64", tenth)?.description.contains("0.1") == true)
        #expect(refusal("I64", [0, 0, 0, 128, 0, 0, 0, 0])?.kind == .inexact)
        #expect(refusal("I64", [0, 0, 0, 128, 255, 255, 255, 255]) == nil)
        #expect(refusal("U64", [255, 255, 255, 255, 0, 0, 0, 0]) == nil)
        #expect(refusal("U64", [0, 0, 0, 0, 1, 0, 0, 0])?.kind == .inexact)
        #expect(refusal("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]) == nil)
    }

    @Test("Whatever bytes are damaged, reading ends with a checkpoint or an error")
    func fuzz() throws {
        var random = SeededGenerator.announced(for: "Safetensors fuzz")
        let sound = try Checkpoint(
            tensors: [
                "weight": Tensor([Float](repeating: 1, count: 6), shape: [2, 3]), "b": Tensor([true, false]),
                "n": Tensor(Int32(3)),
            ], metadata: ["step": "12"]
        ).encoded()
        let snippets = [
            "\"", "{", "[", "-1", "9e99", "null", "\\u", "\\ud800", "9223372036854775807", ",",
            "18446744073709551616",
        ]
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = sound
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 5 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 2: bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
                case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                default:
                    let snippet = snippets[Int(random.next() % UInt64(snippets.count))]
                    bytes.replaceSubrange(
                        place..<min(place + snippet.utf8.count, bytes.count), with: snippet.utf8)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            if let read = try? Checkpoint(decoding: bytes) {
                readable += 1
                _ = try read.encoded()
            }
        }
        // Damage to the tensors' values cannot be seen.
        #expect(readable > 0 && readable < 20_000)
    }
}

extension Tensor {
    fileprivate func evaluatedOnHost() throws -> Tensor { try evaluated(on: .cpu) }
}
