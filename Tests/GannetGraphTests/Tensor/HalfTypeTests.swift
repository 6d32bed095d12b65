import GannetGraph
import GannetTestSupport
import Testing

/// Which operations keep a type for storage only, and which give `float32`.
@Suite struct HalfTypeTests {
    private let x = Tensor([1, 2, 3, 4] as [BFloat16], shape: [2, 2])
    private let single = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])

    @Test func movementKeepsTheType() {
        let indices = Tensor([0, 5] as [Int32])
        let kept = [
            x.transposed(), x.reshape([4]), x.slice(0..<1, axis: 0),
            x.padded(low: [1, 1], high: [0, 0], value: 0.1),
            x.flipped(axes: [0]), .concatenate([x, x], axis: 1), x.gathered(at: indices),
            x.stoppingGradient(),
            select(single .< 2, x, x), select(single .< 2, x, 0.1), select(single .< 2, 70_000, x),
            x.broadcast(to: [3, 2, 2]), .zeros([2], type: .bfloat16), .full(2 as BFloat16, shape: [3]),
        ]
        for (number, tensor) in kept.enumerated() { #expect(tensor.scalarType == .bfloat16, "\(number)") }
    }

    @Test func arithmeticGivesSinglePrecision() {
        let results = [
            x + x, x * single, 2 * x, 0.1 - x, -x, x.exp(), x.relu(), x.abs(), x.sum(), x.sum(axes: []),
            x.mean(),
            x.max(axes: [0]), x.matmul(x), x.softmax(), x.clamped(to: -1...1), x.raised(to: 0),
            x.raised(to: 1),
            maximum(x, 1), select(single .< 2, x, single), x.gelu(), x.variance(), x.squared(),
            .scatterAdd(x, at: Tensor([0, 1] as [Int32]), rows: 3), x + x.cast(to: .float16),
        ]
        for (number, tensor) in results.enumerated() { #expect(tensor.scalarType == .float32, "\(number)") }
        #expect((x .< 2).scalarType == .bool && (x .== x).scalarType == .bool)
    }

    /// The mean of more numbers than `float16` can count.
    @Test func meansCountInSinglePrecision() throws {
        let many = Tensor.full(Float(3), shape: [70_001]).cast(to: .float16)
        #expect(try ReferenceEvaluator().values(of: [many.mean()])[0].elements == [3])
    }

    @Test func castsGoByWayOfSinglePrecision() throws {
        // As a `float32` it is 16,842,752, the middle of two; by itself it would be above that.
        let number = Tensor([16_842_753] as [Int32])
        let values = try ReferenceEvaluator().values(of: [
            number.cast(to: .bfloat16), Tensor([true, false]).cast(to: .float16),
            Tensor([65_519, 65_520] as [Int32]).cast(to: .float16),
            Tensor([3.7, -1, .infinity] as [Float]).cast(to: .bfloat16).cast(to: .int32),
            x.cast(to: .float16).cast(to: .bool),
        ])
        #expect(values[0].elements == [16_777_216])
        #expect(values[1].elements == [1, 0])
        #expect(values[2].elements == [65_504, .infinity])
        #expect(values[3].elements == [3, -1, 2_147_483_647])
        #expect(values[4].elements == [1, 1, 1, 1])
    }

    @Test func gradientsHaveTheTypeOfWhatTheyAreOf() throws {
        let half = Tensor([1, 2] as [Float]).cast(to: .float16)
        let leaf = Tensor([0.5, 0.25] as [BFloat16])
        let loss = (half * leaf).sum() + (leaf * 3).sum()
        let slopes = gradients(of: loss, withRespectTo: [half, leaf, x])
        #expect(slopes.map(\.scalarType) == [.float16, .bfloat16, .bfloat16])
        let values = try ReferenceEvaluator().values(of: slopes)
        #expect(values.map(\.elements) == [[0.5, 0.25], [4, 5], [0, 0, 0, 0]])
        // 256 and 1 are added before they are rounded; 257 is a tie of `bfloat16`, 258 is not.
        let sums = gradients(of: (leaf * 256).sum() + leaf.sum() + leaf.sum(), withRespectTo: [leaf])
        #expect(try ReferenceEvaluator().values(of: sums)[0].elements == [258, 258])
    }

    @Test func gradientsPassThroughCasts() throws {
        let inputs = [
            Tensor([0.3, -0.7, 1.1, 0.2, 0.9, -0.4] as [Float], shape: [2, 3]),
            Tensor([0.5, 0.1, -0.8] as [Float]),
        ]
        let failures = try GradientCheck.failures(at: inputs, order: 2) { inputs in
            let x = inputs[0].cast(to: .bfloat16)
            let y = (x.transposed().slice(0..<2, axis: 0) * inputs[1].slice(1..<3, axis: 0).reshape([2, 1]))
                .cast(to: .float16)
            let rows = Tensor.concatenate([y, y.flipped(axes: [1])], axis: 0)
            let picked = rows.gathered(at: Tensor([0, 3, 3] as [Int32])).padded(low: [0, 1], high: [1, 0])
            return (picked.tanh() * select(picked .< 0, picked, 0.5)).exp()
        }
        #expect(failures == [])
    }

    @Test func gradientsPassThroughLoops() throws {
        let inputs = [
            Tensor([0.3, -0.7] as [Float]), Tensor([0.5, 0.1, -0.8, 0.4] as [Float], shape: [2, 2]),
        ]
        let failures = try GradientCheck.failures(at: inputs) { inputs in
            let loop = Tensor.loop(
                count: 2, carrying: [inputs[0].cast(to: .bfloat16)], over: [inputs[1].cast(to: .float16)]
            ) { step in
                let next = (step.state[0] * inputs[1].element(0, axis: 1) + step.scanned[0]).tanh()
                return ([next.cast(to: .bfloat16)], [next.cast(to: .float16)])
            }
            return loop.state[0] * 2 + loop.outputs[0].sum(axes: [0])
        }
        #expect(failures == [])
    }
}
