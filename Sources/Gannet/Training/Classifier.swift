import GannetGraph

/// A model that tells which of some classes a picture is of, and is trained on pictures whose classes are known.
public protocol Classifier: ImageModel, TrainableModel, EvaluableModel {
    /// The number of classes, which are numbered from 0.
    var classCount: Int { get }

    /// The logits of the classes, [batch, classes], of pictures [batch, height, width, channels] in 0…1: their
    /// softmax is what the model takes for the probability of each class.
    func logits(_ images: Tensor) -> Tensor
}

extension Classifier {
    /// The mean over the batch of −ln p(class | picture), in nats.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        guard let labels = batch.labels else {
            invalidUse("Classifier.loss(_:noise:)", "the batch has no labels")
        }
        let classes = Tensor.index(along: 1, of: [batch.count, classCount])
        let isLabel = labels.reshape([batch.count, 1]) .== classes
        return -select(isLabel, logits(batch.images).logSoftmax(), 0).sum(axes: [1]).mean()
    }

    /// The probability that the model gives to each class: [batch, classes].
    public func probabilities(_ images: Tensor) -> Tensor { logits(images).softmax() }

    public static var measure: EvaluationMeasure { .accuracy }

    /// The share of examples whose own class has the highest logit, the first of equal ones; in 0…1.
    public func evaluation(over data: some DataSet, on device: Device) throws -> Double {
        if data.count == 0 {
            throw TrainingError(.badPlan, "The data set to evaluate has no examples.")
        }
        let batchSize = 500
        var hits = 0
        for start in stride(from: 0, to: data.count, by: batchSize) {
            let batch = try data.batch(at: Array(start..<min(start + batchSize, data.count)))
            guard let labels = batch.labels else {
                throw TrainingError(
                    .badPlan, "The pictures to evaluate have no labels, and a classifier needs them.")
            }
            let rows = try logits(batch.images).array(of: Float.self, on: device)
            for (row, label) in try labels.array(of: Int32.self, on: device).enumerated()
            where Self.likeliest(rows[row * classCount..<(row + 1) * classCount]) == Int(label) {
                hits += 1
            }
        }
        return Double(hits) / Double(data.count)
    }

    /// The place of the largest of some numbers, the first where several are.
    private static func likeliest(_ row: ArraySlice<Float>) -> Int {
        var best = row.startIndex
        for index in row.indices where row[index] > row[best] { best = index }
        return best - row.startIndex
    }
}
