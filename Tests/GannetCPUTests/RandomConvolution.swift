import GannetCompiler
import GannetGraph

/// A convolution with parts that no geometry has in common: phases along both axes, blocks of channels, and random
/// taps; and what it gives, summed by the definition, in double precision.
struct RandomConvolution {
    var convolution: Kernel.Convolution
    /// The shape of the filters: taps, channels of a tap, channels of the results.
    var filterShape: [Int]

    var imageCount: Int {
        convolution.batch * convolution.height * convolution.width * convolution.channels
    }
    var resultCount: Int { epilogueShape.reduce(1, *) }
    var filterCount: Int { filterShape.reduce(1, *) }
    var epilogueShape: [Int] {
        [convolution.batch, convolution.resultHeight, convolution.resultWidth, convolution.resultChannels]
    }

    /// Makes one.
    init(using random: inout some RandomNumberGenerator) {
        let (phasesY, phasesX) = (
            Int.random(in: 1...3, using: &random), Int.random(in: 1...2, using: &random)
        )
        let blocks = [1, 1, 2, 3].randomElement(using: &random)!
        let blockSize = [1, 3, 4, 8, 16, 21].randomElement(using: &random)!
        let tapChannels = [1, 2, 3, 4, 8, 40, 130].randomElement(using: &random)!
        let channels = tapChannels + Int.random(in: 0...3, using: &random)
        let (height, width) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...11, using: &random))
        let (resultHeight, resultWidth) = (
            Int.random(in: 1...9, using: &random), Int.random(in: 1...40, using: &random)
        )
        let swapsFilters = Bool.random(using: &random)
        let resultChannels = blocks * blockSize
        var parts: [ConvolutionPart] = []
        var slots = 0
        for y in 0..<phasesY {
            for x in 0..<phasesX {
                for block in 0..<blocks {
                    let count = Int.random(in: 0...6, using: &random)
                    let taps = (0..<count).map { _ in
                        defer { slots += 1 }
                        return ConvolutionPart.Tap(
                            row: Int.random(in: -2...2, using: &random),
                            column: Int.random(in: -2...3, using: &random),
                            channel: Int.random(in: 0...channels - tapChannels, using: &random),
                            filter: slots * tapChannels * resultChannels + block * blockSize
                                * (swapsFilters ? tapChannels : 1))
                    }
                    func positions(_ phase: Int, of phases: Int, _ extent: Int) -> ConvolutionPart.Positions {
                        .init(
                            first: phase, step: phases, count: max((extent - phase + phases - 1) / phases, 0),
                            stride: Int.random(in: 1...2, using: &random))
                    }
                    parts.append(
                        ConvolutionPart(
                            rows: positions(y, of: phasesY, resultHeight),
                            columns: positions(x, of: phasesX, resultWidth),
                            channels: block * blockSize..<(block + 1) * blockSize, tapChannels: tapChannels,
                            taps: taps))
                }
            }
        }
        // The last filters belong to no tap.
        filterShape = [slots + 1, tapChannels, resultChannels]
        convolution = Kernel.Convolution(
            images: 0, filters: 1, batch: Int.random(in: 1...4, using: &random), height: height, width: width,
            channels: channels, resultHeight: resultHeight, resultWidth: resultWidth,
            resultChannels: resultChannels,
            filterChannelStride: swapsFilters ? 1 : resultChannels,
            filterResultStride: swapsFilters ? tapChannels : 1, parts: parts,
            epilogue: GannetCompiler.Expression())
    }

    /// An expression that adds input 2, a row of the last axis, to each result.
    static func epilogue(_ shape: [Int]) -> GannetCompiler.Expression {
        var expression = GannetCompiler.Expression()
        let sum = expression.append(.accumulator, type: .float32)
        let strides = [Int](repeating: 0, count: shape.count - 1) + [1]
        let bias = expression.append(
            .load(input: 2, view: View(stages: [.init(shape: shape, strides: strides)])), type: .float32)
        let result = expression.append(.binary(.add, sum, bias), type: .float32)
        expression.stores = [.init(value: result, output: 0)]
        return expression
    }

    /// Calls `body` for each product of the sums with the elements of images, filters and results.
    private func forEachProduct(_ body: (_ image: Int, _ filter: Int, _ result: Int) -> Void) {
        let c = convolution
        for part in c.parts {
            for b in 0..<c.batch {
                for i in 0..<part.rows.count {
                    for j in 0..<part.columns.count {
                        let row = b * c.resultHeight + part.rows.first + i * part.rows.step
                        let place =
                            (row * c.resultWidth + part.columns.first + j * part.columns.step)
                            * c.resultChannels
                        for tap in part.taps {
                            let y = i * part.rows.stride + tap.row
                            let x = j * part.columns.stride + tap.column
                            if y < 0 || y >= c.height || x < 0 || x >= c.width { continue }
                            for channel in 0..<part.tapChannels {
                                let image =
                                    ((b * c.height + y) * c.width + x) * c.channels + tap.channel + channel
                                for n in part.channels {
                                    body(
                                        image,
                                        tap.filter + channel * c.filterChannelStride
                                            + (n - part.channels.lowerBound) * c.filterResultStride,
                                        place + n)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The results.
    func results(_ images: [Float], _ filters: [Float], bias: [Float]) -> [Double] {
        var sums = (0..<resultCount).map { Double(bias[$0 % convolution.resultChannels]) }
        forEachProduct { sums[$2] += Double(images[$0]) * Double(filters[$1]) }
        return sums
    }

    /// The gradient toward the filters.
    func filterGradient(_ images: [Float], _ results: [Float], bias: [Float]) -> [Double] {
        var sums = (0..<filterCount).map { Double(bias[$0 % filterShape[2]]) }
        forEachProduct { sums[$1] += Double(images[$0]) * Double(results[$2]) }
        return sums
    }

    /// The kernel of that gradient.
    var gradient: Kernel.FilterGradient {
        let c = convolution
        return Kernel.FilterGradient(
            images: 0, results: 1, batch: c.batch, height: c.height, width: c.width, channels: c.channels,
            resultHeight: c.resultHeight, resultWidth: c.resultWidth, resultChannels: c.resultChannels,
            filterChannelStride: c.filterChannelStride, filterResultStride: c.filterResultStride,
            parts: c.parts, filterShape: filterShape, epilogue: Self.epilogue(filterShape))
    }
}
