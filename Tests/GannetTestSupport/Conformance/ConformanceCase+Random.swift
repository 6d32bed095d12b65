import GannetGraph

extension ConformanceCase {
    /// Random numbers: the same bits on every device, however they are read.
    static let random: [ConformanceCase] = [
        ConformanceCase("random bits of every shape", .exact) { _ in
            var stream = RandomStream(seed: 0xFEDC_BA98_7654_3210, position: 0x0123_4567_89AB_CDEF)
            let shapes: [Shape] = [
                [], [0], [1], [15], [16], [17], [63], [64], [65], [1000], [3, 5, 7], [4097], [2, 0],
            ]
            return shapes.map { stream.bits($0) }
        },
        ConformanceCase("random bits that are moved", .exact) { _ in
            var stream = RandomStream(seed: 5)
            let bits = stream.bits([12, 20])
            return [
                bits.transposed(), bits.flipped(axes: [0, 1]), bits.slice(3..<9, axis: 1),
                bits.reshape([5, 48]),
                bits.slice(0..<20, axis: 1, step: 3).transposed().reshape([3, 28]),
                bits.padded(low: [1, 1], high: [1, 1], value: 7), stream.bits([1, 9]).broadcast(to: [4, 9]),
                .concatenate([bits, stream.bits([2, 20])], axis: 0), bits.element(11, axis: 0),
                bits.max(axes: [0]), bits.sum(), stream.bits([6]).gathered(at: Tensor([5, 0, 3] as [Int32])),
                stream.bits([4]),
            ]
        },
        ConformanceCase("distributions", .exact) { generator in
            var stream = RandomStream(seed: 77, position: 12)
            let probability = generator.floats([50, 3], in: -0.2...1.2)
            return [
                stream.uniform([1001]), stream.normal([10_000]), stream.normal([33, 5]), stream.normal([]),
                stream.bernoulli(probability: probability), stream.integers(below: 1000, [999]),
                stream.integers(below: 1, [17]), stream.integers(below: 0x8000_0000, [17]),
                stream.bernoulli(probability: .full(Float(0.5), shape: [64])),
            ]
        },
        ConformanceCase("normal numbers that are moved", .exact) { _ in
            var stream = RandomStream(seed: 6)
            let noise = stream.normal([9, 14])
            return [
                noise.transposed(), noise.reshape([14, 9]), -noise, noise.flipped(axes: [1]), noise,
                noise.slice(2..<5, axis: 0),
            ]
        },
        ConformanceCase("noise in a computation", .scaled(2e-6)) { generator in
            var stream = RandomStream(seed: 8)
            let mean = generator.floats([20, 6])
            let deviation = generator.floats([20, 6], in: 0.1...1)
            let noise = stream.normal([20, 6])
            let sample = mean + deviation * noise
            return [
                sample, sample.sum(axes: [0]), noise * noise, (sample - mean) / deviation - noise + 1,
                select(stream.uniform([20, 6]) .< 0.3, 0, mean / 0.7),
                noise.matmul(generator.floats([6, 4])),
                mean.gathered(at: stream.integers(below: 20, [10])), stream.uniform([300]).mean(),
                noise.mean() + 1,
            ]
        },
    ]
}
