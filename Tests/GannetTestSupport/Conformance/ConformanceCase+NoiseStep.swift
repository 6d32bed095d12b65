import GannetGraph

extension ConformanceCase {
    static let steps: [NoiseStep] = [
        .forward, .reverse(isClipped: false, isNoisy: false), .reverse(isClipped: true, isNoisy: false),
        .reverse(isClipped: false, isNoisy: true), .reverse(isClipped: true, isNoisy: true),
    ]

    /// Steps of diffusion processes, with their gradients.
    static let noise: [ConformanceCase] = [
        ConformanceCase("noise steps", .scaled(2e-6)) { generator in
            var stream = RandomStream(seed: 31)
            let shapes: [Shape] = [
                [1, 1], [3, 5, 7, 2], [2, 64], [5, 130], [4], [1, 3001], [0, 4], [3, 0],
            ]
            return shapes.flatMap { shape in
                steps.map { step(of: $0, generator.floats(shape), &stream, &generator).result }
            }
        },
        ConformanceCase("noise of a noise step", .exact) { generator in
            var stream = RandomStream(seed: 32)
            let zeros = Tensor.zeros([3, 7, 11])
            let key = stream.nextKey()
            return [
                zeros.noiseStep(.forward, coefficients: Tensor([0, 1] as [Float]), key: key),
                generator.floats([3, 7, 11]).noiseStep(
                    .reverse(isClipped: true, isNoisy: true), prediction: zeros,
                    coefficients: Tensor([0, 0, 0, 0, 0, 1, 1] as [Float]), key: key),
                RandomStream.normal([3, 7, 11], key: key),
            ]
        },
        ConformanceCase("gradients of noise steps", .scaled(5e-6)) { generator in
            var stream = RandomStream(seed: 33)
            return steps.flatMap { kind -> [Tensor] in
                let (result, inputs) = step(of: kind, generator.floats([3, 5, 4]), &stream, &generator)
                let first = gradients(
                    of: (result * generator.floats(result.shape)).sum(), withRespectTo: inputs)
                return first + gradients(of: first[0].squared().sum(), withRespectTo: inputs)
            }
        },
        ConformanceCase("noise steps among other operations", .scaled(3e-6)) { generator in
            var stream = RandomStream(seed: 34)
            let table = generator.floats([10, 2], in: 0.1...1)
            let steps = generator.integers([4], in: 0...9)
            let x = generator.floats([4, 6, 5])
            let key = stream.nextKey()
            let noisy = x.tanh().noiseStep(
                .forward, coefficients: table.gathered(at: steps), key: key)
            let noise = RandomStream.normal(x.shape, key: key)
            let chain = noisy.noiseStep(
                .reverse(isClipped: true, isNoisy: true), prediction: noisy * 0.3,
                coefficients: generator.floats([7], in: 0.2...1), key: stream.nextKey())
            return [
                noisy, (noisy - noise).squared().mean(), noisy.permute(2, 0, 1) * 2, chain,
                chain.sum(axes: [1]), noisy.reshape([8, 15]),
            ]
        },
    ]

    /// A step on `x` with random operands, and those that have gradients.
    static func step(
        of kind: NoiseStep, _ x: Tensor, _ stream: inout RandomStream, _ generator: inout SeededGenerator
    ) -> (result: Tensor, inputs: [Tensor]) {
        let coefficients = generator.floats([x.shape[0], kind.coefficientCount], in: 0.2...1.5)
        let prediction = kind.hasPrediction ? generator.floats(x.shape) : nil
        let result = x.noiseStep(
            kind, prediction: prediction, coefficients: coefficients,
            key: kind.isNoisy ? stream.nextKey() : nil)
        return (result, [x, coefficients] + (prediction.map { [$0] } ?? []))
    }
}
