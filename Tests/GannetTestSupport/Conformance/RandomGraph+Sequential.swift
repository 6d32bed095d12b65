import GannetGraph

extension RandomGraph {
    /// A convolution, a noise step or a loop, where the tensor allows it. Convolutions are rarer: they take long to
    /// compile.
    static func sequential(
        _ x: Entry, _ stream: inout RandomStream, _ generator: inout SeededGenerator
    ) -> Entry {
        let tensor = x.tensor
        if tensor.rank == 0 || tensor.count == 0 || tensor.count > 400 || tensor.scalarType == .bool {
            return x
        }
        let isFloat = tensor.scalarType.isFloatingPoint
        switch generator.integer(in: 0...6) {
        case 0 where isFloat: return Entry(tensor: convolution(tensor, &generator), isExact: false)
        case 1, 2, 3:
            guard isFloat else { fallthrough }
            return Entry(
                tensor: tensor.noiseStep(
                    .forward, coefficients: generator.floats([tensor.shape[0], 2]), key: stream.nextKey()),
                isExact: false)
        default: return loop(x, &generator)
        }
    }

    private static func convolution(_ x: Tensor, _ generator: inout SeededGenerator) -> Tensor {
        let (rows, channels) = (x.shape[0], x.shape[-1])
        let images =
            x.rank == 1
            ? x.reshape([1, 1, 1, channels])
            : x.reshape([
                1, rows, x.count / (rows * channels), channels,
            ])
        let taps = generator.integer(in: 1...3)
        let filters = generator.floats([taps, taps, channels, generator.integer(in: 1...4)], in: -0.5...0.5)
        return images.convolved(
            with: filters, stride: generator.integer(in: 1...2), padding: taps - 1,
            dilation: generator.integer(in: 1...2))
    }

    private static func loop(_ x: Entry, _ generator: inout SeededGenerator) -> Entry {
        let tensor = x.tensor
        let count = generator.integer(in: 1...4)
        let isFloat = tensor.scalarType.isFloatingPoint
        let rows = generator.leaf(Shape([count] + tensor.shape.extents), tensor.scalarType)
        let loop = Tensor.loop(
            count: count, carrying: [tensor], over: [rows], reversed: generator.integer(in: 0...1) == 0
        ) { step in
            let state = step.state[0]
            let sum = state + step.scanned[0]
            return (
                [isFloat ? (sum * 0.5).tanh().cast(to: tensor.scalarType) : sum],
                [isFloat ? state * tensor.cast(to: .float32) : state - tensor]
            )
        }
        return Entry(
            tensor: generator.element(of: loop.state + loop.outputs), isExact: x.isExact && !isFloat)
    }
}
