import GannetGraph

/// Stochastic gradient descent, with momentum or without; see ``SGDRule``.
public typealias SGD = RuleOptimizer<SGDRule>

/// RMSProp; see ``RMSPropRule`` for the formula.
public typealias RMSProp = RuleOptimizer<RMSPropRule>

/// Adam; see ``AdamRule`` for the formula.
public typealias Adam = RuleOptimizer<AdamRule>

/// Adam with decoupled weight decay; see ``AdamWRule`` for the formula.
public typealias AdamW = RuleOptimizer<AdamWRule>

/// Lion; see ``LionRule`` for the formula.
public typealias Lion = RuleOptimizer<LionRule>

extension RuleOptimizer<SGDRule> {
    /// Creates an optimizer by gradient descent for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float, momentum: Float = 0, isNesterov: Bool = false,
        weightDecay: Float = 0, options: UpdateOptions = UpdateOptions(), seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: SGDRule(momentum: momentum, isNesterov: isNesterov, weightDecay: weightDecay),
            options: options, seed: seed)
    }
}

extension RuleOptimizer<RMSPropRule> {
    /// Creates an RMSProp optimizer for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8,
        momentum: Float = 0, isCentered: Bool = false, weightDecay: Float = 0,
        options: UpdateOptions = UpdateOptions(), seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: RMSPropRule(
                decay: decay, epsilon: epsilon, momentum: momentum, isCentered: isCentered,
                weightDecay: weightDecay),
            options: options, seed: seed)
    }
}

extension RuleOptimizer<AdamRule> {
    /// Creates an Adam optimizer for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Float = 0, options: UpdateOptions = UpdateOptions(),
        seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay),
            options: options, seed: seed)
    }
}

extension RuleOptimizer<AdamWRule> {
    /// Creates an AdamW optimizer for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Float = 0.01, options: UpdateOptions = UpdateOptions(),
        seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: AdamWRule(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay),
            options: options, seed: seed)
    }
}

extension RuleOptimizer<LionRule> {
    /// Creates a Lion optimizer for the parameters of `model`; `seed` is that of ``noise``.
    public convenience init(
        for model: some Module, learningRate: Float = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Float = 0, options: UpdateOptions = UpdateOptions(), seed: UInt64 = 0
    ) {
        self.init(
            for: model, learningRate: learningRate,
            rule: LionRule(beta1: beta1, beta2: beta2, weightDecay: weightDecay), options: options,
            seed: seed)
    }
}
