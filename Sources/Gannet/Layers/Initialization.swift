import GannetGraph

extension Tensor {
    /// Values distributed uniformly over `range`, computed on the host: a model starts from the same numbers on
    /// whatever device it will be trained, and creating it touches no device.
    ///
    /// Takes one number of the stream, as a draw by ``RandomStream/uniform(_:)`` does, and uses the same bits.
    public static func uniform(
        _ range: ClosedRange<Float>, shape: Shape, random: inout RandomStream
    ) -> Tensor {
        let key = SIMD4(
            UInt32(truncatingIfNeeded: random.seed), UInt32(truncatingIfNeeded: random.seed >> 32),
            UInt32(truncatingIfNeeded: random.position), UInt32(truncatingIfNeeded: random.position >> 32))
        random = RandomStream(seed: random.seed, position: random.position + 1)
        let width = range.upperBound - range.lowerBound
        let values = (0..<shape.count).map { index in
            // The upper 24 bits: as many as a Float holds exactly.
            range.lowerBound + width * (Float(Philox.word(UInt64(index), key: key) >> 8) * 0x1p-24)
        }
        return Tensor(values, shape: shape)
    }
}

/// What random numbers are for. Each purpose has its own part of a seed's stream, so that the noise of the first
/// training steps, say, is not made of the bits that made the initial weights.
public enum RandomPurpose: UInt64, Sendable, CaseIterable {
    /// The initial values of parameters.
    case initialization = 0
    /// The noise of training steps.
    case training = 1
    /// The noise of evaluations.
    case evaluation = 2
    /// The noise that samples are made of.
    case sampling = 3
}

extension RandomStream {
    /// The stream of a seed for one purpose. Each has room for 2⁴⁸ draws.
    public init(seed: UInt64, for purpose: RandomPurpose) {
        self.init(seed: seed, position: purpose.rawValue << 48)
    }
}
