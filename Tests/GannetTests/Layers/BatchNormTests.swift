import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

@Suite("BatchNorm and what is tracked")
struct BatchNormTests {
    @Test("Three steps give PyTorch's weights and running averages", arguments: TestDevices.everyStyle)
    func torchSteps(device: Device) throws {
        let golden = TorchLayers.shared.batchNorm
        let layer = BatchNorm(channels: 4)
        let optimizer = SGD(for: layer, learningRate: 0.1)
        let target = golden.target.tensor
        for (number, step) in golden.steps.enumerated() {
            let x = step.x.tensor
            let loss = try optimizer.update(minimizing: (layer(x) - target).squared().mean(), on: device)
            #expect(abs(Double(try loss.scalar(on: device)) - step.loss) < 1e-5 * step.loss, "step \(number)")
            let state = [
                "weight": layer.scale, "bias": layer.offset, "running_mean": layer.runningMean,
                "running_var": layer.runningVariance,
            ]
            for (name, parameter) in state {
                let actual = try ReferenceEvaluator().values(of: [parameter.value])[0]
                let failure = Tolerance.scaled(3e-6).failure(actual, expected: step.state[name]!.expected)
                #expect(failure == nil, "\(name) after step \(number)")
            }
        }
        let y = try layer(golden.steps[2].x.tensor).evaluated(on: device)
        let actual = try ReferenceEvaluator().values(of: [y])[0]
        #expect(Tolerance.scaled(5e-6).failure(actual, expected: golden.final.expected) == nil)
    }

    private struct Model: Module {
        let norm = BatchNorm(channels: 2)
        let scale = Parameter(Tensor([1, 2] as [Float]))
        func loss(_ x: Tensor) -> Tensor { (norm(x * scale.value) - 1).squared().mean() }
    }

    private let x = Tensor([1, 2, 3, 5, 8, 13] as [Float], shape: [3, 2])
    private let device = Device(InterpreterBackend(), options: DebugOptions())

    private func means(_ layer: BatchNorm) throws -> [Float] {
        try layer.runningMean.value.array(on: device)
    }

    @Test("Buffers are saved with the model, and no optimizer has them")
    func buffers() throws {
        let model = Model()
        #expect(model.parameters.map(\.path) == ["norm.scale", "norm.offset", "scale"])
        #expect(model.buffers.map(\.path) == ["norm.runningMean", "norm.runningVariance"])
        #expect(model.allParameters.count == 5 && model.parameterCount == 6)
        #expect(Adam(for: model).state.count == 6)
        let saved = model.checkpointTensors()
        #expect(saved.keys.contains("model.norm.runningMean"))
        let other = Model()
        model.norm.runningMean.assign(Tensor([3, 4] as [Float]))
        try other.load(Checkpoint(tensors: model.checkpointTensors()))
        #expect(try means(other.norm) == [3, 4])
    }

    @Test("Every step after the first finds its program, and writes over what nobody holds")
    func oneProgram() throws {
        let model = Model()
        let optimizer = Adam(for: model, learningRate: 0.1)
        for _ in 0..<5 { try optimizer.update(minimizing: model.loss(x), on: device) }
        #expect(try device.evaluator().compilationCount == 1)
        let address = try model.norm.runningMean.value.storage!.hostBuffer().address
        try optimizer.update(minimizing: model.loss(x), on: device)
        #expect(try model.norm.runningMean.value.storage!.hostBuffer().address == address)
        let held = model.norm.runningMean.value
        let before = try held.array(of: Float.self, on: device)
        try optimizer.update(minimizing: model.loss(x), on: device)
        #expect(try held.array(of: Float.self, on: device) == before)
        #expect(try means(model.norm) != before)
    }

    @Test("A batch that is seen twice in an update counts twice; evaluation commits nothing")
    func modes() throws {
        let model = Model()
        let optimizer = SGD(for: model, learningRate: 0)
        try optimizer.update(minimizing: model.loss(x) + model.loss(x), on: device)
        // The mean of the first column is 4, that of the second twice 20/3.
        var expected: [Float] = [0, 0]
        for _ in 0..<2 { expected = zip(expected, [4, 40 / 3]).map { 0.9 * $0 + 0.1 * $1 } }
        #expect(zip(try means(model.norm), expected).allSatisfy { abs($0 - $1) < 1e-5 })
        let before = try means(model.norm)
        _ = try model.loss(x).scalar(on: device)
        _ = try ModelMode.with(.training) { model.loss(x) }.scalar(on: device)
        try optimizer.update(minimizing: ModelMode.with(.evaluation) { model.loss(x) }, on: device)
        #expect(try means(model.norm) == before)
        struct Refusal: Error {}
        func refuse() throws -> Tensor {
            _ = model.loss(x)
            throw Refusal()
        }
        #expect(throws: Refusal.self) { try optimizer.update(minimizing: try refuse(), on: device) }
        #expect(try means(model.norm) == before)
    }

    @Test("A buffer of another model is tracked too, and its parameters stay")
    func otherModels() throws {
        let (first, second) = (Model(), Model())
        let optimizer = SGD(for: second, learningRate: 0.1)
        try optimizer.update(minimizing: second.loss(first.norm(x)), on: device)
        #expect(try means(first.norm) != [0, 0])
        #expect(try means(second.norm) != [0, 0])
        #expect(try first.scale.value.array(of: Float.self, on: device) == [1, 2])
        #expect(try second.scale.value.array(of: Float.self, on: device) != [1, 2])
    }

    @Test("A parameter that only a buffer depends on stays as it is")
    func onlyTracked() throws {
        let model = Model()
        let optimizer = SGD(for: model, learningRate: 0.1, momentum: 0.9)
        func loss() -> Tensor {
            _ = model.norm(x * model.scale.value)
            return model.norm.offset.value.squared().sum() + model.norm.offset.value.sum()
        }
        try optimizer.update(minimizing: loss(), on: device)
        #expect(try model.scale.value.array(of: Float.self, on: device) == [1, 2])
        #expect(try means(model.norm) != [0, 0])
        #expect(try model.norm.offset.value.array(of: Float.self, on: device) != [0, 0])
    }

    @Test("One value a channel gives a finite result")
    func singleValue() throws {
        let layer = BatchNorm(channels: 2)
        let optimizer = SGD(for: layer, learningRate: 0.1)
        let row = x.slice(0..<1, axis: 0)
        let loss = try optimizer.update(minimizing: layer(row).squared().sum(), on: device)
        #expect(try loss.scalar(on: device) == 0)
        #expect(try layer.runningVariance.value.array(of: Float.self, on: device) == [0.9, 0.9])
    }
}
