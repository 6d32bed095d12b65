import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

/// What is done beside the rule: groups, clipping, accumulation, averages and loss scales, their state, and that none
/// of it compiles anew.
@Suite struct UpdateOptionsTests {
    private struct Model: Module {
        let layers = [
            Parameter(Tensor([0.5, -1, 2, 0.25] as [Float], shape: [2, 2])),
            Parameter(Tensor([1, 1] as [Float])),
        ]
        let norm = BatchNorm(channels: 2)

        func loss(_ x: Tensor) -> Tensor {
            (norm(x.matmul(layers[0].value)) + layers[1].value).squared().mean()
        }
    }

    private let device = Device(InterpreterBackend(), options: DebugOptions())
    private let x = Tensor([3, -1, 0.5, 2, -2, 1, 4, 0.25] as [Float], shape: [4, 2])

    private func values(_ model: some Module) throws -> [[Float]] {
        try model.allParameters.map { try $0.parameter.value.array(of: Float.self, on: device) }
    }

    /// Everything at once.
    private func optimizer(for model: Model, accumulation: Int = 2) -> AdamW {
        AdamW(
            for: model, learningRate: 0.1,
            options: UpdateOptions(
                groups: [.noDecayOnNormsAndBiases], schedule: .cosine(over: 20).warmedUp(over: 3),
                clipping: .norm(0.5), accumulation: accumulation, averaging: WeightAverage(decay: 0.9),
                lossScaling: .dynamic(initial: 4, interval: 2)))
    }

    @Test func groupsTakeParametersByTheirPath() {
        let parameters = Model().parameters
        let included = { (group: ParameterGroup) in parameters.filter(group.includes).map(\.path) }
        #expect(included(.noDecayOnNormsAndBiases) == ["layers.1", "norm.scale", "norm.offset"])
        #expect(included(ParameterGroup(under: "layers")) == ["layers.0", "layers.1"])
        #expect(included(ParameterGroup(under: "norm.scale")) == ["norm.scale"])
        #expect(included(ParameterGroup(under: "nor")) == [])
    }

    @Test func programsAreFoundAgain() throws {
        let model = Model()
        let optimizer = optimizer(for: model)
        for _ in 0..<12 { try optimizer.update(minimizing: model.loss(x), on: device) }
        // One that adds gradients and one that makes updates.
        #expect(try device.evaluator().compilationCount == 2)
        #expect(optimizer.step == 12 && optimizer.updateCount == 6)
        #expect(optimizer.scheduledLearningRate < 0.1)
    }

    @Test func stateRestoresBetweenBatchesToo() throws {
        for stop in [4, 5] {
            let (model, other) = (Model(), Model())
            let optimizer = optimizer(for: model)
            for _ in 0..<stop { try optimizer.update(minimizing: model.loss(x), on: device) }
            let resumed = self.optimizer(for: other)
            let state = Dictionary(uniqueKeysWithValues: optimizer.state.map { ($0.name, $0.tensor) })
            #expect(state.keys.contains("gradient.layers.0") && state.keys.contains("average.norm.scale"))
            for (a, b) in zip(model.allParameters, other.allParameters) {
                b.parameter.assign(a.parameter.value)
            }
            try resumed.restore(state, step: stop, noise: optimizer.noise)
            for _ in 0..<5 {
                try optimizer.update(minimizing: model.loss(x), on: device)
                try resumed.update(minimizing: other.loss(x), on: device)
            }
            #expect(try values(model) == values(other))
            for (a, b) in zip(optimizer.state, resumed.state) {
                #expect(
                    try a.tensor.array(of: Float.self, on: device)
                        == b.tensor.array(of: Float.self, on: device), "\(a.name)")
            }
            #expect(throws: OptimizerStateError.missing("lossScale")) {
                try resumed.restore(state.filter { $0.key != "lossScale" }, step: 1, noise: resumed.noise)
            }
        }
    }

    @Test(arguments: TestDevices.all)
    func accumulatedBatchesEqualALargeOne(device: Device) throws {
        struct Line: Module {
            let weight = Parameter(Tensor([0.5, -1, 2, 0.25] as [Float], shape: [2, 2]))
            func loss(_ x: Tensor) -> Tensor { (x.matmul(weight.value).tanh() - 0.3).squared().mean() }
        }
        let (whole, parts) = (Line(), Line())
        let large = Adam(for: whole, learningRate: 0.05)
        let small = Adam(for: parts, learningRate: 0.05, options: UpdateOptions(accumulation: 4))
        for _ in 0..<10 {
            try large.update(minimizing: whole.loss(x), on: device)
            for row in 0..<4 {
                try small.update(minimizing: parts.loss(x.slice(row..<row + 1, axis: 0)), on: device)
            }
            let pair = try [whole, parts].map { try $0.weight.value.array(of: Float.self, on: device) }
            for (a, b) in zip(pair[0], pair[1]) { #expect(abs(a - b) < 1e-6) }
        }
    }

    @Test func averagesAreSeenInTheirScopeAlone() throws {
        let model = Model()
        let optimizer = optimizer(for: model, accumulation: 1)
        let before = try values(model)
        // Assigned after the optimizer was made: averages start at the weights before the first step.
        model.layers[1].assign(Tensor([7, 8] as [Float]))
        try optimizer.update(minimizing: model.loss(x), on: device)
        let after = try values(model)
        try optimizer.withAverages {
            let averages = try values(model)
            #expect(averages[0] != after[0] && averages[0] != before[0])
            // The decay at the first update is 1/10.
            let mean = 0.1 * before[0][0] + 0.9 * after[0][0]
            #expect(abs(averages[0][0] - mean) < 1e-6)
            #expect(abs(averages[1][0] - (0.1 * 7 + 0.9 * after[1][0])) < 1e-6)
            // Buffers are as they are.
            #expect(averages[4...] == after[4...])
        }
        #expect(try values(model) == after)
    }

    @Test(arguments: TestDevices.all)
    func updatesThatOverflowAreSkipped(device: Device) throws {
        let model = Model()
        let optimizer = AdamW(
            for: model, learningRate: 0.1,
            options: UpdateOptions(
                clipping: .norm(1), averaging: WeightAverage(), lossScaling: .dynamic(initial: 8, interval: 3)
            ))
        func read(_ tensors: [Tensor]) throws -> [[Float]] {
            try tensors.map { try $0.array(of: Float.self, on: device) }
        }
        func all() throws -> [[Float]] {
            try read(
                model.allParameters.map(\.parameter.value)
                    + optimizer.state.filter { $0.name != "lossScale" }.map(\.tensor))
        }
        let bad = Tensor([3, .infinity, 0.5, 2, -2, 1, 4, 0.25] as [Float], shape: [4, 2])
        // 8, 8, 8, 16; 8; then three good ones and 16 again.
        let scales: [Float] = [8, 8, 16, 8, 8, 8, 16]
        for (number, scale) in scales.enumerated() {
            let before = try all()
            try optimizer.update(minimizing: model.loss(number == 3 ? bad : x), on: device)
            #expect(try (all() == before) == (number == 3), "step \(number)")
            let state = try #require(try optimizer.lossScale(on: device))
            #expect(state == LossScale(scale: scale, skippedCount: number < 3 ? 0 : 1), "step \(number)")
        }
        #expect(try all().joined().allSatisfy { $0.isFinite })
    }

    @Test func aLossScaleChangesNothingElse() throws {
        let (plain, scaled) = (Model(), Model())
        let optimizers = [
            Adam(for: plain, learningRate: 0.1),
            Adam(for: scaled, learningRate: 0.1, options: UpdateOptions(lossScaling: .fixed(1024))),
        ]
        for _ in 0..<5 {
            try optimizers[0].update(minimizing: plain.loss(x), on: device)
            try optimizers[1].update(minimizing: scaled.loss(x), on: device)
        }
        // Powers of two leave the bits as they are.
        #expect(try values(plain) == values(scaled))
        #expect(try optimizers[1].lossScale(on: device) == LossScale(scale: 1024, skippedCount: 0))
        #expect(try optimizers[0].lossScale(on: device) == nil)
    }

    @Test func otherTensorsAreKept() throws {
        let model = Model()
        let optimizer = SGD(for: model, learningRate: 0.1)
        let before = try values(model)
        for _ in 0..<3 {
            let (loss, kept) = try optimizer.update(
                keeping: {
                    let y = x.matmul(model.layers[0].value)
                    return (y.squared().mean(), [y, model.layers[1].value, (y .< 0)])
                }, on: device, file: #fileID, line: #line)
            #expect(loss.storage != nil && kept.map(\.shape) == [[4, 2], [2], [4, 2]])
            #expect(kept.allSatisfy { $0.storage != nil } && kept[2].scalarType == .bool)
        }
        let after = try values(model)
        #expect(after[0] != before[0] && after[1] == before[1])
        #expect(try device.evaluator().compilationCount == 1)
    }

    @Test func optionsThatMakeNoSense() {
        #expect(UpdateOptions().objection == nil)
        for options in [
            UpdateOptions(clipping: .norm(0)), UpdateOptions(clipping: .value(.nan)),
            UpdateOptions(accumulation: 0), UpdateOptions(averaging: WeightAverage(decay: 1)),
            UpdateOptions(lossScaling: .fixed(0)), UpdateOptions(lossScaling: .dynamic(interval: 0)),
        ] { #expect(options.objection != nil) }
    }
}
