import Gannet

/// What a classifier makes of the pictures that a generative model draws.
///
/// A model that has learned the data draws pictures of which a classifier is sure, of all classes in their shares, and
/// of the class that is asked for where one can be asked for.
public struct Judgement: Sendable, Hashable {
    /// The number of pictures.
    public let count: Int
    /// A picture counts as told when the classifier's probability for its likeliest class is over this.
    public let confidence: Float
    /// The number of pictures that are told.
    public let confident: Int
    /// The number of pictures whose likeliest class is each.
    public let classCounts: [Int]
    /// The number of pictures whose likeliest class is the one that was asked for; nil where none can be.
    public let asAsked: Int?

    /// The share of each class among the pictures; together 1.
    public var classShares: [Double] { classCounts.map { Double($0) / Double(count) } }
}

extension Judgement {
    /// Draws pictures and labels them.
    ///
    /// They are drawn in batches, the first with `seed`, each other with the next one. A ``ConditionalModel`` is asked
    /// for the classes in turn.
    ///
    /// - Parameters:
    ///   - model: What draws.
    ///   - classifier: What labels; made for pictures of the same shape.
    ///   - count: The number of pictures, at least 1.
    ///   - seed: What the pictures follow from.
    ///   - confidence: The probability over which a picture counts as told.
    ///   - batchSize: The number of pictures drawn at once.
    ///   - device: Where all this is computed.
    /// - Throws: ``TrainingError`` where the two do not go together, and `DeviceError`.
    public init(
        of model: any GenerativeModel & ImageModel, by classifier: any Classifier, count: Int = 1000,
        seed: UInt64 = 0,
        confidence: Float = 0.9, batchSize: Int = 250, on device: Device = .default
    ) throws {
        if count < 1 || batchSize < 1 {
            invalidUse("Judgement", "\(count) pictures in batches of \(batchSize) cannot be judged")
        }
        if model.imageShape != classifier.imageShape {
            throw TrainingError(
                .badPlan,
                "The model draws pictures of shape \(model.imageShape), and the classifier is for "
                    + "\(classifier.imageShape): train one on pictures of that shape.")
        }
        let conditional = (model as? any ConditionalModel).flatMap {
            $0.conditioningClassCount == nil ? nil : $0
        }
        if let classes = conditional?.conditioningClassCount, classes != classifier.classCount {
            throw TrainingError(
                .badPlan,
                "The model draws \(classes) classes, and the classifier tells "
                    + "\(classifier.classCount): train one on the model's data.")
        }
        let classes = classifier.classCount
        var counts = [Int](repeating: 0, count: classes)
        var (confident, asAsked) = (0, 0)
        for start in stride(from: 0, to: count, by: batchSize) {
            let size = min(batchSize, count - start)
            let batchSeed = seed &+ UInt64(start / batchSize)
            let asked = (start..<start + size).map { $0 % classes }
            let images =
                conditional?.samples(of: asked, seed: batchSeed) ?? model.samples(size, seed: batchSeed)
            let rows = try classifier.probabilities(images).array(of: Float.self, on: device)
            for picture in 0..<size {
                let row = rows[picture * classes..<(picture + 1) * classes]
                let best = row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }
                counts[best - row.startIndex] += 1
                if row[best] > confidence { confident += 1 }
                if best - row.startIndex == asked[picture] { asAsked += 1 }
            }
        }
        self.init(
            count: count, confidence: confidence, confident: confident, classCounts: counts,
            asAsked: conditional == nil ? nil : asAsked)
    }
}
