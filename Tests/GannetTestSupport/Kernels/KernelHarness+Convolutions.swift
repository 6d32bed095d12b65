import GannetCompiler
import GannetGraph

/// Convolutions and their gradients toward filters: the shapes of networks, and parts of every form.
extension KernelHarness {
    /// The shape of an ordinary convolution, with all its taps.
    package struct ConvolutionShape: Sendable {
        var batch = 1
        var height = 1
        var width = 1
        var channels = 1
        var filters = 1
        var taps = (1, 1)
        var stride = 1
        var padding = 0
        var dilation = 1

        fileprivate func extent(_ extent: Int, _ taps: Int) -> Int {
            max((extent + 2 * padding - dilation * (taps - 1) - 1) / stride + 1, 0)
        }
        var resultHeight: Int { extent(height, taps.0) }
        var resultWidth: Int { extent(width, taps.1) }
        var depth: Int { taps.0 * taps.1 * channels }

        /// The one part that all results are.
        var part: ConvolutionPart { part(isFlipped: false) }

        /// The one part that all results are; its taps may be the other way round, as those of a gradient toward images.
        func part(isFlipped: Bool) -> ConvolutionPart {
            ConvolutionPart(
                rows: .init(count: resultHeight, stride: stride),
                columns: .init(count: resultWidth, stride: stride), channels: 0..<filters,
                tapChannels: channels,
                taps: (0..<taps.0).flatMap { row in
                    (0..<taps.1).map { column in
                        let place = isFlipped ? (taps.0 - 1 - row, taps.1 - 1 - column) : (row, column)
                        return ConvolutionPart.Tap(
                            row: place.0 * dilation - padding, column: place.1 * dilation - padding,
                            channel: 0, filter: (row * taps.1 + column) * channels * filters)
                    }
                })
        }
    }

    /// Shapes in which kernels find their limits: one channel, many, odd numbers, one axis, one pixel, so many pixels that
    /// sums over them are made in pieces.
    package static let convolutionShapes: [ConvolutionShape] = [
        .init(batch: 2, height: 6, width: 7, channels: 3, filters: 5, taps: (3, 3), padding: 1),
        .init(batch: 1, height: 14, width: 14, channels: 64, filters: 64, taps: (3, 3), padding: 1),
        .init(batch: 2, height: 12, width: 9, channels: 1, filters: 33, taps: (7, 7), padding: 3),
        .init(batch: 3, height: 8, width: 8, channels: 16, filters: 17, taps: (4, 4), stride: 2, padding: 1),
        .init(batch: 4, height: 5, width: 5, channels: 40, filters: 24),
        .init(
            batch: 2, height: 1, width: 70, channels: 8, filters: 12, taps: (1, 9), padding: 0, dilation: 2),
        .init(batch: 1, height: 17, width: 1, channels: 2, filters: 3, taps: (5, 1), stride: 3),
        .init(batch: 5, height: 1, width: 1, channels: 7, filters: 100),
        .init(batch: 2, height: 9, width: 33, channels: 4, filters: 1, taps: (3, 5), padding: 2, dilation: 2),
        .init(batch: 1, height: 3, width: 3, channels: 2, filters: 4, taps: (5, 5)),
        .init(batch: 3, height: 28, width: 28, channels: 9, filters: 10, taps: (3, 3), padding: 1),
        .init(
            batch: 2, height: 3, width: 20, channels: 20, filters: 11, taps: (2, 3), padding: 2, dilation: 2),
        .init(batch: 1, height: 2, width: 27, channels: 530, filters: 9, taps: (1, 2), stride: 2, padding: 1),
        .init(batch: 0, height: 4, width: 4, channels: 2, filters: 3, taps: (2, 2)),
        // Few results of many channels.
        .init(batch: 2, height: 9, width: 7, channels: 13, filters: 1, taps: (7, 7), padding: 3),
        .init(batch: 1, height: 5, width: 40, channels: 20, filters: 8, taps: (3, 3)),
        .init(batch: 3, height: 4, width: 3, channels: 12, filters: 3, taps: (5, 2), padding: 4, dilation: 2),
        .init(batch: 0, height: 4, width: 4, channels: 12, filters: 2, taps: (3, 3), padding: 1),
    ]

    /// What is made of each result: nothing; a bias added and cut off at 0; or a tensor added to its half. The last
    /// two read kernel input 2.
    static func epilogue(_ shape: [Int], form: Int) -> Expression {
        if form == 0 { return epilogue(shape, bias: nil) }
        var expression = Expression()
        var strides = Shape(shape).contiguousStrides
        if form == 1 { for axis in 0..<strides.count - 1 { strides[axis] = 0 } }
        let sum = expression.append(.accumulator, type: .float32)
        let other = expression.append(
            .load(input: 2, view: View(stages: [.init(shape: shape, strides: strides)])), type: .float32)
        let factor = expression.append(.literal(Float(form == 1 ? 0 : 0.5).literal), type: .float32)
        let result: Int
        if form == 1 {
            let biased = expression.append(.binary(.add, sum, other), type: .float32)
            result = expression.append(.binary(.maximum, biased, factor), type: .float32)
        } else {
            let half = expression.append(.binary(.multiply, sum, factor), type: .float32)
            result = expression.append(.binary(.add, half, other), type: .float32)
            expression.stores.append(.init(value: sum, output: 1))
        }
        expression.stores.insert(.init(value: result, output: 0), at: 0)
        return expression
    }

    /// Checks a convolution or gradient; `depth` is the largest number of products in a sum.
    private func check(
        _ kernel: Kernel, _ operands: (Int, Int), results: [Int], form: Int, depth: Int, _ comment: String,
        _ random: inout TestRandom
    ) throws {
        let other = form == 1 ? results[results.count - 1] : results.reduce(1, *)
        var inputs = [operands.0, operands.1].map { RandomViews.values(max($0, 1), .float32, &random) }
        if form > 0 { inputs.append(RandomViews.values(max(other, 1), .float32, &random)) }
        try check(
            kernel, inputs, outputTypes: form == 2 ? [.float32, .float32] : [.float32], tolerance: 2e-6,
            scale: 9 * Double(max(depth, 1)).squareRoot(), comment)
    }

    /// Shapes with filters of 3 × 3 taps and stride 1: images of odd sizes, wide and narrow, and smaller than a tile of
    /// results; no padding and more than is needed; few channels and numbers that fill no vector or panel.
    package static let tiledShapes: [ConvolutionShape] = [
        .init(batch: 2, height: 9, width: 7, channels: 5, filters: 3, taps: (3, 3), padding: 1),
        .init(batch: 1, height: 8, width: 8, channels: 16, filters: 32, taps: (3, 3), padding: 1),
        .init(batch: 3, height: 3, width: 2, channels: 19, filters: 37, taps: (3, 3), padding: 1),
        .init(batch: 2, height: 6, width: 11, channels: 1, filters: 1, taps: (3, 3), padding: 0),
        .init(batch: 2, height: 5, width: 30, channels: 24, filters: 70, taps: (3, 3), padding: 2),
        .init(batch: 5, height: 13, width: 10, channels: 33, filters: 20, taps: (3, 3), padding: 1),
        .init(batch: 1, height: 7, width: 6, channels: 530, filters: 40, taps: (3, 3), padding: 1),
        .init(batch: 2, height: 4, width: 4, channels: 260, filters: 200, taps: (3, 3), padding: 1),
        .init(batch: 70, height: 4, width: 5, channels: 8, filters: 9, taps: (3, 3), padding: 1),
        .init(batch: 1, height: 3, width: 3, channels: 4, filters: 4, taps: (3, 3), padding: 0),
        .init(batch: 0, height: 4, width: 4, channels: 2, filters: 3, taps: (3, 3), padding: 1),
        .init(batch: 2, height: 2, width: 2, channels: 4, filters: 6, taps: (3, 3), padding: 0),
    ]

    /// Convolutions of ordinary shapes; with taps the other way round and filters transposed, what gradients toward
    /// images are.
    package func convolutions(
        _ shapes: [ConvolutionShape] = convolutionShapes, areFlipped: Bool = false
    ) throws {
        var random = TestRandom(seed: 31)
        for (number, shape) in shapes.enumerated() {
            let results = [shape.batch, shape.resultHeight, shape.resultWidth, shape.filters]
            let form = (areFlipped ? number + 1 : number) % 3
            let kernel = Kernel.Convolution(
                images: 0, filters: 1, batch: shape.batch, height: shape.height, width: shape.width,
                channels: shape.channels, resultHeight: results[1], resultWidth: results[2],
                resultChannels: results[3], filterChannelStride: areFlipped ? 1 : shape.filters,
                filterResultStride: areFlipped ? shape.channels : 1,
                parts: [shape.part(isFlipped: areFlipped)],
                epilogue: Self.epilogue(results, form: form))
            try check(
                .convolution(kernel),
                (
                    shape.batch * shape.height * shape.width * shape.channels, shape.depth * shape.filters
                ), results: results, form: form, depth: shape.depth, "\(shape)", &random)
        }
    }

    /// Gradients of ordinary convolutions toward their filters.
    package func filterGradients(_ shapes: [ConvolutionShape] = convolutionShapes) throws {
        var random = TestRandom(seed: 32)
        for (number, shape) in shapes.enumerated() {
            let filters = [shape.taps.0, shape.taps.1, shape.channels, shape.filters]
            let kernel = Kernel.FilterGradient(
                images: 0, results: 1, batch: shape.batch, height: shape.height, width: shape.width,
                channels: shape.channels, resultHeight: shape.resultHeight, resultWidth: shape.resultWidth,
                resultChannels: shape.filters, filterChannelStride: shape.filters, filterResultStride: 1,
                parts: [shape.part], filterShape: filters,
                epilogue: Self.epilogue(filters, form: number % 3))
            let places = shape.batch * shape.resultHeight * shape.resultWidth
            try check(
                .filterGradient(kernel),
                (
                    shape.batch * shape.height * shape.width * shape.channels, places * shape.filters
                ), results: filters, form: number % 3, depth: places, "\(shape)", &random)
        }
    }

    /// Random parts with random taps: phases, ranges of channels, parts without taps, taps outside the images.
    private struct RandomParts {
        var batch = 0
        var height = 0
        var width = 0
        var channels = 0
        var resultHeight = 0
        var resultWidth = 0
        var resultChannels = 0
        var parts: [ConvolutionPart] = []
        /// The number of taps of all parts; each has a block [channels, resultChannels] of the filters to itself.
        var blocks = 0
        /// Whether a step to the next channel of the results is 1 in the filters.
        var resultsAreInner = true

        var filterChannelStride: Int { resultsAreInner ? resultChannels : 1 }
        var filterResultStride: Int { resultsAreInner ? 1 : channels }
        var filterShape: [Int] {
            [blocks] + (resultsAreInner ? [channels, resultChannels] : [resultChannels, channels])
        }
        var depth: Int { parts.map(\.depth).max() ?? 0 }

        init(_ random: inout TestRandom) {
            var generator = random
            defer { random = generator }
            func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
            func element(_ choices: [Int]) -> Int { choices.randomElement(using: &generator)! }
            batch = integer(1...3)
            (height, width) = (integer(1...8), integer(1...11))
            (resultHeight, resultWidth) = (integer(1...9), element([1, 2, 5, 8, 11, 40]))
            if integer(0...4) == 0 { (height, resultHeight) = (1, 1) }
            channels = element([1, 2, 3, 4, 6, 8, 12, 16, 20, 43, 130])
            resultChannels = element([1, 2, 3, 4, 6, 8, 16, 17, 24, 33, 63])
            resultsAreInner = integer(0...1) == 0
            let (rowPhases, columnPhases) = (integer(1...3), integer(1...3))
            let (rowStride, columnStride) = (integer(1...2), integer(1...2))
            // Cuts may leave out no channel, and parts of one channel occur.
            let cuts = (0..<integer(0...2)).map { _ in integer(0...resultChannels) }.sorted()
            let bounds = [0] + cuts + [resultChannels]
            let regular = integer(0...1) == 0
            for row in 0..<min(rowPhases, resultHeight) {
                for column in 0..<min(columnPhases, resultWidth) {
                    for (first, last) in zip(bounds, bounds.dropFirst()) where first < last {
                        let tapChannels = regular ? channels : integer(1...channels)
                        let taps = (0..<integer(0...6)).map { _ in
                            let channel = integer(0...channels - tapChannels)
                            let place =
                                resultsAreInner
                                ? channel * resultChannels + first : first * channels + channel
                            blocks += 1
                            return ConvolutionPart.Tap(
                                row: integer(-3...4), column: integer(-3...4), channel: channel,
                                filter: (blocks - 1) * channels * resultChannels + place)
                        }
                        parts.append(
                            ConvolutionPart(
                                rows: .init(
                                    first: row, step: rowPhases,
                                    count: (resultHeight - row + rowPhases - 1) / rowPhases,
                                    stride: rowStride),
                                columns: .init(
                                    first: column, step: columnPhases,
                                    count: (resultWidth - column + columnPhases - 1) / columnPhases,
                                    stride: columnStride),
                                channels: first..<last, tapChannels: tapChannels, taps: taps))
                    }
                }
            }
        }
    }

    /// A convolution of random parts.
    package func randomConvolution(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &+ 3_000)
        let parts = RandomParts(&random)
        let form = Int.random(in: 0...2, using: &random)
        let results = [parts.batch, parts.resultHeight, parts.resultWidth, parts.resultChannels]
        let kernel = Kernel.Convolution(
            images: 0, filters: 1, batch: parts.batch, height: parts.height, width: parts.width,
            channels: parts.channels, resultHeight: results[1], resultWidth: results[2],
            resultChannels: results[3], filterChannelStride: parts.filterChannelStride,
            filterResultStride: parts.filterResultStride, parts: parts.parts,
            epilogue: Self.epilogue(results, form: form))
        try check(
            .convolution(kernel),
            (
                parts.batch * parts.height * parts.width * parts.channels, parts.filterShape.reduce(1, *)
            ), results: results, form: form, depth: parts.depth, "seed \(seed)", &random)
    }

    /// The gradient of a convolution of random parts toward its filters.
    package func randomFilterGradient(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &+ 4_000)
        let parts = RandomParts(&random)
        let form = Int.random(in: 0...2, using: &random)
        let kernel = Kernel.FilterGradient(
            images: 0, results: 1, batch: parts.batch, height: parts.height, width: parts.width,
            channels: parts.channels, resultHeight: parts.resultHeight, resultWidth: parts.resultWidth,
            resultChannels: parts.resultChannels, filterChannelStride: parts.filterChannelStride,
            filterResultStride: parts.filterResultStride, parts: parts.parts, filterShape: parts.filterShape,
            epilogue: Self.epilogue(parts.filterShape, form: form))
        let places = parts.batch * parts.resultHeight * parts.resultWidth
        try check(
            .filterGradient(kernel),
            (
                parts.batch * parts.height * parts.width * parts.channels, places * parts.resultChannels
            ), results: parts.filterShape, form: form, depth: places, "seed \(seed)", &random)
    }
}
