import GannetGraph

/// Minimises a loss over the parameters of a module, one update at a time.
///
/// An update evaluates the loss, its gradients, the optimizer's moments and the new parameters in one program, which
/// is compiled at the first step and found again at every other, and commits all new versions together. Nothing
/// waits for the device: the loss that is returned is read when it is asked for.
///
/// An optimizer belongs to one task at a time; the parameters may be read from others meanwhile.
public protocol Optimizer: AnyObject {
    /// The step size; may be changed between steps.
    var learningRate: Float { get set }
    /// The number of updates made.
    var step: Int { get }
    /// What random numbers in the loss are drawn from; its position is part of the optimizer's state.
    var noise: RandomStream { get set }
    /// The parameters that are updated.
    var parameters: [NamedParameter] { get }
    /// What a checkpoint must hold beside the parameters, ``step`` and ``noise``: the moments, by unique names.
    var state: [(name: String, tensor: Tensor)] { get }

    /// Makes one step: the parameters move against the gradient of `loss`.
    ///
    /// Parameters that the loss does not depend on stay as they are, and so do their moments.
    ///
    /// - Parameters:
    ///   - loss: A scalar. It is built here, so that random numbers can be drawn from ``noise``
    ///     (`RandomStream.withCurrent`) and old versions of parameters can be written over.
    ///   - device: Where the step is computed.
    /// - Returns: The loss before the step, as stored on the device.
    /// - Throws: What `loss` throws, or a ``DeviceError``; then no parameter has changed.
    @discardableResult
    func update(
        minimizing loss: @autoclosure () throws -> Tensor, on device: Device, file: StaticString, line: UInt
    ) throws -> Tensor

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
    /// Makes one step; see ``update(minimizing:on:file:line:)``.
    @discardableResult
    public func update(
        minimizing loss: @autoclosure () throws -> Tensor, on device: Device = .default,
        at file: StaticString = #fileID,
        _ line: UInt = #line
    ) throws -> Tensor {
        try update(minimizing: try loss(), on: device, file: file, line: line)
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
