import GannetCompiler
import GannetGraph

/// A convolution of `size` × `size` pixels, with its gradients toward images and filters.
package struct WinogradLayer {
    package var batch: Int
    package var size: Int
    package var channels: Int
    package var filters: Int

    package init(batch: Int = 2, size: Int, channels: Int, filters: Int) {
        (self.batch, self.size, self.channels, self.filters) = (batch, size, channels, filters)
    }

    private func part(_ read: Int, _ written: Int, isFlipped: Bool) -> ConvolutionPart {
        ConvolutionPart(
            rows: .init(count: size, stride: 1), columns: .init(count: size, stride: 1),
            channels: 0..<written, tapChannels: read,
            taps: (0..<9).map { tap in
                let place = isFlipped ? 8 - tap : tap
                return .init(
                    row: place / 3 - 1, column: place % 3 - 1, channel: 0,
                    filter: tap * channels * filters)
            })
    }

    private func convolution(_ read: Int, _ written: Int, isFlipped: Bool) -> Kernel {
        .convolution(
            .init(
                images: 0, filters: 1, batch: batch, height: size, width: size, channels: read,
                resultHeight: size, resultWidth: size, resultChannels: written,
                filterChannelStride: isFlipped ? 1 : filters, filterResultStride: isFlipped ? filters : 1,
                parts: [part(read, written, isFlipped: isFlipped)],
                epilogue: KernelHarness.epilogue([batch, size, size, written], bias: nil)))
    }

    package var forward: Kernel { convolution(channels, filters, isFlipped: false) }
    package var imageGradient: Kernel { convolution(filters, channels, isFlipped: true) }
    package var filterGradient: Kernel {
        .filterGradient(
            .init(
                images: 0, results: 1, batch: batch, height: size, width: size, channels: channels,
                resultHeight: size, resultWidth: size, resultChannels: filters,
                filterChannelStride: filters, filterResultStride: 1,
                parts: [part(channels, filters, isFlipped: false)],
                filterShape: [3, 3, channels, filters],
                epilogue: KernelHarness.epilogue([3, 3, channels, filters], bias: nil)))
    }
    package var imageCount: Int { batch * size * size * channels }
    package var resultCount: Int { batch * size * size * filters }
    package var filterCount: Int { 9 * channels * filters }
}

/// What backends that make convolutions by Winograd's filtering must keep to, beside the values of ``KernelHarness``.
extension WinogradLayer {
    /// Runs one kernel.
    package static func run(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], count: Int, on backend: any Backend
    ) throws -> [Double] {
        let output = try KernelHarness.run(
            kernel, inputs, outputTypes: [.float32], outputCount: count, on: backend)[0]
        return KernelHarness.values(output, .float32, count).map { $0.number! }
    }

    /// How much a loss changes with a step along the images, and along the filters, less the gradient times the step,
    /// which should be nothing: all is linear in each. `allowed` is what rounding may leave.
    package static func gradientErrors(on backend: any Backend) throws -> (found: [Double], allowed: Double) {
        var random = TestRandom(seed: 5)
        let layer = WinogradLayer(size: 7, channels: 21, filters: 18)
        func values(_ count: Int) -> [ScalarOracle.Value] { RandomViews.values(count, .float32, &random) }
        let (x, w) = (values(layer.imageCount), values(layer.filterCount))
        let (dx, dw) = (values(layer.imageCount), values(layer.filterCount))
        let g = values(layer.resultCount)
        func sum(_ a: [Double], _ b: [ScalarOracle.Value]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1.number! }
        }
        func stepped(_ a: [ScalarOracle.Value], _ b: [ScalarOracle.Value], _ step: Double)
            -> [ScalarOracle.Value]
        { zip(a, b).map { .float(Double(Float($0.number! + step * $1.number!))) } }
        func loss(_ x: [ScalarOracle.Value], _ w: [ScalarOracle.Value]) throws -> Double {
            sum(try run(layer.forward, [x, w], count: layer.resultCount, on: backend), g)
        }
        let toImages = try run(layer.imageGradient, [g, w], count: layer.imageCount, on: backend)
        let toFilters = try run(layer.filterGradient, [x, g], count: layer.filterCount, on: backend)
        let alongImages = try (loss(stepped(x, dx, 0.5), w) - loss(stepped(x, dx, -0.5), w))
        let alongFilters = try (loss(x, stepped(w, dw, 0.5)) - loss(x, stepped(w, dw, -0.5)))
        return (
            [alongImages - sum(toImages, dx), alongFilters - sum(toFilters, dw)].map(abs),
            // A result is about 40 and has an error of 1e-6 of that; so many of them, times numbers of about 2, add up
            // like noise.
            3 * 40 * 1e-6 * 2 * Double(layer.resultCount).squareRoot()
        )
    }

    /// The errors of a convolution and both gradients for normal numbers, root mean square and largest, relative to the
    /// results' root mean square.
    package static func errors(on backend: any Backend) throws -> [(mean: Double, largest: Double)] {
        var random = TestRandom(seed: 6)
        let layer = WinogradLayer(size: 12, channels: 64, filters: 32)
        let images = RandomViews.values(layer.imageCount, .float32, &random)
        let filters = RandomViews.values(layer.filterCount, .float32, &random)
        let results = RandomViews.values(layer.resultCount, .float32, &random)
        return try [
            (layer.forward, [images, filters], layer.resultCount),
            (layer.imageGradient, [results, filters], layer.imageCount),
            (layer.filterGradient, [images, results], layer.filterCount),
        ].map { kernel, inputs, count in
            let exact = ScalarOracle(inputs: inputs).run(kernel, outputTypes: [.float32])[0].map {
                $0.number!
            }
            func mean(_ values: [Double]) -> Double {
                (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
            }
            let errors = zip(try run(kernel, inputs, count: count, on: backend), exact).map { $0 - $1 }
            return (mean(errors) / mean(exact), errors.map(abs).max()! / mean(exact))
        }
    }
}
