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

    @Test func shortSumsAreAdditions() throws {
        func isReduction(_ tensor: Tensor) -> Bool {
            if case .reduce = tensor.node.operation { true } else { false }
        }
        let y = Tensor((0..<96).map { Float($0 * 7 % 23) - 11 }, shape: [3, 2, 4, 2, 2])
        for axes in [[1], [3], [1, 3], [0]] {
            let sum = y.sum(axes: axes)
            let simple = simplified(sum)
            #expect(!isReduction(simple), "axes \(axes)")
            #expect(simple.shape == sum.shape)
            let values = try ReferenceEvaluator().values(of: [simple, sum])
            #expect(values[0].elements == values[1].elements, "axes \(axes)")
        }
        // Of −0 and −0 the sum is 0, as that of a reduction is.
        let zeros = simplified(Tensor([-0, -0, -0, -0] as [Float], shape: [2, 2]).sum(axes: [0]))
        #expect(try ReferenceEvaluator().values(of: [zeros])[0].elements.allSatisfy { $0.sign == .plus })
        for tensor in [y.sum(axes: [2, 3]), y.sum(axes: [4]), y.max(axes: [1]), (y * 2).sum(axes: [1])] {
            #expect(isReduction(simplified(tensor)))
        }
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
