import Gannet
import GannetOpenCL
import GannetTestSupport
import Testing

/// What a device's memory does while a training goes on and on.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct LongTrainingTests {
    private struct Network: Module {
        let first: Linear
        let second: Linear

        init(noise: inout RandomStream) {
            first = Linear(inputs: 12, outputs: 40, random: &noise)
            second = Linear(inputs: 40, outputs: 3, random: &noise)
        }

        func loss(_ x: Tensor) -> Tensor { second(first(x).relu()).squared().mean() }
    }

    /// A thousand steps, each with a batch that is uploaded, noise that is drawn and a loss that is read now and then.
    @Test func memoryIsFlatOverAThousandSteps() throws {
        // A backend of its own: the others' pools are used by tests that run meanwhile.
        let backend = try OpenCLBackend(device: try #require(OpenCLPlatforms.discover().devices.first))
        let device = Device(backend)
        var noise = RandomStream(seed: 3)
        let network = Network(noise: &noise)
        let optimizer = Adam(for: network, learningRate: 1e-3)
        var early: BufferPool.Statistics?
        for step in 0..<1000 {
            let batch = Tensor((0..<96).map { Float(($0 * (step + 7)) % 11) / 11 }).reshape(8, 12)
            let loss = try optimizer.update(
                minimizing: network.loss(batch + 0.1 * noise.normal([8, 12])), on: device)
            if step % 50 == 49 { #expect(try loss.scalar(on: device).isFinite) }
            if step == 99 { early = backend.poolStatistics }
        }
        try backend.synchronize()
        let late = backend.poolStatistics
        #expect(late.reservedBytes == early?.reservedBytes)
        #expect(late.allocations == early?.allocations)
    }
}
