import GannetGraph

/// How various samples are, beside examples of the data: whether a generator makes the same few things again and again.
public struct SampleDiversity: Sendable, Hashable {
    /// The mean distance of two samples, divided by that of two examples of the data: near 1 where samples differ as much.
    public let ratio: Double
    /// The share of samples whose nearest example is of each class; nil where classes are not known.
    public let classShares: [Double]?
    /// The classes that are lost: whose share is less than a quarter of that among the examples. Nil where classes are not known.
    public let lostClasses: [Int]?

    /// Compares samples with examples.
    ///
    /// - Parameters:
    ///   - samples: At least two, [count, …].
    ///   - examples: At least two of the data.
    ///   - classCount: The number of classes that examples may be of; nil where they are not labelled.
    ///   - device: Where distances are computed.
    public init(
        of samples: Tensor, beside examples: Batch, classCount: Int?, on device: Device = .default
    ) throws(DeviceError) {
        let count = samples.shape[0]
        if count < 2 || examples.count < 2
            || samples.count / count != examples.examples.count / examples.count
        {
            invalidUse(
                "SampleDiversity", "samples of shape \(samples.shape) beside \(examples.examples.shape)")
        }
        let made = samples.reshape(count, -1)
        let given = examples.examples.reshape(examples.count, -1)
        let results = try Tensor.evaluate(
            [
                made.meanDistance() / given.meanDistance(),
                made.squaredDistances(to: given).argmin(axis: 1),
            ], on: device)
        ratio = Double(try results[0].scalar(on: device))
        guard let labels = examples.labels, let classCount else {
            (classShares, lostClasses) = (nil, nil)
            return
        }
        let classes = try labels.array(of: Int32.self, on: device).map { Int($0) }
        func shares(_ numbers: [Int]) -> [Double] {
            var shares = [Double](repeating: 0, count: classCount)
            for number in numbers { shares[number] += 1 / Double(numbers.count) }
            return shares
        }
        let nearest = try results[1].array(of: Int32.self, on: device)
        let own = shares(nearest.map { classes[Int($0)] })
        classShares = own
        lostClasses = zip(own, shares(classes)).enumerated().compactMap { number, shares in
            shares.0 < shares.1 / 4 ? number : nil
        }
    }

    /// The names that `metrics.jsonl` has for these numbers.
    static let ratioName = "diversity"
    static let lostClassCountName = "lostClasses"

    /// What `metrics.jsonl` says of it.
    var numbers: [(name: String, value: Double)] {
        [(Self.ratioName, ratio)]
            + (lostClasses.map { [(Self.lostClassCountName, Double($0.count))] } ?? [])
    }
}

extension Tensor {
    /// The mean distance of two different rows of [rows, width], a scalar.
    fileprivate func meanDistance() -> Tensor {
        let count = Double(shape[0])
        // Rounding gives a row a small distance from itself.
        let isOther = 1 - Tensor.identity(shape[0])
        return (squaredDistances(to: self).sqrt() * isOther).sum() / .literal(Float(count * (count - 1)))
    }
}
