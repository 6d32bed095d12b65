import Foundation
import GannetTestSupport
import Testing

/// Kernels of every form, against plain Swift, on each device in both styles. The cases of one test are one
/// program: compilers for OpenCL take long to start.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct KernelTests {
    private let harness = KernelHarness(TestBackends.all)
    private let loopHarness = KernelHarness(TestBackends.all + TestBackends.launchingLoops)
    private static let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"

    @Test func everyUnaryFunction() throws { try harness.together { try $0.everyUnaryFunction() } }
    @Test func everyBinaryFunction() throws { try harness.together { try $0.everyBinaryFunction() } }
    @Test func everyConversion() throws { try harness.together { try $0.everyConversion() } }
    @Test func randomExpressions() throws {
        try harness.together { harness in
            for seed in 0..<50 { try harness.randomExpressions(seed: seed) }
        }
    }
    @Test func largeMaps() throws { try harness.largeMaps() }

    @Test func everyReduction() throws {
        try harness.together { harness in
            for number in KernelHarness.reductions.indices {
                try harness.everyReduction(number: number, everyType: false)
            }
        }
    }
    @Test func extremesPropagateNaN() throws { try harness.together { try $0.extremesPropagateNaN() } }
    // A work-item of the GPU style adds some sixty numbers one after another.
    @Test func longSumsAreAccurate() throws { try harness.longSumsAreAccurate(within: 1e-6) }
    @Test func randomPrologues() throws {
        try harness.together { harness in
            for seed in 0..<40 { try harness.randomPrologues(seed: seed) }
        }
    }

    @Test func productShapes() throws { try harness.together { try $0.productShapes() } }
    @Test func productLayouts() throws { try harness.together { try $0.productLayouts(everyPair: false) } }
    // So large that the GPU style makes tiles.
    @Test func layoutsOfTiles() throws {
        try harness.together { try $0.productLayouts(everyPair: false, m: 21, k: 30) }
    }
    @Test func masksOfAnEpilogue() throws { try harness.masksOfAnEpilogue() }
    @Test func scatterAdd() throws { try harness.together { try $0.scatterAdd() } }

    @Test func scans() throws { try harness.together { try $0.scans(everyFunction: false) } }
    @Test func longScans() throws { try harness.together { try $0.longScans() } }
    @Test func sorts() throws { try harness.together { try $0.sorts(everyType: false) } }
    @Test func longSorts() throws { try harness.together { try $0.longSorts() } }

    @Test func convolutions() throws { try harness.together { try $0.convolutions() } }
    @Test func filterGradients() throws { try harness.together { try $0.filterGradients() } }
    @Test func randomConvolutions() throws {
        try harness.together { harness in
            for seed in 0..<(Self.isExhaustive ? 150 : 10) { try harness.randomConvolution(seed: seed) }
        }
    }
    @Test func randomFilterGradients() throws {
        try harness.together { harness in
            for seed in 0..<(Self.isExhaustive ? 100 : 8) { try harness.randomFilterGradient(seed: seed) }
        }
    }
    @Test func noiseSteps() throws { try harness.together { try $0.noiseSteps() } }
    @Test func noiseHasItsBits() throws { try harness.together { try $0.noiseHasItsBits() } }
    @Test func smallLoops() throws { try loopHarness.together { try $0.smallLoops() } }
    @Test func loopsOfSeveralKernels() throws {
        try loopHarness.together { try $0.loopsOfSeveralKernels() }
    }
    @Test func nestedLoops() throws { try loopHarness.together { try $0.nestedLoops() } }
}
