import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// What is checkpointed is computed again, and so takes less memory, and nothing else changes.
@Suite struct CheckpointingTests {
    private let weights: [Tensor]
    private let x: Tensor

    init() {
        var random = SeededGenerator(named: "checkpointing")
        weights = (0..<16).map { _ in random.floats([16, 16], in: -0.3...0.3) }
        x = random.floats([256, 16])
    }

    /// The mean of what layers make of x, and its gradients; `length` layers are a segment, none where it is 0.
    private func network(_ length: Int, isNoisy: Bool = false) -> [Tensor] {
        var noise = RandomStream(seed: 5)
        func layers(_ range: Range<Int>, _ h: Tensor) -> Tensor {
            range.reduce(h) { h, number in
                var y = h.matmul(weights[number]).gelu() + h
                if isNoisy {
                    y = y * noise.bernoulli(probability: .full(Float(0.9), shape: y.shape))
                }
                return y
            }
        }
        var h = x
        if length == 0 {
            h = layers(0..<16, h)
        } else {
            for start in stride(from: 0, to: 16, by: length) {
                h = h.checkpointed { layers(start..<start + length, $0) }
            }
        }
        let loss = h.squared().mean()
        return [loss] + gradients(of: loss, withRespectTo: weights)
    }

    private func program(_ roots: [Tensor]) -> Program {
        Lowering.lower(roots, leaves: GraphSignature.of(roots).leaves).program
    }

    private func products(_ program: Program) -> Int {
        program.calls.count { if case .matrixProduct = $0.kernel { true } else { false } }
    }

    @Test(arguments: [false, true])
    func memoryFallsAndGradientsStay(isNoisy: Bool) throws {
        let (plain, segments) = (network(0, isNoisy: isNoisy), network(4, isNoisy: isNoisy))
        let (whole, parts) = (program(plain), program(segments))
        print(
            "Checkpointing, \(isNoisy ? "with" : "without") noise: \(whole.arenaByteCount) bytes become "
                + "\(parts.arenaByteCount), \(products(whole)) products \(products(parts))")
        #expect(Double(parts.arenaByteCount) < 0.6 * Double(whole.arenaByteCount))
        // Each product is made once more, but for the last of each segment, whose result the gradient does not need.
        #expect(products(parts) > products(whole) && products(parts) <= products(whole) + 16)
        let evaluator = Evaluator(InterpreterBackend(), options: DebugOptions())
        let values = try [plain, segments].map { roots in
            try evaluator.evaluate(roots).map { try $0.hostBuffer() }
        }
        for (a, b) in zip(values[0], values[1]) { #expect(Array(a.bytes) == Array(b.bytes)) }
    }

    @Test func oneStructureIsOneProgram() {
        let signatures = (0..<2).map { _ in GraphSignature.of([network(4)[0]]).signature }
        #expect(signatures[0] == signatures[1])
        #expect(!signatures[0].hasCustomGradients)
        #expect(signatures[0] != GraphSignature.of([network(8)[0]]).signature)
    }

    @Test func whatHasNoGradientIsLeftAsItIs() {
        let indices = x.checkpointed { ($0 .< 0).cast(to: .int32) }
        if case .customGradient = indices.node.operation { Issue.record("a gradient for integers") }
        #expect(x.checkpointed { $0 } == x)
    }
}
