import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Views against the reference evaluator: what a chain of movements says about places.
@Suite struct ViewTests {
    /// The elements that a view of the numbers 1, 2, … names, 0 in padding.
    private func elements(_ view: View) -> [Double] {
        var result: [Double] = []
        var index = [Int](repeating: 0, count: view.shape.count)
        for _ in 0..<view.shape.reduce(1, *) {
            result.append(view.position(of: index).map { Double($0 + 1) } ?? 0)
            for axis in index.indices.reversed() {
                index[axis] += 1
                if index[axis] < view.shape[axis] { break }
                index[axis] = 0
            }
        }
        return result
    }

    @Test func randomChainsOfMovements() throws {
        var random = SeededGenerator.announced(for: "chains of movements")
        for _ in 0..<500 {
            let shape = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Int.random(in: 1...4, using: &random)
            }
            var view = View(contiguous: shape)
            var tensor = Tensor((1...shape.reduce(1, *)).map(Float.init), shape: Shape(shape))
            var history = "\(shape)"
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let (movement, moved) = step(tensor, &random)
                view = view.applying(movement)
                tensor = moved
                history += " \(movement)"
                if tensor.count > 2000 || tensor.count == 0 { break }
            }
            let expected = try ReferenceEvaluator().values(of: [tensor])[0].elements
            try #require(view.shape == tensor.shape.extents, "\(history)")
            #expect(elements(view) == expected, "\(history)")
        }
    }

    private func step(_ x: Tensor, _ random: inout SeededGenerator) -> (Movement, Tensor) {
        let extents = x.shape.extents
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            let order = Array(extents.indices).shuffled(using: &random)
            return (.permute(order), x.permute(order: order))
        case 1:
            let low = extents.map { _ in Int.random(in: 0...2, using: &random) }
            let high = extents.map { _ in Int.random(in: 0...2, using: &random) }
            return (.pad(low: low, high: high), x.padded(low: low, high: high))
        case 2:
            let target = extents.map { $0 == 1 ? Int.random(in: 1...3, using: &random) : $0 }
            return (.broadcast(target), x.broadcast(to: Shape(target)))
        case 3:
            let axis = Int.random(in: 0..<extents.count, using: &random)
            let lower = Int.random(in: 0...extents[axis], using: &random)
            let upper = Int.random(in: lower...extents[axis], using: &random)
            let stride = Int.random(in: 1...2, using: &random)
            let moved = x.slice(lower..<upper, axis: axis, step: stride)
            var starts = extents.map { _ in 0 }
            var strides = extents.map { _ in 1 }
            starts[axis] = lower
            strides[axis] = stride
            return (.slice(starts: starts, strides: strides, shape: moved.shape.extents), moved)
        default:
            let count = extents.reduce(1, *)
            let divisors = (1...max(count, 1)).filter { count % $0 == 0 }
            let first = divisors.randomElement(using: &random)!
            let target = Bool.random(using: &random) ? [first, count / first] : [count / first, 1, first]
            return (.reshape(target), x.reshape(Shape(target)))
        }
    }

    @Test func stridesExpressMostReshapes() {
        let view = View(contiguous: [4, 6]).applying(.permute([1, 0]))
        #expect(view.applying(.reshape([2, 3, 4])).stages.count == 1)
        #expect(view.applying(.reshape([24])).stages.count == 2)
        #expect(View(contiguous: [4, 6]).applying(.reshape([2, 2, 6])).isContiguous)
    }
}
