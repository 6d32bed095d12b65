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
    public var imageShape: Shape { source.imageShape }
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
        binarized(try source.batch(at: indices), indices)
    }

    public func batch(at indices: [Int], epoch: Int) throws -> Batch {
        binarized(try source.batch(at: indices, epoch: epoch), indices)
    }

    private func binarized(_ batch: Batch, _ indices: [Int]) -> Batch {
        var result = batch
        guard case .sampled(let seed) = binarization else {
            result.images = (batch.images .>= 0.5).cast(to: .float32)
            return result
        }
        let size = imageShape.count
        var limits = [Float]()
        limits.reserveCapacity(indices.count * size)
        for index in indices {
            // A stream for each picture, whatever batch it is in.
            let key = SIMD4(
                UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
                UInt32(truncatingIfNeeded: index), 0x62_696E)
            for pixel in 0..<size {
                limits.append(Float(Philox.word(UInt64(pixel), key: key) >> 8) * 0x1p-24)
            }
        }
        result.images = (Tensor(limits, shape: batch.images.shape) .< batch.images).cast(to: .float32)
        return result
    }
}
