import Gannet

/// A model that says how likely a picture or a sound is: the likelihood itself, not a bound on it.
public protocol ExactLikelihoodModel: LikelihoodModel {
    /// ln p(x) of each example, [batch], in nats; values as those of a ``Batch``. For a model that is told the class, p(x)
    /// is the mean of p(x | class) over the classes, which are equally likely.
    func logLikelihood(_ examples: Tensor) -> Tensor
}

extension ExactLikelihoodModel {
    /// ln p(x) of the first `count` examples of a data set, or of all where there are fewer.
    ///
    /// - Throws: ``TrainingError`` where there are no examples or where a likelihood is not a number, what the data set throws,
    ///   and `DeviceError`.
    public func logLikelihoods(
        over data: some DataSet, count: Int = .max, batchSize: Int = 50, on device: Device = .default
    ) throws -> [Double] {
        let count = min(count, data.count)
        if batchSize < 1 { invalidUse("logLikelihoods(over:)", "a batch of \(batchSize) examples") }
        if count < 1 { throw TrainingError(.badPlan, "The data set has no examples.") }
        var result: [Double] = []
        for start in stride(from: 0, to: count, by: batchSize) {
            let batch = try data.batch(at: Array(start..<min(start + batchSize, count)))
            result += try logLikelihood(batch.examples).array(of: Float.self, on: device).map(Double.init)
        }
        if let wrong = result.firstIndex(where: \.isNaN) {
            throw TrainingError(
                .notFinite,
                "The likelihood of example \(wrong) is not a number: the model's weights are not sound; train it again."
            )
        }
        return result
    }
}
