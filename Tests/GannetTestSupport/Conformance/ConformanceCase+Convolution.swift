import GannetGraph

extension ConformanceCase {
    /// Convolutions, their gradients and the gradients of these, few enough that every device can compile them.
    static let convolution: [ConformanceCase] = [
        ConformanceCase("convolutions", tolerance(depth: 80)) { generator in
            let x = generator.floats([2, 7, 6, 5])
            let bias = generator.floats([8])
            let causal = ConvolutionGeometry(width: .init(dilation: 3, padLow: 12))
            return [
                (x.convolved(with: generator.floats([3, 3, 5, 8]), padding: 1) + bias).relu(),
                x.convolved(with: generator.floats([4, 2, 5, 3]), stride: 2, padding: 2, dilation: 2),
                generator.floats([3, 5, 4, 6]).convolved(
                    with: generator.floats([3, 3, 2, 9]), padding: 1, groups: 3),
                generator.floats([1, 6, 6, 20]).convolved(
                    with: generator.floats([3, 3, 1, 20]), stride: 2, padding: 1, groups: 20),
                x.convolved(with: generator.floats([1, 1, 5, 17])),
                generator.floats([2, 1, 40, 4]).convolved(with: generator.floats([1, 5, 4, 6]), causal),
                x.convolved(with: generator.floats([8, 1, 5, 2])),
                generator.floats([0, 4, 4, 2]).convolved(with: generator.floats([2, 2, 2, 3])),
            ]
        },
        ConformanceCase("transposed convolutions", tolerance(depth: 100)) { generator in
            let x = generator.floats([2, 4, 5, 6])
            return [
                x.transposeConvolved(
                    with: generator.floats([4, 4, 3, 6]), stride: 2, padding: 1)
                    + generator.floats([3]),
                x.transposeConvolved(
                    with: generator.floats([3, 3, 2, 6]), stride: 3, padding: 1, outputPadding: 2,
                    dilation: 2, groups: 2),
            ]
        },
        ConformanceCase("gradients of convolutions", tolerance(depth: 200)) { generator in
            let height = ConvolutionGeometry.Axis(stride: 2, padLow: 2, padHigh: 1)
            let width = ConvolutionGeometry.Axis(stride: 1, dilation: 2, padLow: 0, padHigh: 3)
            return gradientsOfConvolution(
                images: generator.floats([2, 7, 6, 4]), filters: generator.floats([3, 3, 2, 6]),
                ConvolutionGeometry(height: height, width: width, groups: 2), &generator)
        },
        ConformanceCase("masked convolutions") { generator in
            // Above, to the left, and at the centre by colour, as in autoregressive models.
            let taps = ConvolutionMask(height: 5, width: 5) { row, column, _, _ in
                row < 2 || (row == 2 && column < 2)
            }
            let colours = ConvolutionMask(height: 3, width: 3, inputGroups: 3, outputGroups: 3) {
                row, column, input, output in
                row < 1 || (row == 1 && column < 1) || (row == 1 && column == 1 && input < output)
            }
            let simple = generator.floats([2, 6, 5, 1]).convolved(
                with: generator.floats([5, 5, 1, 16]), padding: 2, mask: taps)
            return [Graph(tensor: simple, tolerance: tolerance(depth: 25))]
                + maskedConvolution(
                    images: generator.floats([2, 5, 4, 6]), filters: generator.floats([3, 3, 6, 9]),
                    ConvolutionGeometry(
                        height: .init(padLow: 1, padHigh: 1), width: .init(padLow: 1, padHigh: 1),
                        mask: colours),
                    &generator)
        },
        ConformanceCase("convolutions among other operations", tolerance(depth: 150)) { generator in
            let x = generator.floats([2, 5, 6, 4])
            let filters = generator.floats([3, 3, 4, 4], in: -0.5...0.5)
            let y = x.relu().convolved(with: filters, padding: 1)
            return [
                y + x, y.permute(0, 3, 1, 2).reshape([2, 120]), y.sum(axes: [1, 2]),
                x.permute(0, 2, 1, 3).convolved(with: filters, padding: 1) * 0.5,
                x.slice(0..<6, axis: 2, step: 2).convolved(with: filters * 0.5, padding: 1),
                (y.tanh().convolved(with: filters, padding: 1) + x).max(axes: [3]),
            ]
        },
    ]

    /// Random convolutions with their gradients of both orders. Each takes a device several compilations.
    static let furtherConvolutions: [ConformanceCase] = (0..<40).map { number in
        ConformanceCase("random convolution \(number)") { generator in
            let (geometry, images, filters) = randomGeometry(&generator)
            return maskedConvolution(
                images: generator.floats(images), filters: generator.floats(filters), geometry, &generator)
        }
    }

    /// A sum of `depth` products of numbers up to 2 in magnitude may be off by this much.
    private static func tolerance(depth: Int) -> Tolerance { .absolute(8e-7 * Double(max(depth, 4))) }

    /// A geometry with the shapes of images and filters that it fits.
    static func randomGeometry(
        _ generator: inout SeededGenerator
    ) -> (ConvolutionGeometry, images: Shape, filters: Shape) {
        let groups = generator.element(of: [1, 1, 1, 2, 3])
        let (channels, results) = (
            groups * generator.integer(in: 1...5), groups * generator.integer(in: 1...6)
        )
        let taps = [generator.integer(in: 1...4), generator.integer(in: 1...4)]
        let axes = (0..<2).map { _ in
            ConvolutionGeometry.Axis(
                stride: generator.integer(in: 1...3), dilation: generator.integer(in: 1...3),
                padLow: generator.integer(in: 0...3), padHigh: generator.integer(in: -1...3))
        }
        var mask: ConvolutionMask?
        if generator.integer(in: 0...1) == 0 {
            func divisor(of count: Int) -> Int {
                groups > 1 ? 1 : generator.element(of: (1...count).filter { count % $0 == 0 })
            }
            let (inputGroups, outputGroups) = (divisor(of: channels), divisor(of: results))
            let keeps = (0..<taps[0] * taps[1] * inputGroups * outputGroups).map { _ in
                generator.integer(in: 0...1) == 0
            }
            mask = ConvolutionMask(
                height: taps[0], width: taps[1], inputGroups: inputGroups, outputGroups: outputGroups
            ) { row, column, input, output in
                keeps[((row * taps[1] + column) * inputGroups + input) * outputGroups + output]
            }
        }
        return (
            ConvolutionGeometry(height: axes[0], width: axes[1], groups: groups, mask: mask),
            [
                generator.integer(in: 1...3), generator.integer(in: 1...9), generator.integer(in: 1...9),
                channels,
            ], [taps[0], taps[1], channels / groups, results]
        )
    }

    /// A convolution's gradients toward images and filters, and the gradients of a sum of these.
    private static func gradientsOfConvolution(
        images x: Tensor, filters w: Tensor, _ geometry: ConvolutionGeometry,
        _ generator: inout SeededGenerator
    ) -> [Tensor] {
        let y = x.convolved(with: w, geometry)
        let g = generator.floats(y.shape)
        let first = gradients(of: (y * g).sum(), withRespectTo: [x, w])
        let slope =
            (first[0] * generator.floats(x.shape)).sum() + (first[1] * generator.floats(w.shape)).sum()
        return first + gradients(of: slope, withRespectTo: [x, w, g])
    }

    /// A convolution with its gradients, of which those toward masked filters are exactly 0.
    private static func maskedConvolution(
        images x: Tensor, filters w: Tensor, _ geometry: ConvolutionGeometry,
        _ generator: inout SeededGenerator
    ) -> [Graph] {
        let y = x.convolved(with: w, geometry)
        let derivatives = gradientsOfConvolution(images: x, filters: w, geometry, &generator)
        let (kernel, groupChannels, results) = (w.shape[0] * w.shape[1], w.shape[2], w.shape[3])
        let isMasked = (0..<w.count).map { place -> Bool in
            let result = place % results
            let channel = place / results % groupChannels
            let tap = place / results / groupChannels
            return !geometry.connects(
                row: tap / w.shape[1], column: tap % w.shape[1],
                channel: result / (results / geometry.groups) * groupChannels + channel,
                of: x.shape[3], result: result, of: results)
        }
        let depth = 2 * max(kernel * max(groupChannels, results), y.count / max(results, 1))
        return ([y] + derivatives).map { Graph(tensor: $0, tolerance: tolerance(depth: depth)) } + [
            Graph(
                tensor: select(Tensor(isMasked, shape: w.shape), derivatives[1], 0), tolerance: .exact)
        ]
    }
}
