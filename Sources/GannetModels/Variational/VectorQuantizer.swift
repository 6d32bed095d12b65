import Gannet

/// The codebook of van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning" (arXiv:1711.00937): each vector becomes the
/// nearest of K codes (equations 1 and 2).
///
/// The gradient of what becomes of a vector goes to the vector itself (straight through). Codes follow the vectors that they stand for, by a loss
/// (equation 3, the second term) or as moving averages of them (appendix A.1); vectors keep to their codes by the third term.
public struct VectorQuantizer: Module {
    /// What becomes of vectors.
    public struct Result {
        /// The codes in the place of the vectors, of their shape; gradients go to the vectors.
        public let values: Tensor
        /// The numbers of the codes, `int32`, of the vectors' shape without its last axis.
        public let numbers: Tensor
        /// What is to be added to the loss: |sg(z) − e|², where codes learn so, and β |z − sg(e)|², means over all elements.
        public let loss: Tensor
    }

    /// What the codes are like.
    public let options: CodebookOptions
    /// The codes, [K, features].
    public let codes: Parameter
    /// How many vectors of a batch fall to each code, on average, [K]; nil where codes learn by a loss and none is replaced.
    private let counts: Parameter?
    /// The sums of these vectors, on average, [K, features].
    private let sums: Parameter?

    /// The number of codes.
    public var count: Int { codes.shape[0] }
    /// The length of a code.
    public var features: Int { codes.shape[1] }

    /// Creates a codebook whose codes are drawn evenly from ±1 / K.
    public init(_ options: CodebookOptions = CodebookOptions(), random: inout RandomStream) {
        if let objection = options.objection { invalidUse("VectorQuantizer", objection) }
        self.options = options
        let bound = 1 / Float(options.count)
        let first = Initializer.uniform(-bound...bound)([options.count, options.features], random: &random)
        let isAveraged = options.learning != .loss
        codes = Parameter(first, isTrainable: !isAveraged)
        counts =
            isAveraged
            ? Parameter(Tensor([Float](repeating: 1, count: options.count)), isTrainable: false) : nil
        sums = isAveraged ? Parameter(first, isTrainable: false) : nil
    }

    /// The numbers of the nearest codes, `int32` […], of vectors […, features].
    public func nearest(_ z: Tensor) -> Tensor {
        let e = codes.value
        // |z − e|² without what is the same for all codes.
        let distances =
            e.squared().sum(axes: [1]) - 2 * z.reshape(-1, features).matmul(e.transposed())
        return distances.argmin(axis: 1).reshape(Shape(z.shape.extents.dropLast()))
    }

    /// The codes of given numbers, […, features].
    public func values(_ numbers: Tensor) -> Tensor { codes.value.gathered(at: numbers) }

    /// What becomes of vectors […, features].
    ///
    /// - Parameter noise: What vectors that take the places of codes are drawn by.
    public func callAsFunction(_ z: Tensor, noise: inout RandomStream) -> Result {
        let rows = z.reshape(-1, features)
        let numbers = nearest(rows.stoppingGradient())
        let e = values(numbers)
        let difference = (rows - e.stoppingGradient()).squared().mean()
        var loss = .literal(options.commitment) * difference
        if options.learning == .loss { loss = loss + (rows.stoppingGradient() - e).squared().mean() }
        follow(rows.stoppingGradient(), numbers, noise: &noise)
        let straight = rows + (e - rows).stoppingGradient()
        return Result(
            values: straight.reshape(z.shape), numbers: numbers.reshape(Shape(z.shape.extents.dropLast())),
            loss: loss)
    }

    /// Lets averages and codes follow the vectors of a batch.
    private func follow(_ rows: Tensor, _ numbers: Tensor, noise: inout RandomStream) {
        guard case .movingAverage(let decay) = options.learning, let counts, let sums else { return }
        let places = numbers.oneHot(count)
        let (keep, rest) = (Tensor.literal(decay), Tensor.literal(1 - decay))
        let batchCounts = places.sum(axes: [0])
        let batchSums = places.transposed().matmul(rows)
        let share = Float(rows.shape[0]) / Float(count)
        let drawn = rows.gathered(at: noise.integers(below: UInt32(rows.shape[0]), [count]))
        var (newCounts, isDead): (Tensor?, Tensor?)
        counts.track { average in
            let next = keep * average + rest * batchCounts
            let dead = next .< .literal(options.revivalThreshold * share)
            (newCounts, isDead) = (select(dead, .literal(share), next), dead)
            return newCounts!
        }
        // Where no update is being made, nothing moves.
        guard let newCounts = newCounts?.insertingAxis(at: 1), let isDead else { return }
        var newSums: Tensor?
        sums.track { average in
            let next = keep * average + rest * batchSums
            newSums = select(isDead.insertingAxis(at: 1), .literal(share) * drawn, next)
            return newSums!
        }
        // A code that nothing has fallen to for long stays where it was.
        codes.track { select(newCounts .> 1e-5, newSums! / maximum(newCounts, 1e-5), $0) }
    }
}

/// What a codebook is like.
public struct CodebookOptions: Sendable, Hashable {
    /// How codes follow vectors.
    public enum Learning: Sendable, Hashable {
        /// By |sg(z) − e|², as a part of the loss.
        case loss
        /// As averages with this decay, without a loss.
        case movingAverage(decay: Float)
    }

    /// K, the number of codes.
    public var count: Int
    /// The length of a code.
    public var features: Int
    /// How codes follow vectors.
    public var learning: Learning
    /// β, how strongly vectors are kept to their codes.
    public var commitment: Float
    /// Averages that fewer vectors have fallen to than this share of what would be theirs evenly are replaced by vectors of the batch; 0 for
    /// never. Codes that learn by the loss are not replaced.
    public var revivalThreshold: Float

    /// Creates the options of a codebook.
    public init(
        count: Int = 128, features: Int = 16, learning: Learning = .movingAverage(decay: 0.99),
        commitment: Float = 0.25, revivalThreshold: Float = 0.01
    ) {
        (self.count, self.features, self.learning) = (count, features, learning)
        (self.commitment, self.revivalThreshold) = (commitment, revivalThreshold)
    }

    /// Why there is no such codebook; nil if there is.
    var objection: String? {
        if count < 1 || features < 1 || !(commitment >= 0) || !(revivalThreshold >= 0) {
            return
                "\(count) codes of \(features) numbers, a commitment of \(commitment), a threshold of \(revivalThreshold)"
        }
        if case .movingAverage(let decay) = learning, !(0..<1).contains(decay) {
            return "a decay of \(decay)"
        }
        return nil
    }
}
