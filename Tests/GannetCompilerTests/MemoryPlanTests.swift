import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Which buffers programs write into, and when.
@Suite struct MemoryPlanTests {
    private func leaf(_ extents: Int...) -> Tensor {
        let shape = Shape(extents)
        return Tensor((0..<shape.count).map { Float($0 % 13) - 6 }, shape: shape)
    }

    private func lowered(_ roots: [Tensor], replacing: [Int: Tensor] = [:]) -> Program {
        let (_, leaves) = GraphSignature.of(roots)
        let updates = replacing.mapValues { leaf in leaves.firstIndex { $0 === leaf.node }! }
        return Lowering.lower(roots, leaves: leaves, updates: updates).program
    }

    @Test func anUpdateMayReplaceItsInput() {
        let (w, g) = (leaf(4, 3), leaf(4, 3))
        #expect(lowered([w - 0.1 * g], replacing: [0: w]).donations == [0])
    }

    @Test func anInputThatIsReadElsewhereInTheKernelMayNotBeReplaced() {
        let w = leaf(3, 3)
        #expect(lowered([w - w.transposed()], replacing: [0: w]).donations == [nil])
        #expect(lowered([w.matmul(w) + w], replacing: [0: w]).donations == [nil])
        #expect(lowered([w - w.sum()], replacing: [0: w]).donations == [0])
    }

    @Test func replacementsComeLast() {
        // The new w does not depend on w · x, which reads the old one.
        let (w, x) = (leaf(3, 3), leaf(3, 3))
        let program = lowered([w * 2, w.matmul(x)], replacing: [0: w])
        #expect(program.donations == [0, nil])
        guard case .matrixProduct = program.calls[0].kernel else {
            Issue.record("\(program)")
            return
        }
    }

    @Test func placesOfTheLivingNeverMeet() throws {
        var random = SeededGenerator.announced(for: "memory plans")
        for _ in 0..<100 {
            var values = [leaf(16), leaf(16)]
            for _ in 0..<20 {
                let a = values.randomElement(using: &random)!
                let b = values.randomElement(using: &random)!
                // Values of at most 6 stay so: an overflow would become NaN, and in the reference's float64 not.
                values.append(
                    Bool.random(using: &random)
                        ? a * b / 6 : ((a - b.flipped(axes: [0])).sum() + a) / 33)
            }
            let evaluator = Evaluator(InterpreterBackend(), options: DebugOptions(validates: true))
            _ = try evaluator.evaluate(values.suffix(3))
        }
    }

    @Test func aChainNeedsNoMoreThanAFewPlaces() {
        var x = leaf(64, 64)
        for _ in 0..<20 { x = x.matmul(x.transposed()) * 0.01 }
        #expect(lowered([x]).arenaByteCount <= 3 * 64 * 64 * 4)
    }
}
