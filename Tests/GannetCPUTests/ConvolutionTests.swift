import GannetCPU
import GannetCompiler
import GannetTestSupport
import Testing

/// Convolutions of random parts against their definition, with one, two and three threads, whose bits must agree.
@Suite struct ConvolutionTests {
    private static let backends = (1...3).map { CPUBackend(threads: $0) }

    private func check(
        _ kernel: Kernel, _ inputs: [[Float]], _ expected: [Double], tolerance: Double, _ comment: String
    ) throws {
        let results = try Self.backends.map {
            try KernelRun.outputs(kernel, inputs, counts: [expected.count], on: $0)[0]
        }
        #expect(results[1] == results[0] && results[2] == results[0], "\(comment)")
        let error = zip(results[0], expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(error <= tolerance, "\(comment)")
    }

    @Test(arguments: 0..<20)
    func randomParts(seed: Int) throws {
        for number in 0..<10 {
            var random = TestRandom(seed: UInt64(seed * 10 + number))
            func floats(_ count: Int) -> [Float] {
                (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
            }
            let test = RandomConvolution(using: &random)
            let (images, filters) = (floats(test.imageCount), floats(test.filterCount))
            let (results, bias) = (floats(test.resultCount), floats(test.filterShape[2]))
            var kernel = test.convolution
            kernel.epilogue = RandomConvolution.epilogue(test.epilogueShape)
            // Sums of at most 800 and 1,500 products of numbers below 1.
            try check(
                .convolution(kernel), [images, filters, bias], test.results(images, filters, bias: bias),
                tolerance: 5e-5, "seed \(seed), convolution \(number)")
            try check(
                .filterGradient(test.gradient), [images, results, bias],
                test.filterGradient(images, results, bias: bias), tolerance: 1e-4,
                "seed \(seed), gradient \(number)")
        }
    }
}
