import GannetGraph

extension DataSet {
    /// The mean over all examples of what `values` gives for each of a batch, [batch]; added up in double precision.
    ///
    /// - Throws: `TrainingError` where there are no examples, what the data set throws, and `DeviceError`.
    package func mean(
        batchSize: Int, on device: Device, of values: (Batch) throws -> Tensor
    ) throws -> Double {
        if count == 0 { throw TrainingError(.badPlan, "The data set to evaluate has no examples.") }
        var sum = 0.0
        for start in stride(from: 0, to: count, by: batchSize) {
            let batch = try batch(at: Array(start..<min(start + batchSize, count)))
            sum += try values(batch).array(of: Float.self, on: device).reduce(0) { $0 + Double($1) }
        }
        return sum / Double(count)
    }
}
