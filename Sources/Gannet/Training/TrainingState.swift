import GannetCompiler
import GannetGraph

/// What a checkpoint of a training run holds, and how: tensors `model.<path>` and the optimisers', and in the metadata
/// the step and where the data order and the noise stand.
///
/// Nothing in it depends on how long the run will be, on the time or on the machine.
struct TrainingState {
    let checkpoint: Checkpoint
    let step: Int
    let epoch: Int
    let position: Int
    let noise: RandomStream

    private static let format = "gannet training 1"
    private static let modelPrefix = "model."

    /// Where the order of the data stood.
    var order: DataOrder {
        func number(_ key: String) -> Int { checkpoint.metadata[key].flatMap { Int($0) } ?? 0 }
        return DataOrder(
            count: number("data.count"), batchSize: max(number("data.batchSize"), 1),
            seed: checkpoint.metadata["data.seed"].flatMap { UInt64($0) } ?? 0, epoch: epoch,
            position: position)
    }

    /// Gathers the state of a run.
    init(
        step: Int, order: DataOrder, noise: RandomStream, model: some Module,
        optimizerState: [(name: String, tensor: Tensor)]
    ) {
        self.step = step
        self.epoch = order.epoch
        self.position = order.position
        self.noise = noise
        var tensors = model.checkpointTensors(prefix: Self.modelPrefix)
        for (name, tensor) in optimizerState { tensors[name] = tensor }
        checkpoint = Checkpoint(
            tensors: tensors,
            metadata: [
                "format": Self.format, "step": String(step),
                "data.count": String(order.count), "data.batchSize": String(order.batchSize),
                "data.seed": String(order.seed), "data.epoch": String(order.epoch),
                "data.position": String(order.position),
                "noise.seed": String(noise.seed), "noise.position": String(noise.position),
            ])
    }

    /// Reads the state of a run from its checkpoint.
    init(_ checkpoint: Checkpoint, path: String) throws(CheckpointError) {
        func number<Number: FixedWidthInteger>(_ key: String) throws(CheckpointError) -> Number {
            guard let value = checkpoint.metadata[key].flatMap({ Number($0) }), value >= 0 else {
                throw CheckpointError(
                    .mismatch, "\(path) is no checkpoint of a training run: its metadata have no \"\(key)\".")
            }
            return value
        }
        if checkpoint.metadata["format"] != Self.format {
            throw CheckpointError(
                .mismatch, "\(path) is no checkpoint of a training run: its format is not \"\(Self.format)\"."
            )
        }
        self.checkpoint = checkpoint
        step = try number("step")
        epoch = try number("data.epoch")
        position = try number("data.position")
        noise = RandomStream(seed: try number("noise.seed"), position: try number("noise.position"))
    }

    /// Gives the optimizers of a procedure the state they had.
    func restore(_ procedure: any TrainingProcedure, path: String) throws(CheckpointError) {
        do {
            try procedure.restore(checkpoint.tensors, step: step, noise: noise)
        } catch {
            throw CheckpointError(.mismatch, "\(path) does not fit this run: \(error)")
        }
    }

    /// The first tensor, weights before the optimisers' moments, that holds a NaN or an infinity; nil where none does.
    func firstNonFinite() throws(DeviceError) -> (name: String, value: Float)? {
        let names = checkpoint.tensors.keys.sorted { a, b in
            let (x, y) = (a.hasPrefix(Self.modelPrefix), b.hasPrefix(Self.modelPrefix))
            return x == y ? a < b : x
        }
        // With a loss scale, gradients of several batches may overflow until an update skips them.
        let mayOverflow = names.contains { $0.hasSuffix("lossScale") }
        for name in names {
            let isGradient =
                !name.hasPrefix(Self.modelPrefix) && name.split(separator: ".").contains("gradient")
            if mayOverflow, isGradient { continue }
            let tensor = checkpoint.tensors[name]!
            guard tensor.scalarType == .float32, let storage = tensor.storage else { continue }
            let buffer = try storage.hostBuffer()
            let value = withExtendedLifetime(buffer) {
                UnsafeRawBufferPointer(buffer.bytes).bindMemory(to: Float.self).first { !$0.isFinite }
            }
            if let value { return (name, value) }
        }
        return nil
    }

    /// Throws where going on from this state would not be the same run.
    func check(plan: TrainingPlan, exampleCount: Int, path: String) throws(CheckpointError) {
        let expected = [
            ("data.batchSize", "batch size", String(plan.batchSize)),
            ("data.seed", "seed", String(plan.seed)),
            ("data.count", "number of examples", String(exampleCount)),
        ]
        for (key, name, value) in expected where checkpoint.metadata[key] != value {
            throw CheckpointError(
                .mismatch,
                "\(path) was made with another \(name), \(checkpoint.metadata[key] ?? "none") and not \(value): "
                    + "resume with the same, or start anew in another folder.")
        }
        // No run makes so many, and what is reckoned with them stays within bounds.
        if step < 0 || step > 1 << 48 {
            throw CheckpointError(.mismatch, "\(path) is damaged: it was saved after step \(step).")
        }
        if position > exampleCount || step > 0 && epoch == 0 && position == 0 {
            throw CheckpointError(.mismatch, "\(path) is damaged: step and data order do not go together.")
        }
    }
}
