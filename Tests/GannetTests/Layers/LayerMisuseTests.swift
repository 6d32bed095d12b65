import Gannet
import GannetTestSupport
import Testing

/// What only a programmer can do wrong stops with one message.
@Suite("Misuse of layers")
struct LayerMisuseTests {
    @Test("Normalisation over a batch cannot be trained in the body of a loop")
    func batchNormInALoop() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let layer = BatchNorm(channels: 2)
            let x = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
            let optimizer = SGD(for: layer, learningRate: 0.1)
            func loss() -> Tensor {
                Tensor.loop(count: 3, carrying: [x]) { ([layer($0.state[0])], []) }.state[0].sum()
            }
            try optimizer.update(minimizing: loss(), on: .cpu)
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("call the layer outside the loop"))
        #expect(message.contains("LayerMisuseTests.swift"))
    }

    @Test("A layer in a container names the line where the container is called")
    func shapesInAContainer() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = RandomStream(seed: 1)
            let model = Sequential { Linear(inputs: 3, outputs: 2, random: &random) }
            _ = model(.zeros([2, 4]))
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("LayerMisuseTests.swift"))
        #expect(message.contains("Linear: [2, 4] does not end in 3 features"))
    }

    @Test("Dropout needs a stream while a model is trained")
    func dropoutWithoutAStream() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = ModelMode.with(.training) { Dropout()(.ones([3])) }
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("there is no current stream here"))
        #expect(message.contains("LayerMisuseTests.swift"))
    }

    @Test("Outside of training, and for what does not depend on a step, a loop is no hindrance")
    func loopsThatAreFine() throws {
        var random = RandomStream(seed: 1)
        let (norm, linear) = (BatchNorm(channels: 2), Linear(inputs: 2, outputs: 2, random: &random))
        let spectral = SpectralNorm(linear, random: &random)
        let x = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        let optimizer = SGD(for: spectral, learningRate: 0.1)
        func loss() -> Tensor {
            Tensor.loop(count: 3, carrying: [x]) { step in
                let h = spectral(step.state[0]).tanh()
                return ([ModelMode.with(.evaluation) { norm(h) }], [])
            }.state[0].squared().sum()
        }
        let before = try spectral.left.value.array(of: Float.self, on: .cpu)
        let device = Device(InterpreterBackend())
        try optimizer.update(minimizing: loss(), on: device)
        try optimizer.update(minimizing: loss(), on: device)
        #expect(try spectral.left.value.array(of: Float.self, on: .cpu).allSatisfy(\.isFinite))
        #expect(before.count == 2)
    }
}
