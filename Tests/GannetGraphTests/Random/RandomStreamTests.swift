import GannetGraph
import Testing

@Suite struct RandomStreamTests {
    private func elements(_ tensor: Tensor) throws -> [Double] {
        try ReferenceEvaluator().values(of: [tensor])[0].elements
    }

    @Test func everyDrawTakesOneStream() throws {
        var stream = RandomStream(seed: 7)
        let first = try elements(stream.bits([2, 3]))
        let second = try elements(stream.bits([6]))
        #expect(stream.position == 2)
        #expect(first != second)
        var resumed = RandomStream(seed: 7, position: 1)
        #expect(try elements(resumed.bits([6])) == second)
        #expect(first == (0..<6).map { Double(Philox.word($0, key: [7, 0, 0, 0])) })
    }

    @Test func seedAndPositionUseAll64Bits() throws {
        var stream = RandomStream(seed: 0x0000_0002_0000_0001, position: 0x0000_0004_0000_0003)
        #expect(try elements(stream.bits([1])) == [Double(Philox.word(0, key: [1, 2, 3, 4]))])
    }

    @Test func distributionsAreFunctionsOfTheBits() throws {
        let count: UInt64 = 4096
        let words = (0..<count).map { Philox.word($0, key: [11, 0, 0, 0]) }
        func draw(_ body: (inout RandomStream) -> Tensor) throws -> [Double] {
            var stream = RandomStream(seed: 11)
            return try elements(body(&stream))
        }
        let uniform = words.map { Double($0 >> 8) / 16_777_216 }
        let shape: Shape = [64, 64]
        #expect(try draw { $0.uniform(shape) } == uniform)
        #expect(try draw { $0.normal(shape) } == words.map { Double(NormalTransform.normal($0)) })
        #expect(
            try draw { $0.integers(below: 10, shape) } == words.map { Double((UInt64($0) * 10) >> 32) })
        #expect(
            try draw { $0.bernoulli(probability: .full(Float(0.25), shape: shape)) }
                == uniform.map { $0 < 0.25 ? 1 : 0 })
        let largest = try draw { $0.integers(below: 0x8000_0000, shape) }
        #expect(largest.allSatisfy { $0 >= 0 })
    }

    @Test func momentsAreRight() throws {
        var stream = RandomStream(seed: 3)
        let normals = try elements(stream.normal([40_000]))
        let mean = normals.reduce(0, +) / 40_000
        let variance = normals.reduce(0) { $0 + $1 * $1 } / 40_000
        // Five standard deviations of each estimate.
        #expect(abs(mean) < 0.025)
        #expect(abs(variance - 1) < 0.036)
    }

    @Test func scopesAdvanceTheStreamTheyAreGiven() throws {
        struct Stop: Error {}
        var outer = RandomStream(seed: 1)
        let drawn = try RandomStream.with(&outer) {
            let first = RandomStream.withCurrent { $0.bits([4]) }
            var inner = RandomStream(seed: 2)
            RandomStream.with(&inner) { _ = RandomStream.withCurrent { $0.bits([4]) } }
            #expect(inner.position == 1)
            return try elements(first) + elements(RandomStream.withCurrent { $0.bits([4]) })
        }
        #expect(outer.position == 2)
        var direct = RandomStream(seed: 1)
        let expected = try elements(direct.bits([4])) + elements(direct.bits([4]))
        #expect(drawn == expected)
        #expect(throws: Stop.self) {
            try RandomStream.with(&outer) {
                _ = RandomStream.withCurrent { $0.bits([4]) }
                throw Stop()
            }
        }
        #expect(outer.position == 3)
    }

    @Test func drawsWithinDrawsAreTheirOwnAndCount() throws {
        func draw(_ stream: inout RandomStream) throws -> [Double] {
            try RandomStream.with(&stream) {
                try RandomStream.withCurrent { outer in
                    let first = outer.bits([4])
                    let inner = (0..<2).map { _ in RandomStream.withCurrent { $0.bits([4]) } }
                    return try elements(first) + elements(inner[0]) + elements(inner[1])
                        + elements(outer.bits([4]))
                }
            }
        }
        var stream = RandomStream(seed: 1)
        let drawn = try draw(&stream)
        #expect(Set(drawn).count == 16)
        #expect(stream.position == 4)
        var again = RandomStream(seed: 1)
        #expect(try draw(&again) == drawn)
        #expect(try Set(draw(&stream)).isDisjoint(with: drawn))
    }
}
