import Foundation
import GannetGraph
import Testing

/// What primitives mean, written out by hand.
@Suite struct ReferenceEvaluatorTests {
    private func elements(_ tensor: Tensor) throws -> [Double] {
        try ReferenceEvaluator().values(of: [tensor])[0].elements
    }

    private let matrix = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])

    @Test func integersWrapAndNeverTrap() throws {
        let x = Tensor([Int32.min, -7, 7, .max])
        #expect(try elements(x + 1) == [-2_147_483_647, -6, 8, -2_147_483_648])
        #expect(try elements(x * 2) == [0, -14, 14, -2])
        #expect(try elements(-x) == [-2_147_483_648, 7, -7, -2_147_483_647])
        #expect(try elements(x.abs()) == [-2_147_483_648, 7, 7, 2_147_483_647])
        #expect(try elements(x / 0) == [0, 0, 0, 0])
        #expect(
            try elements(x / Tensor([-1, 2, 2, 2] as [Int32])) == [-2_147_483_648, -3, 3, 1_073_741_823])
        #expect(try elements(x % Tensor([-1, 2, 4, 0] as [Int32])) == [0, -1, 3, 2_147_483_647])
        let y = Tensor([0, 3, 0x8000_0001, .max] as [UInt32])
        #expect(try elements(y * y) == [0, 9, 1, 1])
        #expect(try elements(-y) == [0, 4_294_967_293, 2_147_483_647, 1])
        #expect(try elements(y.multipliedHigh(by: y)) == [0, 0, 1_073_741_825, 4_294_967_294])
        #expect(try elements(x.sum()) == [-1])
    }

    @Test func shiftCountsAreUnsigned() throws {
        let x = Tensor([-8, -8, -8, 8] as [Int32])
        let count = Tensor([1, 32, -1, 33] as [Int32])
        #expect(try elements(x &>> count) == [-4, -1, -1, 0])
        #expect(try elements(x &<< count) == [-16, 0, 0, 0])
        let y = Tensor([0x8000_0000, 1] as [UInt32])
        #expect(try elements(y &>> Tensor([31, 40] as [UInt32])) == [1, 0])
    }

    @Test func bitsAndTruthValues() throws {
        let x = Tensor([0b1100, -1] as [Int32])
        let y = Tensor([0b1010, 5] as [Int32])
        #expect(try elements(x .& y) == [0b1000, 5])
        #expect(try elements(x .| y) == [0b1110, -1])
        #expect(try elements(x .^ y) == [0b0110, -6])
        #expect(try elements(!x) == [-13, 0])
        #expect(try elements(!Tensor([true, false])) == [0, 1])
    }

    @Test func conversions() throws {
        let x = Tensor([.nan, -.infinity, 3e9, -1.9, 0.5] as [Float])
        #expect(try elements(x.cast(to: .int32)) == [0, -2_147_483_648, 2_147_483_647, -1, 0])
        #expect(try elements(x.cast(to: .uint32)) == [0, 0, 3_000_000_000, 0, 0])
        #expect(try elements(x.cast(to: .bool)) == [1, 1, 1, 1, 1])
        #expect(try elements(Tensor([-1, 7] as [Int32]).cast(to: .uint32)) == [4_294_967_295, 7])
        #expect(try elements(Tensor([UInt32.max]).cast(to: .int32)) == [-1])
    }

    @Test func notANumberSpreads() throws {
        let x = Tensor([.nan, 1, 2] as [Float])
        let y = Tensor([0, .nan, 2] as [Float])
        #expect(try elements(maximum(x, y)).map(\.isNaN) == [true, true, false])
        #expect(try elements(minimum(x, y)).map(\.isNaN) == [true, true, false])
        #expect(try elements(x .<= y) == [0, 0, 1])
        #expect(try elements(x.max())[0].isNaN)
        #expect(try elements(x.sign())[0].isNaN)
        #expect(try elements(Tensor([0.5, 1.5, -2.5] as [Float]).rounded()) == [0, 2, -2])
    }

    @Test func movements() throws {
        #expect(try elements(matrix.transposed()) == [1, 4, 2, 5, 3, 6])
        #expect(try elements(matrix.flipped(axes: [1])) == [3, 2, 1, 6, 5, 4])
        #expect(try elements(matrix.slice(0..<3, axis: 1, step: 2)) == [1, 3, 4, 6])
        #expect(
            try elements(matrix.slice(1..<2, axis: 0).padded(low: [1, 0], high: [0, 1], value: 9))
                == [9, 9, 9, 9, 4, 5, 6, 9])
        #expect(
            try elements(.concatenate([matrix, matrix.slice(0..<1, axis: 1)], axis: 1))
                == [1, 2, 3, 1, 4, 5, 6, 4])
        #expect(
            try elements(Tensor([1, 2] as [Float], shape: [2, 1]).broadcast(to: [2, 3]))
                == [1, 1, 1, 2, 2, 2])
        #expect(try elements(.index(along: 1, of: [2, 3])) == [0, 1, 2, 0, 1, 2])
    }

    @Test func reductionsOverNothing() throws {
        let empty = Tensor([] as [Float], shape: [0, 2])
        #expect(try elements(empty.sum(axes: [0])) == [0, 0])
        #expect(try elements(empty.max(axes: [0])) == [-.infinity, -.infinity])
        #expect(try elements(empty.min(axes: [0])) == [.infinity, .infinity])
        #expect(try elements(Tensor([] as [Int32]).max()) == [-2_147_483_648])
        #expect(try elements(matrix.sum(axes: [0])) == [5, 7, 9])
        #expect(try elements(matrix.max(axes: [1])) == [3, 6])
    }

    @Test func products() throws {
        let square = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        #expect(try elements(square.matmul(matrix)) == [9, 12, 15, 19, 26, 33])
        #expect(try elements(square.matmul(matrix, transposeA: true)) == [13, 17, 21, 18, 24, 30])
        #expect(try elements(matrix.matmul(matrix, transposeB: true)) == [14, 32, 32, 77])
        let empty = Tensor([] as [Float], shape: [2, 0])
        #expect(try elements(empty.matmul(empty, transposeB: true)) == [0, 0, 0, 0])
    }

    @Test func indexedAccess() throws {
        let indices = Tensor([1, -1, 2, 0] as [Int32])
        let rows = try elements(matrix.gathered(at: indices))
        #expect(Array(rows[0..<3]) == [4, 5, 6])
        #expect(rows[3..<9].map(\.isNaN) == [Bool](repeating: true, count: 6))
        #expect(Array(rows[9...]) == [1, 2, 3])
        let updates = Tensor([1, 2, 3, 4] as [Float])
        #expect(
            try elements(.scatterAdd(updates, at: Tensor([1, 1, 5, -1] as [Int32]), rows: 3)) == [0, 3, 0])
    }

    @Test func boundValuesReplaceNodes() throws {
        let x = Tensor([1, 2] as [Float])
        var evaluator = ReferenceEvaluator()
        evaluator.bind(x, to: ReferenceValue(shape: [2], scalarType: .float32, elements: [0.1, 10]))
        #expect(try evaluator.values(of: [x * 2, x])[0].elements == [0.2, 20])
    }

    @Test func deepGraphsNeedNoStack() throws {
        var x = Tensor([1] as [Float])
        for _ in 0..<50_000 { x = x + 1 }
        #expect(try elements(x) == [50_001])
    }
}
