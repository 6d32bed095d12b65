import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Convolutions with filters of 3 × 3 taps by Winograd's minimal filtering, where they would be made directly too.
@Suite struct WinogradTests {
    static let sets = InstructionSet.available.filter { $0 != .portable }

    /// With one, two and three threads, whose bits must agree.
    private func harness(_ set: InstructionSet) -> KernelHarness {
        KernelHarness(
            (1...3).map { CPUBackend(threads: $0, instructionSet: set, winograd: .wherePossible) },
            sameBits: true)
    }

    @Test(arguments: sets) func convolutions(_ set: InstructionSet) throws {
        try harness(set).convolutions(KernelHarness.tiledShapes)
    }

    @Test(arguments: sets) func gradientsTowardImages(_ set: InstructionSet) throws {
        try harness(set).convolutions(KernelHarness.tiledShapes, areFlipped: true)
    }

    @Test(arguments: sets) func gradientsTowardFilters(_ set: InstructionSet) throws {
        try harness(set).filterGradients(KernelHarness.tiledShapes)
    }

    /// Other parts are left to those who can make them.
    @Test(arguments: sets) func otherConvolutions(_ set: InstructionSet) throws {
        try harness(set).convolutions()
        try harness(set).filterGradients()
        for seed in 0..<20 {
            try harness(set).randomConvolution(seed: seed)
            try harness(set).randomFilterGradient(seed: seed)
        }
    }

    /// A convolution of `size` × `size` pixels, with its gradients toward images and filters.
    private struct Layer {
        var batch = 2
        var size: Int
        var channels: Int
        var filters: Int

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

        var forward: Kernel { convolution(channels, filters, isFlipped: false) }
        var imageGradient: Kernel { convolution(filters, channels, isFlipped: true) }
        var filterGradient: Kernel {
            .filterGradient(
                .init(
                    images: 0, results: 1, batch: batch, height: size, width: size, channels: channels,
                    resultHeight: size, resultWidth: size, resultChannels: filters,
                    filterChannelStride: filters, filterResultStride: 1,
                    parts: [part(channels, filters, isFlipped: false)],
                    filterShape: [3, 3, channels, filters],
                    epilogue: KernelHarness.epilogue([3, 3, channels, filters], bias: nil)))
        }
        var imageCount: Int { batch * size * size * channels }
        var resultCount: Int { batch * size * size * filters }
        var filterCount: Int { 9 * channels * filters }
    }

    private func run(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], count: Int, _ set: InstructionSet,
        _ use: WinogradUse = .wherePossible
    ) throws -> [Double] {
        let backend = CPUBackend(threads: 2, instructionSet: set, winograd: use)
        let output = try KernelHarness.run(
            kernel, inputs, outputTypes: [.float32], outputCount: count, on: backend)[0]
        return KernelHarness.values(output, .float32, count).map { $0.number! }
    }

    /// What changes with a step along images or filters is the gradient times the step: all is linear in each.
    @Test(arguments: sets) func differencesAgreeWithGradients(_ set: InstructionSet) throws {
        var random = TestRandom(seed: 5)
        let layer = Layer(size: 7, channels: 21, filters: 18)
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
            sum(try run(layer.forward, [x, w], count: layer.resultCount, set), g)
        }
        let toImages = try run(layer.imageGradient, [g, w], count: layer.imageCount, set)
        let toFilters = try run(layer.filterGradient, [x, g], count: layer.filterCount, set)
        // A result is about 40 and has an error of 1e-6 of that; so many of them, times numbers of about 2, add up like noise.
        let error = 40 * 1e-6 * 2 * Double(layer.resultCount).squareRoot()
        let alongImages = try (loss(stepped(x, dx, 0.5), w) - loss(stepped(x, dx, -0.5), w))
        let alongFilters = try (loss(x, stepped(w, dw, 0.5)) - loss(x, stepped(w, dw, -0.5)))
        #expect(abs(alongImages - sum(toImages, dx)) < 3 * error)
        #expect(abs(alongFilters - sum(toFilters, dw)) < 3 * error)
    }

    /// The errors that the documentation of `WinogradTransform` states, with a little room.
    @Test(arguments: sets) func errorsAreSmall(_ set: InstructionSet) throws {
        var random = TestRandom(seed: 6)
        let layer = Layer(size: 12, channels: 64, filters: 32)
        let images = RandomViews.values(layer.imageCount, .float32, &random)
        let filters = RandomViews.values(layer.filterCount, .float32, &random)
        let results = RandomViews.values(layer.resultCount, .float32, &random)
        for (kernel, inputs, count) in [
            (layer.forward, [images, filters], layer.resultCount),
            (layer.imageGradient, [results, filters], layer.imageCount),
            (layer.filterGradient, [images, results], layer.filterCount),
        ] {
            let exact = ScalarOracle(inputs: inputs).run(kernel, outputTypes: [.float32])[0].map {
                $0.number!
            }
            let values = try run(kernel, inputs, count: count, set)
            func mean(_ values: [Double]) -> Double {
                (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
            }
            let errors = zip(values, exact).map { $0 - $1 }
            #expect(mean(errors) < 1.1e-6 * mean(exact))
            #expect(errors.map(abs).max()! < 1e-5 * mean(exact))
        }
    }

    /// Small convolutions are made directly, large ones by Winograd's filtering, whatever the number of threads.
    @Test(arguments: sets) func theShapeDecides(_ set: InstructionSet) throws {
        var random = TestRandom(seed: 7)
        for (layer, isLarge) in [
            (Layer(size: 9, channels: 8, filters: 40), false),
            (Layer(size: 2, channels: 64, filters: 64), false),
            (Layer(batch: 1, size: 4, channels: 128, filters: 128), false),
            (Layer(size: 16, channels: 48, filters: 32), true),
        ] {
            let inputs = [layer.imageCount, layer.filterCount].map {
                RandomViews.values($0, .float32, &random)
            }
            func results(_ use: WinogradUse) throws -> [Double] {
                try run(layer.forward, inputs, count: layer.resultCount, set, use)
            }
            #expect(try results(.whereFaster) == results(isLarge ? .wherePossible : .never))
            #expect(try results(.wherePossible) != results(.never))
        }
    }
}
