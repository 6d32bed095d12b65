import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// What programs are made of: which kernels, and that they compute what the graph says.
@Suite struct LoweringTests {
    private let evaluator = Evaluator(InterpreterBackend(), options: DebugOptions(validates: true))

    /// Runs a graph through the compiler, with each kernel call compared with the reference; returns the program.
    private func program(of roots: [Tensor]) throws -> Program {
        _ = try evaluator.evaluate(roots)
        let (_, leaves) = GraphSignature.of(roots)
        return try evaluator.compile(roots, leaves: leaves).program
    }

    private func leaf(_ extents: Int...) -> Tensor {
        let shape = Shape(extents)
        return Tensor((0..<shape.count).map { Float(($0 * 7919) % 101) / 50 - 1 }, shape: shape)
    }

    @Test func elementwiseChainIsOneKernel() throws {
        let x = leaf(5, 7)
        let program = try program(of: [(x * 2 + 1).exp().sigmoid()])
        #expect(program.calls.count == 1)
    }

    @Test func movementsFoldIntoTheirReader() throws {
        let x = leaf(4, 6)
        let y =
            x.transposed().slice(1..<5, axis: 0, step: 2).flipped(axes: [1])
            + x.slice(0..<2, axis: 0).reshape(1, 12)
            .slice(0..<4, axis: 1).broadcast(to: [2, 4])
        #expect(try program(of: [y]).calls.count == 1)
    }

    @Test func paddingAndConcatenation() throws {
        let x = leaf(3, 4)
        let y = (x * 2).padded(low: [1, 0], high: [0, 2], value: 5).padded(low: [0, 1], high: [1, 0])
        let z = Tensor.concatenate(
            [y.exp(), x.padded(low: [1, 1], high: [1, 2]), y.flipped(axes: [0])], axis: 0)
        #expect(try program(of: [z.reshape(-1, 5).transposed()]).calls.count == 1)
    }

    @Test func biasAndActivationJoinTheProduct() throws {
        let y = (leaf(8, 5).matmul(leaf(5, 3)) + leaf(3)).relu()
        #expect(try program(of: [y]).calls.count == 1)
    }

    @Test func reductionTakesWhatComesBeforeAndAfter() throws {
        let x = leaf(6, 4, 5)
        #expect(try program(of: [(x.exp() * 2).sum(axes: [1]).sqrt()]).calls.count == 1)
        #expect(try program(of: [x.squared().sum(axes: [0, 2])]).calls.count == 1)
        #expect(try program(of: [x.permute(2, 0, 1).max(axes: [0])]).calls.count == 1)
    }

    @Test func trainingStepOfAnMLP() throws {
        let (x, t) = (leaf(8, 6), leaf(8, 2))
        let weights = [leaf(6, 4), leaf(4), leaf(4, 2), leaf(2)]
        let hidden = (x.matmul(weights[0]) + weights[1]).relu()
        let loss = (hidden.matmul(weights[2]) + weights[3] - t).squared().mean()
        let updated = zip(weights, gradients(of: loss, withRespectTo: weights)).map { $0 - 0.1 * $1 }
        let program = try program(of: [loss] + updated)
        // Two products forward, the loss, three products and two sums backward; all else joins them.
        #expect(program.calls.count <= 9, "\(program)")
    }

    @Test func gatherAndScatter() throws {
        let table = leaf(5, 3)
        let indices = Tensor([4, 0, 7, -1, 2] as [Int32])
        let rows = (table * 2).gathered(at: indices)
        let back = Tensor.scatterAdd(rows.isNaN().cast(to: .float32) + 1, at: indices, rows: 6)
        #expect(try program(of: [back, indices.cast(to: .float32)]).calls.count <= 4)
    }

    @Test func randomNumbersFuse() throws {
        var stream = RandomStream(seed: 3)
        let x = stream.normal([40, 5]) * leaf(5) + stream.uniform([40, 5])
        #expect(try program(of: [x.transposed().exp()]).calls.count == 1)
    }

    @Test func emptyAndScalarShapes() throws {
        let empty = leaf(0, 3)
        _ = try program(of: [
            empty + 1, empty.sum(axes: [0]), empty.sum(), empty.max(axes: [1]), leaf().exp(),
        ])
        _ = try program(of: [leaf(4, 0).matmul(leaf(0, 3))])
        _ = try program(of: [.concatenate([empty, leaf(2, 3)], axis: 0)])
    }

    @Test func rootsThatAreLeavesLiteralsOrTheSame() throws {
        let x = leaf(3, 2)
        let y = x * 3
        _ = try program(of: [
            y, y, y.reshape(6), x.transposed(), .ones([2, 2]), x, .range(4), y.transposed(),
        ])
    }

    @Test func longChainsNeitherOverflowNorExplode() throws {
        var x = leaf(3)
        for _ in 0..<20_000 { x = x * 0.999 + 0.001 }
        let (_, leaves) = GraphSignature.of([x])
        let lowered = Lowering.lower([x], leaves: leaves)
        #expect(lowered.program.calls.count < 1000)
        let gradient = gradients(of: x.sum(), withRespectTo: [Tensor(leaves[0])])
        #expect(gradient[0].shape == [3])
    }

    @Test func sharedExpensiveValuesAreComputedOnce() throws {
        let x = leaf(16, 8)
        let e = x.exp().sin().tanh().sin().cos()
        let program = try program(of: [e.sum(axes: [1]), e.transposed() * 2, e / 3])
        let exponentials = program.calls.reduce(0) { total, call in
            func count(_ expression: Expression) -> Int {
                expression.instructions.count { if case .unary(.exponential, _) = $0 { true } else { false } }
            }
            switch call.kernel {
            case .map(let map): return total + count(map.expression)
            case .reduce(let reduce): return total + count(reduce.prologue) + count(reduce.epilogue)
            default: return total
            }
        }
        #expect(exponentials == 1, "\(program)")
    }

    @Test func whatOneStoredValueGivesIsComputedAgain() throws {
        func stored(_ tensor: Tensor) throws -> Int {
            let program = try program(of: [tensor.sum(axes: [1]), tensor.transposed().matmul(leaf(16, 3))])
            return program.calls.reduce(0) { $0 + $1.outputs.count }
        }
        let (x, y) = (leaf(16, 8), leaf(16, 8))
        // A sigmoid is cheaper than its way to memory and back; the product alone stores it.
        #expect(try stored(x.sigmoid()) == 3)
        let s = x.sigmoid()
        let again = try program(of: [s.sum(axes: [1]), s.sum(axes: [0])])
        #expect(again.calls.count == 2 && again.arenaByteCount == 0, "\(again)")
        // Of two values, both would be read again.
        let t = x.sigmoid() * y
        let once = try program(of: [t.sum(axes: [1]), t.sum(axes: [0])])
        #expect(once.arenaByteCount > 0, "\(once)")
    }
}
