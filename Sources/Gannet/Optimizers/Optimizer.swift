import GannetGraph

/// Minimises a loss over the parameters of a module, one update at a time.
///
/// An update evaluates the loss, its gradients, the optimizer's moments and the new parameters in one program, which
/// is compiled at the first step and found again at every other, and commits all new versions together. Nothing
/// waits for the device: the loss that is returned is read when it is asked for.
///
/// Several optimizers may each train a part of one model in turn: each finds its own program again.
///
/// An optimizer belongs to one task at a time; the parameters may be read from others meanwhile.
public protocol Optimizer: AnyObject {
    /// The step size, before a schedule and the factors of groups; may be changed between steps.
    var learningRate: Float { get set }
    /// What is done beside the rule.
    var options: UpdateOptions { get }
    /// The number of calls of `update(minimizing:)` so far. Each makes an update, unless gradients are accumulated.
    var step: Int { get }
    /// What random numbers in the loss are drawn from; its position is part of the optimizer's state.
    var noise: RandomStream { get set }
    /// The parameters that are updated.
    var parameters: [NamedParameter] { get }
    /// What a checkpoint must hold beside the parameters, ``step`` and ``noise``: the moments, averages and the like, by
    /// unique names.
    var state: [(name: String, tensor: Tensor)] { get }
    /// The averages of the parameters, leaves; none where ``UpdateOptions/averaging`` is not set.
    var averages: [(parameter: Parameter, value: Tensor)] { get }
    /// The loss scale, [3]: the scale, finite updates since it changed, updates skipped; nil where there is none.
    var lossScaleState: Tensor? { get }
    /// The root of the sum of the squares of all gradients of the last step, before they were clipped: a scalar. Where gradients are
    /// accumulated, those of the mean in a step that makes an update, and else those of the step's own batch. Nil before the first step, and
    /// where ``UpdateOptions/measuresGradients`` is not set.
    var gradientNorm: Tensor? { get }

    /// Makes one step: the parameters move against the gradient of a loss.
    ///
    /// Parameters that the loss does not depend on stay as they are, and so do their moments.
    ///
    /// - Parameters:
    ///   - results: Builds the loss, a scalar, and other tensors that shall be evaluated in the same program. They are
    ///     built here, so that random numbers can be drawn from ``noise`` (`RandomStream.withCurrent`) and old versions
    ///     of parameters can be written over.
    ///   - device: Where the step is computed.
    /// - Returns: The loss and the other tensors before the step, as stored on the device.
    /// - Throws: What `results` throws, or a ``DeviceError``; then no parameter has changed.
    @discardableResult
    func update(
        keeping results: () throws -> (loss: Tensor, kept: [Tensor]), on device: Device, file: StaticString,
        line: UInt
    ) throws -> (loss: Tensor, kept: [Tensor])

    /// Continues from a checkpoint.
    ///
    /// - Parameters:
    ///   - state: What ``state`` was, by name; others are ignored.
    ///   - step: What ``step`` was.
    ///   - noise: What ``noise`` was.
    /// - Throws: ``OptimizerStateError`` where a moment is missing or has another shape; then nothing has changed.
    func restore(_ state: [String: Tensor], step: Int, noise: RandomStream) throws(OptimizerStateError)
}

extension Optimizer {
    /// Makes one step: the parameters move against the gradient of `loss`.
    ///
    /// - Parameters:
    ///   - loss: A scalar, built here; see ``update(keeping:on:file:line:)``.
    ///   - device: Where the step is computed.
    /// - Returns: The loss before the step, as stored on the device.
    /// - Throws: What `loss` throws, or a ``DeviceError``; then no parameter has changed.
    @discardableResult
    public func update(
        minimizing loss: @autoclosure () throws -> Tensor, on device: Device = .default,
        at file: StaticString = #fileID,
        _ line: UInt = #line
    ) throws -> Tensor {
        try update(keeping: { (try loss(), []) }, on: device, file: file, line: line).loss
    }

    /// None.
    public var gradientNorm: Tensor? { nil }

    /// The number of updates made so far: that of steps, or fewer where gradients are accumulated.
    public var updateCount: Int { step / options.accumulation }

    /// The learning rate of the next update, as the schedule has it, without the factors of groups.
    public var scheduledLearningRate: Float {
        Float(Double(learningRate) * options.schedule.factor(after: updateCount))
    }

    /// Where the loss scale stands, waiting for the device; nil where there is none.
    public func lossScale(on device: Device = .default) throws(DeviceError) -> LossScale? {
        guard let state = lossScaleState else { return nil }
        return try LossScale(reading: state, on: device)
    }

    /// Lets `body` see the averages of the weights in place of the weights, to evaluate a model or to draw samples.
    ///
    /// Only the task that runs `body` sees them. Where no averages are kept, the weights are seen as they are.
    public func withAverages<R>(_ body: () throws -> R) rethrows -> R {
        try Parameter.withValues(averages, body)
    }
}

/// What is wrong with the state that an optimizer was to continue from.
public enum OptimizerStateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A slot is not there.
    case missing(String)
    /// A slot has a shape that its parameter does not have.
    case wrongShape(String, Shape, expected: Shape)

    public var description: String {
        switch self {
        case .missing(let name): "The optimizer's state lacks \(name); was it saved by another optimizer?"
        case .wrongShape(let name, let shape, let expected):
            "The optimizer's state \(name) has shape \(shape) where the model has \(expected)."
        }
    }
}
