import GannetCompiler
import GannetGraph
import Testing

/// What is folded, and what must not be.
@Suite struct SimplifierTests {
    private let x = Tensor([1, -2, 3, 4, 5, 6] as [Float], shape: [2, 3])

    private func simplified(_ tensor: Tensor) -> Tensor { Simplifier.simplify([tensor])[0] }

    @Test func exactAlgebraDisappears() {
        #expect(simplified(x * 1) == x)
        #expect(simplified(1 * x / 1) == x)
        #expect(simplified(x - 0) == x)
        #expect(simplified(-(-x)) == x)
        #expect(simplified(x.stoppingGradient()) == x)
        #expect(simplified(select(x .< 0, x, x)) == x)
        #expect(simplified(x.transposed().transposed()) == x)
        #expect(simplified(x.reshape(6).reshape(3, 2).reshape(2, 3)) == x)
    }

    @Test func whatChangesBitsStays() {
        // −0 + 0 is 0; 0 · NaN is NaN.
        #expect(simplified(x + 0) != x)
        #expect(simplified(x * 0).shape == [2, 3])
        if case .binary(.multiply) = simplified(x * 0).node.operation {
        } else {
            Issue.record("x · 0 was folded")
        }
    }

    @Test func constantsFold() {
        let folded = simplified((Tensor.literal(2 as Float) * 3 + 1).broadcast(to: [2, 2]).transposed())
        var node = folded.node
        while !node.inputs.isEmpty { node = node.inputs[0].node }
        guard case .literal(let value) = node.operation else {
            Issue.record("\(node.operation) is not a literal")
            return
        }
        #expect(value == (7 as Float).literal)
    }

    @Test func equalSubexpressionsAreOne() {
        let roots = Simplifier.simplify([x.exp() + 1, x.exp() * 2])
        #expect(roots[0].node.inputs[0] == roots[1].node.inputs[0])
    }

    @Test func valuesOfLeavesAreNotPartOfTheSignature() {
        func graph(_ value: Float, _ literal: Tensor) -> Tensor { (Tensor(value) * literal).exp() }
        #expect(GraphSignature.of([graph(1, 2)]).signature == GraphSignature.of([graph(3, 2)]).signature)
        #expect(GraphSignature.of([graph(1, 2)]).signature != GraphSignature.of([graph(1, 3)]).signature)
        let leaf = Tensor(1 as Float)
        #expect(
            GraphSignature.of([leaf * leaf]).signature
                != GraphSignature.of([leaf * Tensor(1 as Float)]).signature)
    }
}
