import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Convolutions whose results are cut into parts, with both gradients, on each device in both styles. All are one
/// program: compilers for OpenCL take long to start.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct ConvolutionTests {
    /// A convolution of square images with as many channels as results, or other numbers of both.
    private struct Form {
        let extent: Int
        let channels: Int
        let results: Int
        let taps: Int
        let geometry: ConvolutionGeometry

        init(
            extent: Int = 9, channels: Int, results: Int, taps: Int = 3, stride: Int = 1, padding: Int = 1,
            groups: Int = 1, mask: ConvolutionMask? = nil
        ) {
            self.extent = extent
            self.channels = channels
            self.results = results
            self.taps = taps
            let axis = ConvolutionGeometry.Axis(stride: stride, padLow: padding, padHigh: padding)
            geometry = ConvolutionGeometry(height: axis, width: axis, groups: groups, mask: mask)
        }
    }

    /// The taps before the middle in reading order, with groups of channels that see no later group at the middle.
    private static func causal(groups: Int) -> ConvolutionMask {
        ConvolutionMask(height: 3, width: 3, inputGroups: groups, outputGroups: groups) {
            row, column, input, output in
            row == 0 || (row == 1 && (column == 0 || (column == 1 && input <= output)))
        }
    }

    private static let forms = [
        Form(channels: 5, results: 5, groups: 5),
        Form(extent: 12, channels: 80, results: 80, groups: 80),
        Form(channels: 33, results: 33, taps: 4, stride: 2, groups: 33),
        Form(channels: 6, results: 12, groups: 6),
        Form(channels: 8, results: 8, stride: 3, padding: 0, groups: 2),
        Form(channels: 6, results: 9, mask: causal(groups: 1)),
        Form(channels: 6, results: 9, mask: causal(groups: 3)),
        Form(channels: 7, results: 7, groups: 7, mask: causal(groups: 1)),
        Form(channels: 24, results: 12, groups: 6),
        Form(extent: 11, channels: 40, results: 40, stride: 2, groups: 10),
        // As many positions as the largest tiles of a group take.
        Form(extent: 20, channels: 8, results: 100),
        Form(extent: 20, channels: 8, results: 64),
        Form(extent: 20, channels: 8, results: 3),
        Form(extent: 3, channels: 4, results: 2, taps: 2, stride: 3, padding: 0),
        // Few results, or in the gradients few channels of images: with steps between them, some of which nothing reaches,
        // and without some of their taps.
        Form(extent: 10, channels: 3, results: 20, taps: 4, stride: 2),
        Form(extent: 11, channels: 7, results: 16, taps: 2, stride: 3, padding: 0),
        Form(channels: 16, results: 2, mask: causal(groups: 1)),
        Form(extent: 7, channels: 1, results: 12, taps: 7, padding: 3),
    ]

    /// Where results have few channels, each pixel is multiplied with all taps.
    @Test(arguments: [
        (channels: 12, results: 8, isSpread: true), (12, 9, false), (11, 8, false), (64, 1, true),
    ]) func fewResultsAreSpread(channels: Int, results: Int, isSpread: Bool) {
        let form = Form(channels: channels, results: results)
        let images = Tensor.zeros([2, 9, 9, channels]) + 1
        let filters = Tensor.zeros([3, 3, channels, results]) + 1
        let graph = EveryKernel.Graph(
            description: "\(form)", results: [images.convolved(with: filters, form.geometry)])
        for style in KernelStyle.allCases {
            let text = OpenCLBackend.source(
                of: graph.program, style: style, computeUnits: 2, largestGroup: 256)
            #expect(text.contains("#define PLACES 9\n") == isSpread, "\(style)")
        }
    }

    @Test func partsAreAsTheReferenceSays() throws {
        var generator = SeededGenerator.announced(for: "convolutions in parts")
        var results: [Tensor] = []
        for form in Self.forms {
            let images = generator.floats([2, form.extent, form.extent, form.channels])
            let filters = generator.floats(
                [form.taps, form.taps, form.channels / form.geometry.groups, form.results])
            let result = images.convolved(with: filters, form.geometry)
            let weights = generator.floats(result.shape)
            results += [result] + gradients(of: (result * weights).sum(), withRespectTo: [images, filters])
        }
        let expected = try ReferenceEvaluator().values(of: results)
        for backend in TestBackends.all {
            let actual = try ReferenceEvaluator().values(
                of: zip(try Evaluator(backend).evaluate(results), results).map {
                    Tensor($0, shape: $1.shape, scalarType: $1.scalarType)
                })
            for (number, (a, e)) in zip(actual, expected).enumerated() {
                let failure = Tolerance.scaled(1e-5).failure(a, expected: e)
                #expect(failure == nil, "\(Self.forms[number / 3]), result \(number % 3), \(backend.summary)")
            }
        }
    }
}
