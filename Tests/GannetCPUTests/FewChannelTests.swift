import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Convolutions of images, or to results, of few channels, and their gradients, against the reference: random shapes, on
/// every instruction set.
@Suite struct FewChannelTests {
    @Test(arguments: 0..<60) func convolutions(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &+ 9_100)
        func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        func tensor(_ shape: Shape) -> Tensor {
            Tensor((0..<shape.count).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
        }
        let (few, many) = (integer(1...8), [12, 16, 19, 33, 64, 70].randomElement(using: &random)!)
        let channels = seed % 2 == 0 ? (few, many) : (many, few)
        let taps = (integer(1...7), integer(1...7))
        let dilation = integer(0...3) == 0 ? 2 : 1
        let (stride, padding) = (integer(1...3), integer(0...4))
        // At least one position.
        func extent(_ taps: Int) -> Int { max(dilation * (taps - 1) + 1 - 2 * padding, 1) + integer(0...13) }
        let images = tensor([integer(1...3), extent(taps.0), extent(taps.1), channels.0])
        let filters = tensor([taps.0, taps.1, channels.0, channels.1])
        let results = images.convolved(
            with: filters, stride: stride, padding: padding, dilation: dilation)
        let slopes = gradients(
            of: [results], weightedBy: [tensor(results.shape)], withRespectTo: [images, filters])
        let biased = maximum(results + tensor([channels.1]), 0)
        for set in InstructionSet.available {
            var bits: [[UInt8]] = []
            for threads in 1...3 {
                let evaluator = Evaluator(
                    CPUBackend(threads: threads, instructionSet: set),
                    options: DebugOptions(validates: threads == 1))
                let found = try evaluator.evaluate([results, biased] + slopes)
                bits.append(try found.flatMap { try [UInt8]($0.hostBuffer().bytes) })
            }
            #expect(bits[1] == bits[0] && bits[2] == bits[0], "bits depend on the number of threads")
        }
    }
}
