import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Convolutions with as many groups as channels, which are computed all channels at once, and their gradients
/// against the reference.
@Suite struct ChannelwiseTests {
    @Test(arguments: [(8, 1, 1), (21, 2, 1), (24, 1, 2), (11, 3, 2), (7, 2, 1)])
    func convolutions(channels: Int, stride: Int, dilation: Int) throws {
        var random = TestRandom(seed: UInt64(channels))
        func tensor(_ shape: Shape) -> Tensor {
            Tensor((0..<shape.count).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
        }
        let images = tensor([3, 9, 8, channels])
        let filters = tensor([3, 4, 1, channels])
        let results = images.convolved(
            with: filters, stride: stride, padding: 2, dilation: dilation, groups: channels)
        let slopes = gradients(
            of: [results], weightedBy: [tensor(results.shape)], withRespectTo: [images, filters])
        for threads in 1...3 {
            let evaluator = Evaluator(
                CPUBackend(threads: threads), options: DebugOptions(validates: true))
            _ = try evaluator.evaluate([results] + slopes)
        }
    }
}
