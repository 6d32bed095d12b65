import GannetCompiler
import GannetGraph

/// Adam; see ``AdamRule`` for the formula.
public typealias Adam = RuleOptimizer<AdamRule>

/// Stochastic gradient descent, with momentum or without; see ``SGDRule``.
public typealias SGD = RuleOptimizer<SGDRule>

extension RuleOptimizer<AdamRule> {
    /// Creates an Adam optimizer for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon), seed: seed)
    }
}

extension RuleOptimizer<SGDRule> {
    /// Creates an optimizer by gradient descent for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float, momentum: Float = 0, seed: UInt64 = 0
    ) {
        self.init(for: model, learningRate: learningRate, rule: SGDRule(momentum: momentum), seed: seed)
    }
}

/// An optimizer that moves each parameter by an ``UpdateRule``.
public final class RuleOptimizer<Rule: UpdateRule>: Optimizer {
    public var learningRate: Float
    public private(set) var step = 0
    public var noise: RandomStream
    /// How a step changes a parameter.
    public let rule: Rule
    public let parameters: [NamedParameter]

    /// The slots of each parameter.
    var slots: [[Storage]]
    /// The compiled steps that were made last.
    var programs = RecentlyUsed<StepKey, StepProgram>(limit: Evaluator.defaultProgramLimit)

    /// Creates an optimizer with its own rule.
    ///
    /// - Parameters:
    ///   - model: The module whose parameters are updated.
    ///   - learningRate: The step size, α.
    ///   - rule: How a step changes a parameter.
    ///   - seed: The seed of ``noise``.
    public init(for model: some Module, learningRate: Float, rule: Rule, seed: UInt64 = 0) {
        self.learningRate = learningRate
        self.rule = rule
        noise = RandomStream(seed: seed)
        parameters = model.parameters
        slots = parameters.map { parameter in
            rule.slots.map { _ in Storage([Float](repeating: 0, count: parameter.parameter.shape.count)) }
        }
    }

    @discardableResult
    public func update(
        minimizing loss: @autoclosure () throws -> Tensor, on device: Device, file: StaticString, line: UInt
    ) throws -> Tensor {
        let evaluator = try device.evaluator()
        var stream = noise
        let prepared = try RandomStream.with(&stream) {
            // The recorder holds old versions; it is gone before they are written over.
            let recorder = StateRecorder()
            let loss = try recorder.recording(loss)
            try StepInspection.current?.examine(
                loss, updating: parameters, tracking: recorder.updates.map(\.value))
            return try prepare(loss, tracking: recorder.updates, for: evaluator, file: file, line: line)
        }
        let outputs = try run(prepared, on: evaluator)
        noise = stream
        step += 1
        return Tensor(outputs, shape: [], scalarType: .float32)
    }
}

extension RuleOptimizer {
    public var state: [(name: String, tensor: Tensor)] {
        zip(parameters, slots).flatMap { parameter, slots in
            zip(rule.slots, slots).map { slot, storage in
                (
                    "\(Rule.name).\(slot).\(parameter.path)",
                    Tensor(storage, shape: parameter.parameter.shape, scalarType: .float32)
                )
            }
        }
    }

    public func restore(
        _ state: [String: Tensor], step: Int, noise: RandomStream
    ) throws(OptimizerStateError) {
        var restored = slots
        for (index, parameter) in parameters.enumerated() {
            for (number, slot) in rule.slots.enumerated() {
                let name = "\(Rule.name).\(slot).\(parameter.path)"
                guard let tensor = state[name] else { throw .missing(name) }
                guard tensor.shape == parameter.parameter.shape, let storage = tensor.storage else {
                    throw .wrongShape(name, tensor.shape, expected: parameter.parameter.shape)
                }
                restored[index][number] = storage
            }
        }
        slots = restored
        self.step = step
        self.noise = noise
    }
}
