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

    private func backend(_ set: InstructionSet, _ use: WinogradUse = .wherePossible) -> CPUBackend {
        CPUBackend(threads: 2, instructionSet: set, winograd: use)
    }

    @Test(arguments: sets) func differencesAgreeWithGradients(_ set: InstructionSet) throws {
        let errors = try WinogradLayer.gradientErrors(on: backend(set))
        #expect(errors.found.allSatisfy { $0 < errors.allowed })
    }

    /// The errors that the documentation of `WinogradTransform` states, with a little room.
    @Test(arguments: sets) func errorsAreSmall(_ set: InstructionSet) throws {
        for error in try WinogradLayer.errors(on: backend(set)) {
            #expect(error.mean < 1.1e-6)
            #expect(error.largest < 1e-5)
        }
    }

    /// Small convolutions are made directly, large ones by Winograd's filtering, whatever the number of threads.
    @Test(arguments: sets) func theShapeDecides(_ set: InstructionSet) throws {
        var random = TestRandom(seed: 7)
        for (layer, isLarge) in [
            (WinogradLayer(size: 9, channels: 8, filters: 40), false),
            (WinogradLayer(size: 2, channels: 64, filters: 64), false),
            (WinogradLayer(batch: 1, size: 4, channels: 128, filters: 128), false),
            (WinogradLayer(size: 16, channels: 48, filters: 32), true),
        ] {
            let inputs = [layer.imageCount, layer.filterCount].map {
                RandomViews.values($0, .float32, &random)
            }
            func results(_ use: WinogradUse) throws -> [Double] {
                try WinogradLayer.run(
                    layer.forward, inputs, count: layer.resultCount, on: backend(set, use))
            }
            #expect(try results(.whereFaster) == results(isLarge ? .wherePossible : .never))
            #expect(try results(.wherePossible) != results(.never))
        }
    }
}
