import Gannet

/// How grey pictures become black and white.
public enum Binarization: Sendable, Hashable {
    /// Values from ½ on are 1.
    case threshold
    /// A value is the probability of 1: one draw for each pixel of each picture, which follows from the seed and stays the
    /// same whenever the picture is asked for. So is MNIST binarised where likelihoods are compared (Salakhutdinov and
    /// Murray, "On the Quantitative Analysis of Deep Belief Networks", ICML 2008).
    case sampled(seed: UInt64)
}

/// Pictures of which each value is 0 or 1.
///
/// ```swift
/// let digits = try MNIST(folder: "data/mnist")
/// let training = BinarizedImages(digits.training, by: .sampled(seed: 0))
/// ```
public struct BinarizedImages: DataSet {
    /// The pictures as they are.
    public let source: any DataSet
    /// How they become black and white.
    public let binarization: Binarization

    public var count: Int { source.count }
    public var exampleShape: Shape { source.exampleShape }
    public var classCount: Int? { source.classCount }
    public var batchesAhead: Int { source.batchesAhead }

    /// Makes pictures black and white.
    public init(_ source: any DataSet, by binarization: Binarization) {
        self.source = source
        self.binarization = binarization
    }

    public var digest: String? {
        source.digest.map {
            switch binarization {
            case .threshold: "\($0) threshold"
            case .sampled(let seed): "\($0) sampled \(seed)"
            }
        }
    }

    public func batch(at indices: [Int]) throws -> Batch {
        try binarized(try source.batch(at: indices), indices)
    }

    public func batch(at indices: [Int], epoch: Int) throws -> Batch {
        try binarized(try source.batch(at: indices, epoch: epoch), indices)
    }

    private func binarized(_ batch: Batch, _ indices: [Int]) throws -> Batch {
        let size = exampleShape.count
        let values = try batch.images.array(of: Float.self, on: .cpu).enumerated().map { place, value in
            limit(of: place % size, in: indices[place / size]) <= value ? Float(1) : 0
        }
        var result = batch
        result.images = Tensor(values, shape: batch.images.shape)
        return result
    }

    /// From which value on a pixel of picture number `index` is 1.
    private func limit(of pixel: Int, in index: Int) -> Float {
        guard case .sampled(let seed) = binarization else { return 0.5 }
        // A stream for each picture, whatever batch it is in.
        let key = SIMD4(
            UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
            UInt32(truncatingIfNeeded: index), Self.stream)
        // In the middle of one of 2²⁴ parts: black stays black.
        return (Float(Philox.word(UInt64(pixel), key: key) >> 8) + 0.5) * 0x1p-24
    }

    /// The upper half of the streams' names, which no other random numbers of a seed have: "bin".
    private static let stream: UInt32 = 0x62_696E
}
