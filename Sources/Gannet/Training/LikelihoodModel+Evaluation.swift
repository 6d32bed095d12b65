import GannetGraph

extension LikelihoodModel {
    /// The mean over a data set of the bound on −ln p(x), in nats an example: summed over its pixels or
    /// samples, averaged over the examples.
    ///
    /// The noise follows from `seed` and the batch size, so that two calls give the same number.
    ///
    /// - Throws: What the data set throws, and `DeviceError`.
    public func negativeLogLikelihoodBound(
        over data: some DataSet, batchSize: Int? = nil, seed: UInt64 = 0, on device: Device = .default
    ) throws -> Double {
        let batchSize = batchSize ?? evaluationBatchSize
        if batchSize < 1 {
            invalidUse("negativeLogLikelihoodBound(over:)", "a batch of \(batchSize) examples")
        }
        if data.count > 0 { try checkClasses(of: data) }
        var noise = RandomStream(seed: seed, for: .evaluation)
        return try data.mean(batchSize: batchSize, on: device) {
            negativeLogLikelihoodBound($0, noise: &noise)
        }
    }

    /// Throws where the model is one of examples of known classes, and a data set does not say these.
    package func checkClasses(of data: some DataSet) throws(TrainingError) {
        if let classes = conditioningClassCount, data.classCount.map({ $0 > classes }) ?? true {
            throw TrainingError(
                .badPlan,
                "The examples to evaluate "
                    + (data.classCount.map { "are of \($0) classes" }
                        ?? "do not say of which classes they are")
                    + ", and the model gives the likelihood of examples of \(classes) known classes.")
        }
    }

    /// Nats an example as bits a dimension, of which a picture has height · width · channels, a sound one for each sample:
    /// divided by their number and by ln 2.
    public func bitsPerDimension(nats: Double, exampleShape: Shape) -> Double {
        nats / (Double(exampleShape.count) * 0.693_147_180_559_945_3)
    }
}
