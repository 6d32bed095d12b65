import GannetGraph

/// How various samples are, beside examples of the data: whether a generator makes the same few things again and again.
public struct SampleDiversity: Sendable, Hashable {
    /// The mean distance of two samples, divided by that of two examples of the data: near 1 where samples differ as much.
    public let ratio: Double
    /// The share of samples whose nearest example is of each class; nil where classes are not known.
    public let classShares: [Double]?
    /// The classes that are lost: whose share is less than a quarter of that of examples of the data, judged in the same way. Only those of
    /// which at least ten samples are to be expected: of others chance may leave none. Nil where classes are not known.
    public let lostClasses: [Int]?

    /// Compares samples with examples.
    ///
    /// - Parameters:
    ///   - samples: At least two, [count, …].
    ///   - examples: At least two of the data, better several times as many as samples. The first ones, as many as samples or half of them,
    ///     are judged as samples are, by the others.
    ///   - classCount: The number of classes that examples may be of, numbered from 0; nil where they are not labelled.
    ///   - device: Where distances are computed.
    public init(
        of samples: Tensor, beside examples: Batch, classCount: Int?, on device: Device = .default
    ) throws(DeviceError) {
        let shape = examples.examples.shape
        if samples.rank < 1 || samples.shape[0] < 2 || shape[0] < 2
            || samples.shape.extents.dropFirst() != shape.extents.dropFirst()
        {
            invalidUse("SampleDiversity", "samples of shape \(samples.shape) beside \(shape)")
        }
        let count = samples.shape[0]
        let made = samples.reshape(count, -1)
        let given = examples.examples.reshape(shape[0], -1)
        let judged = min(count, shape[0] / 2)
        let judges = given[judged..<shape[0]]
        let results = try Tensor.evaluate(
            [
                made.meanDistance() / given.meanDistance(),
                made.squaredDistances(to: judges).argmin(axis: 1),
                given[0..<judged].squaredDistances(to: judges).argmin(axis: 1),
            ], on: device)
        ratio = Double(try results[0].scalar(on: device))
        guard let labels = examples.labels, let classCount else {
            (classShares, lostClasses) = (nil, nil)
            return
        }
        let classes = try labels.array(of: Int32.self, on: device).map { Int($0) }
        if let wrong = classes.first(where: { !(0..<classCount).contains($0) }) {
            invalidUse("SampleDiversity", "the label \(wrong) is not one of \(classCount) classes")
        }
        func shares(_ nearest: Tensor) throws(DeviceError) -> [Double] {
            var shares = [Double](repeating: 0, count: classCount)
            let places = try nearest.array(of: Int32.self, on: device)
            for place in places { shares[classes[judged + Int(place)]] += 1 / Double(places.count) }
            return shares
        }
        let (own, right) = (try shares(results[1]), try shares(results[2]))
        classShares = own
        lostClasses = zip(own, right).enumerated().compactMap { number, shares in
            shares.1 * Double(count) >= 10 && shares.0 < shares.1 / 4 ? number : nil
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
