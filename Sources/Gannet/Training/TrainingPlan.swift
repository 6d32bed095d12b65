/// How long and in what steps a model is trained.
public struct TrainingPlan: Sendable, Hashable {
    /// How long a run is.
    public enum Length: Sendable, Hashable {
        /// So many times through all examples.
        case epochs(Int)
        /// So many updates.
        case steps(Int)
    }

    /// How long the run is, counted from its very beginning, also when it is resumed.
    public var length: Length
    /// The examples in one update; the last batch of an epoch may have fewer.
    public var batchSize: Int
    /// What the order of the examples and the noise follow from.
    public var seed: UInt64
    /// A checkpoint is written after each epoch and each evaluation and, where this is set, after each multiple of so
    /// many steps.
    public var checkpointInterval: Int?
    /// The evaluation data are scored, and samples drawn, after each multiple of so many steps and at the end; where
    /// this is nil, after each epoch and at the end.
    public var evaluationInterval: Int?
    /// The number of samples drawn with each evaluation; 0 for none.
    public var sampleCount: Int
    /// The number of samples whose diversity is compared with that of the data with each evaluation, see ``SampleDiversity``; 0 for none.
    public var diversityCount: Int

    /// Creates a plan.
    public init(
        length: Length, batchSize: Int = 128, seed: UInt64 = 0, checkpointInterval: Int? = nil,
        evaluationInterval: Int? = nil, sampleCount: Int = 64, diversityCount: Int = 0
    ) {
        self.length = length
        self.batchSize = batchSize
        self.seed = seed
        self.checkpointInterval = checkpointInterval
        self.evaluationInterval = evaluationInterval
        self.sampleCount = sampleCount
        self.diversityCount = diversityCount
    }

    /// Throws where a number makes no sense, with a sentence that says which.
    public func validate() throws(TrainingError) {
        switch length {
        case .epochs(let count) where count < 1:
            throw TrainingError(.badPlan, "The number of epochs is \(count), and must be at least 1.")
        case .steps(let count) where count < 1:
            throw TrainingError(.badPlan, "The number of steps is \(count), and must be at least 1.")
        default: break
        }
        if batchSize < 1 {
            throw TrainingError(.badPlan, "The batch size is \(batchSize), and must be at least 1.")
        }
        if let checkpointInterval, checkpointInterval < 1 {
            throw TrainingError(
                .badPlan, "The checkpoint interval is \(checkpointInterval), and must be at least 1 step.")
        }
        if let evaluationInterval, evaluationInterval < 1 {
            throw TrainingError(
                .badPlan, "The evaluation interval is \(evaluationInterval), and must be at least 1 step.")
        }
        if sampleCount < 0 {
            throw TrainingError(.badPlan, "The number of samples is \(sampleCount), and must be at least 0.")
        }
        if diversityCount < 0 || diversityCount == 1 {
            throw TrainingError(
                .badPlan,
                "The number of samples to compare is \(diversityCount), and must be at least 2, or 0 for none."
            )
        }
    }

    /// The steps of a run on a data set of `count` examples.
    public func stepCount(exampleCount count: Int) -> Int {
        stepCount(
            batchesPerEpoch: DataOrder(count: count, batchSize: batchSize, seed: seed).batchesPerEpoch)
    }

    func stepCount(batchesPerEpoch: Int) -> Int {
        switch length {
        case .epochs(let epochs):
            let (steps, overflow) = epochs.multipliedReportingOverflow(by: batchesPerEpoch)
            return overflow ? .max : steps
        case .steps(let steps): return steps
        }
    }
}
