import GannetGraph

extension Tensor {
    /// Values distributed uniformly over `range`, computed on the host: a model starts from the same numbers on
    /// whatever device it will be trained, and creating it touches no device.
    ///
    /// Takes one number of the stream, as a draw by ``RandomStream/uniform(_:)`` does, and uses the same bits.
    public static func uniform(
        _ range: ClosedRange<Float>, shape: Shape, random: inout RandomStream
    ) -> Tensor {
        let key = random.takeKey()
        let width = range.upperBound - range.lowerBound
        let values = (0..<shape.count).map { index in
            // The upper 24 bits: as many as a Float holds exactly.
            range.lowerBound + width * (Float(Philox.word(UInt64(index), key: key) >> 8) * 0x1p-24)
        }
        return Tensor(values, shape: shape)
    }

    /// Normally distributed values, computed on the host.
    ///
    /// Takes one number of the stream, as a draw by ``RandomStream/normal(_:)`` does, and uses the same bits.
    public static func normal(
        mean: Float = 0, deviation: Float = 1, shape: Shape, random: inout RandomStream
    ) -> Tensor {
        let key = random.takeKey()
        let values = (0..<shape.count).map { index in
            mean + deviation * NormalTransform.normal(Philox.word(UInt64(index), key: key))
        }
        return Tensor(values, shape: shape)
    }

    /// `gain` times an orthonormal set of vectors, in the rows or the columns of the matrix
    /// [all extents but the last, last], whichever are fewer; computed on the host.
    ///
    /// Gram and Schmidt's procedure, twice for each vector, makes them of normally distributed ones, so that all
    /// directions are equally likely. Takes one number of the stream.
    public static func orthogonal(gain: Float = 1, shape: Shape, random: inout RandomStream) -> Tensor {
        let columns = shape.rank == 0 ? 1 : shape[-1]
        let rows = columns == 0 ? 0 : shape.count / columns
        let (count, length) = (Swift.min(rows, columns), Swift.max(rows, columns))
        let key = random.takeKey()
        var vectors: [[Double]] = []
        for number in 0..<count {
            var vector = (0..<length).map { index in
                Double(NormalTransform.normal(Philox.word(UInt64(number * length + index), key: key)))
            }
            for _ in 0..<2 {
                for other in vectors {
                    var product = 0.0
                    for index in 0..<length { product += other[index] * vector[index] }
                    for index in 0..<length { vector[index] -= product * other[index] }
                }
            }
            let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors.append(vector.map { $0 / norm })
        }
        let values = (0..<rows * columns).map { index in
            let (row, column) = (index / columns, index % columns)
            return gain * Float(rows <= columns ? vectors[row][column] : vectors[column][row])
        }
        return Tensor(values, shape: shape)
    }
}

extension RandomStream {
    /// The key of the next draw, which is then taken.
    fileprivate mutating func takeKey() -> SIMD4<UInt32> {
        defer { self = RandomStream(seed: seed, position: position &+ 1) }
        return SIMD4(
            UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32))
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
