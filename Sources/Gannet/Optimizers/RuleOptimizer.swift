import GannetCompiler
import GannetGraph

/// An optimizer that moves each parameter by an ``UpdateRule``.
public final class RuleOptimizer<Rule: UpdateRule>: Optimizer {
    public var learningRate: Float
    public private(set) var step = 0
    public var noise: RandomStream
    /// How a step changes a parameter.
    public let rule: Rule
    public let options: UpdateOptions
    public let parameters: [NamedParameter]

    /// For each group, and last for the parameters of none, the rule and the factor of the learning rate.
    let groups: [(rule: Rule, learningRateFactor: Float)]
    /// The group of each parameter.
    let groupOf: [Int]
    /// What is kept for each parameter, by the names that checkpoints use: the rule's slots, then the sum of gradients
    /// and the average where there are such.
    let slotNames: [String]
    /// The slots of each parameter.
    var slots: [[Storage]]
    /// The loss scale.
    var scaling: Storage?
    public internal(set) var gradientNorm: Tensor?
    /// The compiled steps that were made last.
    var programs = RecentlyUsed<StepKey, StepProgram>(limit: Evaluator.defaultProgramLimit)

    /// Creates an optimizer with its own rule.
    ///
    /// - Parameters:
    ///   - model: The module whose parameters are updated.
    ///   - learningRate: The step size, α.
    ///   - rule: How a step changes a parameter.
    ///   - options: What is done beside the rule.
    ///   - seed: The seed of ``noise``.
    public init(
        for model: some Module, learningRate: Float, rule: Rule, options: UpdateOptions = UpdateOptions(),
        seed: UInt64 = 0, file: StaticString = #fileID, line: UInt = #line
    ) {
        if let objection = options.objection {
            invalidUse("UpdateOptions", objection, file: file, line: line)
        }
        if options.averaging != nil,
            let (path, parameter) = model.parameters.first(where: { $1.scalarType != .float32 })
        {
            invalidUse(
                "UpdateOptions",
                "averages are kept of float32 weights, and \(path) is \(parameter.scalarType)",
                file: file, line: line)
        }
        self.learningRate = learningRate
        self.rule = rule
        self.options = options
        noise = RandomStream(seed: seed)
        let parameters = model.parameters
        self.parameters = parameters
        groups =
            options.groups.map { group in
                var own = rule
                if let decay = group.weightDecay { own.weightDecay = decay }
                return (own, group.learningRateFactor)
            } + [(rule, 1)]
        groupOf = parameters.map { parameter in
            options.groups.firstIndex { $0.includes(parameter) } ?? options.groups.count
        }
        let slotNames =
            rule.slots.map { "\(Rule.name).\($0)" } + (options.accumulation > 1 ? ["gradient"] : [])
            + (options.averaging == nil ? [] : ["average"])
        self.slotNames = slotNames
        slots = parameters.map { parameter in
            slotNames.map { _ in Storage([Float](repeating: 0, count: parameter.parameter.shape.count)) }
        }
        scaling = options.lossScaling.map { Storage($0.initialState) }
    }

    @discardableResult
    public func update(
        keeping results: () throws -> (loss: Tensor, kept: [Tensor]), on device: Device, file: StaticString,
        line: UInt
    ) throws -> (loss: Tensor, kept: [Tensor]) {
        if Parameter.isSubstituted {
            invalidUse(
                "update(minimizing:)", "it is called within withAverages(_:), which shows other weights",
                file: file, line: line)
        }
        let evaluator = try device.evaluator()
        startAverages()
        var stream = noise
        let prepared = try RandomStream.with(&stream) {
            // The recorder holds old versions; it is gone before they are written over.
            let recorder = StateRecorder()
            let (loss, kept) = try MixedPrecision.with(options.precision ?? MixedPrecision.current) {
                try recorder.recording(results)
            }
            try StepInspection.current?.examine(
                loss, updating: parameters, tracking: recorder.updates.map(\.value))
            return try prepare(
                loss, keeping: kept, tracking: recorder.updates, for: evaluator, file: file, line: line)
        }
        let results = try run(prepared, on: evaluator)
        noise = stream
        step += 1
        return results
    }
}

// MARK: - State

extension RuleOptimizer {
    /// The place of the sum of gradients among the slots.
    var gradientSlot: Int? { options.accumulation > 1 ? rule.slots.count : nil }
    /// The place of the average among the slots.
    var averageSlot: Int? { options.averaging == nil ? nil : slotNames.count - 1 }

    /// Before the first step the averages are the weights, whatever these were set to.
    private func startAverages() {
        guard step == 0, let averageSlot else { return }
        for (index, parameter) in parameters.enumerated() {
            slots[index][averageSlot] = parameter.parameter.value.storage!
        }
    }

    public var averages: [(parameter: Parameter, value: Tensor)] {
        guard let averageSlot else { return [] }
        startAverages()
        return parameters.indices.map { (parameters[$0].parameter, tensor(averageSlot, of: $0)) }
    }

    public var lossScaleState: Tensor? { scaling.map { Tensor($0, shape: [3], scalarType: .float32) } }

    private static var scalingName: String { "lossScale" }

    private func tensor(_ slot: Int, of parameter: Int) -> Tensor {
        Tensor(
            slots[parameter][slot], shape: parameters[parameter].parameter.shape, scalarType: .float32)
    }

    public var state: [(name: String, tensor: Tensor)] {
        startAverages()
        let moments = parameters.indices.flatMap { index in
            slotNames.indices.map { slot in
                ("\(slotNames[slot]).\(parameters[index].path)", tensor(slot, of: index))
            }
        }
        return moments + (lossScaleState.map { [(Self.scalingName, $0)] } ?? [])
    }

    public func restore(
        _ state: [String: Tensor], step: Int, noise: RandomStream
    ) throws(OptimizerStateError) {
        func storage(_ name: String, _ shape: Shape) throws(OptimizerStateError) -> Storage {
            guard let tensor = state[name] else { throw .missing(name) }
            guard tensor.shape == shape, tensor.scalarType == .float32, let storage = tensor.storage else {
                throw .wrongShape(name, tensor.shape, expected: shape)
            }
            return storage
        }
        var restored = slots
        for (index, parameter) in parameters.enumerated() {
            for (slot, name) in slotNames.enumerated() {
                restored[index][slot] = try storage("\(name).\(parameter.path)", parameter.parameter.shape)
            }
        }
        if scaling != nil { scaling = try storage(Self.scalingName, [3]) }
        slots = restored
        self.step = step
        self.noise = noise
    }
}
