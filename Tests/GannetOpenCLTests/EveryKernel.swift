import GannetCompiler
import GannetGraph
import GannetTestSupport

/// Graphs that, lowered, hold every kind of kernel: for tools that look at kernels, and not at values alone.
struct EveryKernel {
    /// A graph and what it is about.
    struct Graph: Sendable, CustomStringConvertible {
        let description: String
        let results: [Tensor]

        /// The program that computes the results.
        var program: Program {
            let (_, leaves) = GraphSignature.of(results)
            return Lowering.lower(results, leaves: leaves).program
        }
    }

    /// How large the graphs are.
    enum Scale {
        /// For a simulator of devices: some thousand work-items each.
        case tiny
        /// The shapes of models, so that the kernels of large shapes are chosen; leaves hold no values.
        case realistic
    }

    private let isTiny: Bool
    private var generator = SeededGenerator(named: "every kernel")
    private(set) var graphs: [Graph] = []

    /// All graphs of a scale.
    static func graphs(_ scale: Scale) -> [Graph] {
        var every = EveryKernel(isTiny: scale == .tiny)
        every.addElementwise()
        every.addHalves()
        every.addReductions()
        every.addProducts()
        every.addIndexing()
        every.addLines()
        every.addConvolutions()
        every.addNoise()
        every.addLoops()
        return every.graphs
    }

    private init(isTiny: Bool) { self.isTiny = isTiny }

    private mutating func add(_ name: String, _ results: [Tensor]) {
        graphs.append(Graph(description: name, results: results))
    }

    private mutating func leaf(_ shape: Shape) -> Tensor {
        if isTiny { return generator.floats(shape) }
        return Tensor(Storage(HostBuffer(byteCount: shape.count * 4)), shape: shape, scalarType: .float32)
    }

    private func pick<Value>(_ tiny: Value, _ realistic: Value) -> Value { isTiny ? tiny : realistic }

    // MARK: The kinds

    private mutating func addElementwise() {
        let x = leaf(pick([5, 37], [128, 4000]))
        let y = leaf(x.shape)
        let n = (x * 3).cast(to: .int32)
        add(
            "functions",
            [
                x.exp(), x.abs().log(), x.sin(), x.cos(), x.tanh(), x.erf(), x.abs().sqrt(), x.floor(),
                x.ceil(), x.rounded(), x.sign(), x / y, maximum(x, y), minimum(x, y), n / (n - 1),
                n % 5, n.cast(to: .uint32).multipliedHigh(by: 77), x.cast(to: .bool), n &<< 2, n &>> 1,
                select(x .< y, x, -y),
            ])
        add(
            "movement",
            [
                x.transposed() * 2, x.flipped(axes: [0, 1]) + 1, x.slice(1..<4, axis: 0).exp(),
                x.padded(low: [1, 2], high: [2, 1], value: 0) * 3,
                .concatenate([x, y], axis: 1) - 1, x.transposed().reshape([x.shape.count]).tanh(),
            ])
        var stream = RandomStream(seed: 9)
        add("random numbers", [stream.normal(x.shape) * x, stream.uniform(x.shape) + y])
    }

    private mutating func addHalves() {
        let extents = pick((5, 37), (128, 4000))
        for type in [ScalarType.float16, .bfloat16] {
            // Whole numbers, whose sums are exact: another order does not round another number.
            let x = leaf([extents.0, extents.1]).rounded().cast(to: type)
            let y = leaf([extents.1, extents.0]).rounded().cast(to: type)
            add(
                "\(type)",
                [
                    x, y.transposed(), x.slice(1..<extents.1, axis: 1), x * y.transposed(), x.sum(axes: [1]),
                    .concatenate([x, x.flipped(axes: [1])], axis: 1), x.matmul(y).cast(to: type),
                    y.gathered(at: Tensor([3, 0, 2] as [Int32])), x.cast(to: .float32) + 1,
                ])
        }
    }

    private mutating func addReductions() {
        let shapes: [Shape] = pick(
            [[3, 40], [40, 3], [2, 5, 33]], [[256, 1000], [60_000, 64], [64, 49, 128]])
        for shape in shapes {
            let x = leaf(shape)
            var results = shape.extents.indices.map { (x * x).sum(axes: [$0]) }
            results += [x.max(axes: [0]), x.min(axes: [-1]), x.sum()]
            add("reductions of \(shape)", results)
        }
        let large = leaf(pick([66_000], [4_000_000]))
        add(
            "a reduction in pieces",
            [large.sum(), large.reshape([1000, large.shape.count / 1000]).sum(axes: [0])])
    }

    private mutating func addProducts() {
        let sizes = pick(
            [(64, 130, 3), (9, 7, 5), (33, 20, 17), (20, 3, 30), (18, 20, 300)],
            [
                (4096, 4096, 1024), (1024, 1024, 512), (300, 200, 100), (128, 400, 784), (1, 2048, 512),
                (64, 64, 65536),
            ])
        for (m, n, k) in sizes {
            let (a, b, bias) = (leaf([m, k]), leaf([k, n]), leaf([n]))
            let (c, d) = (leaf([k, m]), leaf([n, k]))
            add(
                "products of \(m), \(n) and \(k)",
                [
                    maximum(a.matmul(b) + bias, .full(Float(0), shape: [m, n])),
                    c.transposed().matmul(d.transposed()),
                ])
        }
        let (batch, rows) = pick((3, 6), (16, 64))
        for k in [9, pick(120, 64)] {
            add(
                "a batch of products of \(k)",
                [leaf([batch, rows, k]).matmul(leaf([batch, k, rows])).tanh()])
        }
    }

    private mutating func addIndexing() {
        let table = leaf(pick([7, 20], [1000, 256]))
        let count = pick(11, 4096)
        let indices = Tensor((0..<count).map { Int32($0 * 5 % 9) })
        let found = table.gathered(at: indices)
        add("rows", [found * 2, .scatterAdd(leaf(found.shape), at: indices, rows: table.shape[0])])
    }

    private mutating func addLines() {
        let (line, columns) = (leaf(pick([2, 45], [256, 1000])), leaf(pick([2, 9, 19], [16, 256, 256])))
        add(
            "scans",
            [
                line.cumulativeSum(), line.cumulativeMaximum(isReversed: true),
                columns.cumulativeSum(axis: 1), columns.cumulativeProduct(axis: 1, isReversed: true),
            ])
        let (long, few) = (leaf(pick([8300], [1 << 20])), leaf(pick([140, 3], [1 << 16, 5])))
        let (rows, order) = (leaf(pick([5, 41], [64, 50_257])), leaf(pick([2, 4100], [1, 1 << 20])))
        add(
            "sorts",
            [
                rows.argsort(isDescending: true), rows.transposed().cast(to: .int32).argsort(),
                order.argsort(),
            ])
        add("scans in pieces", [long.cumulativeSum(), few.cumulativeSum(axis: 0, isReversed: true)])
    }

    private mutating func addConvolutions() {
        typealias Case = (String, images: Shape, filters: Shape, ConvolutionGeometry)
        func geometry(
            stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
            mask: ConvolutionMask? = nil
        ) -> ConvolutionGeometry {
            let axis = ConvolutionGeometry.Axis(
                stride: stride, dilation: dilation, padLow: padding, padHigh: padding)
            return ConvolutionGeometry(height: axis, width: axis, groups: groups, mask: mask)
        }
        let causal = ConvolutionMask(height: 3, width: 3) { row, column, _, _ in
            row < 1 || (row == 1 && column <= 1)
        }
        let ordered = ConvolutionMask(height: 3, width: 3, inputGroups: 2, outputGroups: 2) {
            row, column, input, output in
            row < 1 || (row == 1 && (column < 1 || (column == 1 && input <= output)))
        }
        let tiny: [Case] = [
            ("3 × 3", [2, 6, 5, 4], [3, 3, 4, 6], geometry(padding: 1)),
            ("stride 2", [2, 7, 6, 3], [4, 4, 3, 5], geometry(stride: 2, padding: 1)),
            (
                "dilation and groups", [1, 8, 7, 6], [3, 2, 3, 4],
                geometry(padding: 1, dilation: 2, groups: 2)
            ),
            ("depthwise", [2, 6, 5, 19], [3, 3, 1, 19], geometry(padding: 1, groups: 19)),
            ("one channel", [1, 4, 5, 1], [5, 5, 1, 3], geometry(padding: 2)),
            ("wide", [1, 2, 3, 18], [3, 3, 18, 33], geometry(padding: 1)),
            ("few results", [2, 5, 6, 12], [3, 3, 12, 3], geometry(padding: 1)),
            ("few channels", [1, 8, 7, 3], [4, 4, 3, 13], geometry(stride: 2, padding: 1)),
            ("mask", [2, 5, 5, 4], [3, 3, 4, 6], geometry(padding: 1, mask: causal)),
            ("mask of channels", [1, 5, 5, 4], [3, 3, 4, 6], geometry(padding: 1, mask: ordered)),
        ]
        let realistic: [Case] = [
            ("3 × 3", [64, 28, 28, 64], [3, 3, 64, 64], geometry(padding: 1)),
            ("3 × 3 of many channels", [64, 32, 32, 128], [3, 3, 128, 128], geometry(padding: 1)),
            ("stride 2", [64, 32, 32, 64], [4, 4, 64, 128], geometry(stride: 2, padding: 1)),
            ("groups", [64, 28, 28, 64], [3, 3, 16, 64], geometry(padding: 1, groups: 4)),
            ("depthwise", [64, 28, 28, 64], [3, 3, 1, 64], geometry(padding: 1, groups: 64)),
            ("one channel", [64, 28, 28, 1], [7, 7, 1, 64], geometry(padding: 3)),
            ("three results", [64, 32, 32, 64], [3, 3, 64, 3], geometry(padding: 1)),
            ("1 × 1", [64, 28, 28, 64], [1, 1, 64, 256], geometry()),
            ("mask", [64, 28, 28, 64], [3, 3, 64, 64], geometry(padding: 1, mask: causal)),
            ("mask of channels", [64, 28, 28, 64], [3, 3, 64, 64], geometry(padding: 1, mask: ordered)),
        ]
        for (name, shape, filterShape, geometry) in pick(tiny, realistic) {
            let (images, filters) = (leaf(shape), leaf(filterShape))
            let results = images.convolved(with: filters, geometry)
            // An epilogue that keeps the sums' scale, by which errors are judged.
            let weighted = results * leaf(results.shape)
            add(
                "convolution, \(name)",
                [weighted] + gradients(of: weighted.sum(), withRespectTo: [images, filters]))
        }
    }

    private mutating func addNoise() {
        var stream = RandomStream(seed: 4)
        for shape: Shape in pick([[3, 64], [5, 3], [2, 7, 9, 3]], [[16, 256, 256, 3], [64, 28, 28, 1]]) {
            let (x, m) = (leaf(shape), leaf(shape))
            var results = [x.noiseStep(.forward, coefficients: leaf([shape[0], 2]), key: stream.nextKey())]
            for step: NoiseStep in [
                .reverse(isClipped: true, isNoisy: true), .reverse(isClipped: false, isNoisy: false),
            ] {
                results.append(
                    x.noiseStep(
                        step, prediction: m, coefficients: leaf([shape[0], 7]),
                        key: step.isNoisy ? stream.nextKey() : nil))
            }
            add("noise steps of \(shape)", results)
        }
    }

    private mutating func addLoops() {
        for graph in LoopGraph.all where !graph.description.contains("20,000") {
            add(graph.description, graph.results())
        }
        let (batch, hidden) = pick((2, 20), (64, 512))
        let (rows, weights) = (leaf([4, batch, hidden]), leaf([hidden, hidden]))
        let loop = Tensor.loop(count: 4, carrying: [leaf([batch, hidden])], over: [rows]) { step in
            let next = (step.scanned[0] + step.state[0].matmul(weights)).tanh()
            return ([next], [next])
        }
        add(
            "a recurrent layer",
            loop.state + loop.outputs + gradients(of: loop.outputs[0].sum(), withRespectTo: [weights]))
    }
}
