import GannetGraph
import GannetTestSupport
import Testing

/// Subscripts and broadcasting are NumPy's.
@Suite struct NumPyIndexingTests {
    private func values(_ tensors: [Tensor]) throws -> [ReferenceValue] {
        try ReferenceEvaluator().values(of: tensors)
    }

    @Test func subscripts() throws {
        let cases = NumPyIndexing.shared.views + NumPyIndexing.shared.gathers
        let parts = cases.map { test in
            Tensor.range(test.shape.reduce(1, *)).reshape(Shape(test.shape)).part(at: test.index.map(\.index))
        }
        for (number, (test, actual)) in zip(cases, try values(parts)).enumerated() {
            #expect(actual.shape.extents == test.resultShape, "case \(number)")
            #expect(actual.elements == test.values, "case \(number)")
        }
    }

    /// Without tensors of indices a part is a view: nothing but a slice and a reshape.
    @Test func viewsCostNothing() {
        for test in NumPyIndexing.shared.views {
            let x = Tensor([Float](repeating: 0, count: test.shape.reduce(1, *)), shape: Shape(test.shape))
            let nodes = Node.topologicalOrder(of: [x.part(at: test.index.map(\.index))]).dropFirst()
            let kinds = nodes.map { String("\($0.operation)".prefix { $0 != "(" }) }
            #expect([[], ["slice"], ["reshape"], ["slice", "reshape"]].contains(kinds), "\(kinds)")
        }
    }

    @Test func swiftRanges() throws {
        let x = Tensor.range(12).reshape(3, 4)
        let parts = [
            x[1], x[-1, 2], x[1..<3, 1...2], x[.all, 0], x[(-2)...], x[...1], x[..<(-1), (-3)...(-1)],
            x[3...],
            x[.ellipsis, ...(-2)], x[-3..<(-1)],
        ]
        let expected: [[Double]] = [
            [4, 5, 6, 7], [10], [5, 6, 9, 10], [0, 4, 8], [4, 5, 6, 7, 8, 9, 10, 11],
            [0, 1, 2, 3, 4, 5, 6, 7],
            [1, 2, 3, 5, 6, 7], [], [0, 1, 2, 4, 5, 6, 8, 9, 10], [0, 1, 2, 3, 4, 5, 6, 7],
        ]
        for (part, right) in zip(try values(parts), expected) { #expect(part.elements == right) }
        #expect(parts[7].shape == [0, 4])
    }

    @Test func indicesOutsideGiveNaN() throws {
        let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        let i = Tensor([0, -2, 2, -3, Int32.min, .max])
        let parts = try values([x[i, 0], x[i, i], x.cast(to: .int32)[i][.all, 0]])
        #expect(parts[0].elements[..<2] == [1, 1] && parts[0].elements[2...].allSatisfy(\.isNaN))
        #expect(parts[1].elements[..<2] == [1, 2] && parts[1].elements[2...].allSatisfy(\.isNaN))
        #expect(parts[2].elements == [1, 1, 0, 0, 0, 0])
    }

    @Test func broadcasting() throws {
        for test in NumPyIndexing.shared.broadcasts {
            let (a, b) = (Shape(test.shapes[0]), Shape(test.shapes[1]))
            #expect(Shape.broadcast(a, b)?.extents == test.result, "\(a) and \(b)")
            guard let result = test.result else { continue }
            let sum = Tensor.range(a.count).reshape(a) + 10 * Tensor.range(b.count).reshape(b)
            #expect(sum.shape.extents == result)
            let choice = select(Tensor.ones(a, type: .bool), Tensor.zeros(b), 1)
            #expect(choice.shape.extents == result)
        }
    }
}
