import GannetGraph

/// What the loss is multiplied by before its gradients are taken, so that small ones are not lost in a type with few
/// exponents; they are divided by it again before they are used: Micikevicius et al., "Mixed Precision Training"
/// (arXiv:1710.03740), section 3.2.
///
/// An update whose gradients are not all finite is skipped: parameters, moments, averages and buffers stay as they are,
/// and only the number of the step goes on, so that schedules and Adam's corrections depend on nothing else. A
/// dynamic scale then backs off, and grows again after some updates without overflow. All of this happens within the
/// compiled step. ``Optimizer/lossScale`` says where the scale stands, and a ``TrainingRun`` reports every change.
public struct LossScaling: Sendable, Hashable {
    /// The scale at first.
    public var initial: Float
    /// What the scale is multiplied by after ``interval`` finite updates; 1 for a scale that does not change.
    public var growth: Float
    /// What the scale is multiplied by after an update that was skipped; 1 for a scale that does not change.
    public var backoff: Float
    /// The number of finite updates, one after another, that let the scale grow.
    public var interval: Int

    /// A scale that adapts itself; powers of two keep the gradients' bits.
    public static func dynamic(
        initial: Float = 65_536, growth: Float = 2, backoff: Float = 0.5, interval: Int = 2000
    ) -> LossScaling {
        LossScaling(initial: initial, growth: growth, backoff: backoff, interval: interval)
    }

    /// A scale that stays.
    public static func fixed(_ scale: Float) -> LossScaling {
        LossScaling(initial: scale, growth: 1, backoff: 1, interval: 1)
    }

    /// The largest scale; beyond it nothing is gained, and infinity would not come down again.
    private static let limit: Float = 0x1p64
    /// The smallest scale: powers of two below would make gradients smaller than they are.
    private static let floor: Float = 0x1p-64

    /// The state at first: the scale, the finite updates since it last changed, and the updates skipped so far.
    var initialState: [Float] { [initial, 0, 0] }

    /// The state after an update, [3].
    func next(_ state: Tensor, isFinite: Tensor) -> Tensor {
        let (scale, count, skipped) = (
            state.element(0, axis: 0), state.element(1, axis: 0) + 1, state.element(2, axis: 0)
        )
        let isDue = count .>= .literal(Float(interval))
        let grown = minimum(scale * .literal(growth), .literal(Self.limit))
        let reduced = maximum(scale * .literal(backoff), .literal(Self.floor))
        let values = [
            select(isFinite, select(isDue, grown, scale), reduced),
            select(isFinite .& !isDue, count, 0),
            select(isFinite, skipped, skipped + 1),
        ]
        return .concatenate(values.map { $0.reshape([1]) }, axis: 0)
    }
}

/// Where a loss scale stands.
public struct LossScale: Sendable, Hashable {
    /// What the loss is multiplied by at the next update.
    public var scale: Float
    /// The updates that were skipped so far because gradients were not finite.
    public var skippedCount: Int

    /// Names a state.
    public init(scale: Float, skippedCount: Int) {
        self.scale = scale
        self.skippedCount = skippedCount
    }

    /// Reads what an optimizer keeps as ``Optimizer/lossScaleState``.
    public init(reading state: Tensor, on device: Device = .default) throws(DeviceError) {
        let values = try state.array(of: Float.self, on: device)
        self.init(scale: values[0], skippedCount: Int(exactly: values[2]) ?? .max)
    }
}
