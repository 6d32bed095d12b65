import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Convolutions with filters of 3 × 3 taps by Winograd's minimal filtering, where they would be made directly too.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct WinogradTests {
    private let harness = KernelHarness(TestBackends.byWinograd)
    /// Half of the shapes: compilers for OpenCL take a second for each.
    private let shapes = KernelHarness.tiledShapes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)

    @Test func convolutions() throws {
        try harness.together { try $0.convolutions(shapes) }
    }

    @Test func gradientsTowardImages() throws {
        try harness.together { try $0.convolutions(shapes, areFlipped: true) }
    }

    @Test func gradientsTowardFilters() throws {
        try harness.together { try $0.filterGradients(shapes) }
    }

    /// Other parts are left to those who can make them.
    @Test func otherConvolutions() throws {
        try harness.together { harness in
            for seed in 0..<3 {
                try harness.randomConvolution(seed: seed)
                try harness.randomFilterGradient(seed: seed)
            }
        }
    }

    @Test func differencesAgreeWithGradients() throws {
        for backend in harness.backends {
            let errors = try WinogradLayer.gradientErrors(on: backend)
            #expect(errors.found.allSatisfy { $0 < errors.allowed }, "\(backend.summary)")
        }
    }

    /// The errors that the documentation of `WinogradTransform` states, with a little room.
    @Test func errorsAreSmall() throws {
        for backend in harness.backends {
            for error in try WinogradLayer.errors(on: backend) {
                #expect(error.mean < 1.1e-6, "\(backend.summary)")
                #expect(error.largest < 1e-5, "\(backend.summary)")
            }
        }
    }

    /// Large convolutions are made so, small ones directly, and those whose maps would take gigabytes, whatever the
    /// device.
    @Test(arguments: KernelStyle.allCases) func theShapeDecides(_ style: KernelStyle) {
        for (batch, size, channels, filters, isLarge) in [
            (2, 9, 8, 40, false), (2, 32, 16, 16, false), (1, 4, 128, 128, false), (8, 16, 128, 128, true),
            (512, 64, 256, 256, false),
        ] {
            let images = Tensor.zeros([batch, size, size, channels]) + 1
            let taps = Tensor.zeros([3, 3, channels, filters]) + 1
            let axis = ConvolutionGeometry.Axis(padLow: 1, padHigh: 1)
            let results = images.convolved(with: taps, ConvolutionGeometry(height: axis, width: axis))
            let toBoth = gradients(of: (results * results).sum(), withRespectTo: [images, taps])
            for result in [results] + toBoth {
                let text = OpenCLBackend.source(
                    of: EveryKernel.Graph(description: "", results: [result]).program, style: style,
                    computeUnits: 2, largestGroup: 256)
                #expect(text.contains("#define TILE_COLUMNS") == isLarge)
            }
        }
    }
}
