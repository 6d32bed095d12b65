/// A source of random tensors: a seed and the number of the next draw. The same seed and position give the same
/// numbers on every device.
///
/// Each draw takes one stream of ``Philox`` words, named by the seed and the position, and advances the position
/// by one, whatever the shape. The words are computed where they are used and are never part of the graph's
/// structure, so that a program is compiled once for all positions.
public struct RandomStream: Sendable, Hashable {
    /// What tells this source from others.
    public let seed: UInt64
    /// The number of the next draw; to be stored with a model, so that a resumed run draws what an unbroken one
    /// would.
    public private(set) var position: UInt64

    /// Creates a source that continues at draw `position`.
    public init(seed: UInt64, position: UInt64 = 0) {
        self.seed = seed
        self.position = position
    }

    /// The words that name the next draw.
    private mutating func nextWords() -> [UInt32] {
        defer { position &+= 1 }
        return [
            UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
        ]
    }

    /// The key of the next draw, `uint32` [4], for an operation that makes its own random numbers.
    public mutating func nextKey() -> Tensor { Tensor(nextWords()) }

    /// The keys of the next `count` draws, `uint32` [count, 4]: one for each iteration of a loop.
    public mutating func nextKeys(_ count: Int) -> Tensor {
        var words: [UInt32] = []
        for _ in 0..<count { words += nextWords() }
        return Tensor(words, shape: [count, 4])
    }

    /// Random bits, `uint32`.
    public mutating func bits(
        _ shape: Shape, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let key = nextKey()
        return Node.make(.randomBits, [key], shape: shape, name: "bits(_:)", file: file, line: line)
    }

    /// Numbers from 0 up to but not including 1: multiples of 2⁻²⁴, all equally likely.
    public mutating func uniform(
        _ shape: Shape, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        Self.uniform(shape, key: nextKey(), file: file, line: line)
    }

    /// Standard normal numbers (see ``NormalTransform``).
    public mutating func normal(
        _ shape: Shape, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        Self.normal(shape, key: nextKey(), file: file, line: line)
    }

    /// 1 with the probability given for each element, 0 otherwise, as `float32`.
    ///
    /// Probabilities are met to 2⁻²⁴; those below 0 or NaN give 0, those above 1 give 1. There is no gradient.
    public mutating func bernoulli(
        probability: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        Self.bernoulli(probability: probability, key: nextKey(), file: file, line: line)
    }

    /// Whole numbers from 0 up to but not including `n`, as `int32`.
    ///
    /// A number is the upper half of the product of 32 random bits and `n`: probabilities differ from 1/n by less
    /// than 2⁻³², which is a bias of at most 2⁻³² · n of the probability itself.
    public mutating func integers(
        below n: UInt32, _ shape: Shape, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if n == 0 || n > 0x8000_0000 {
            invalidUse(
                "integers(below:_:)", "\(n) is not from 1 to 2³¹, the range of int32", file: file, line: line)
        }
        let bits = bits(shape, file: file, line: line)
        let product = Node.make(
            .binary(.multiplyHigh), [bits, .full(n, shape: shape)], name: "integers(below:_:)", file: file,
            line: line)
        return Node.make(.cast(.int32), [product], name: "integers(below:_:)", file: file, line: line)
    }
}

extension RandomStream {
    /// The numbers from 0 up to but not including `count` in random order, `int32`.
    ///
    /// They are put in the order of as many random words. Where two of these are equal, which happens once in some
    /// 2³³ / `count`² draws, the smaller number comes first.
    public mutating func permutation(
        _ count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        bits([count], file: file, line: line).argsort(file: file, line: line)
    }
}

// MARK: - Draws by their keys

extension RandomStream {
    /// What ``uniform(_:file:line:)`` gives at the draw that `key`, `uint32` [4], names.
    public static func uniform(
        _ shape: Shape, key: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        func make(_ operation: Operation, _ inputs: [Tensor], _ shape: Shape? = nil) -> Tensor {
            Node.make(operation, inputs, shape: shape, name: "uniform(_:)", file: file, line: line)
        }
        let bits = make(.randomBits, [key], shape)
        let upper = make(.binary(.shiftRight), [bits, .full(UInt32(8), shape: shape)])
        return make(
            .binary(.multiply), [make(.cast(.float32), [upper]), .full(Float(0x1p-24), shape: shape)])
    }

    /// What ``normal(_:file:line:)`` gives at the draw that `key`, `uint32` [4], names.
    public static func normal(
        _ shape: Shape, key: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let bits = Node.make(.randomBits, [key], shape: shape, name: "normal(_:)", file: file, line: line)
        return Node.make(.unary(.normalQuantile), [bits], name: "normal(_:)", file: file, line: line)
    }

    /// What ``bernoulli(probability:file:line:)`` gives at the draw that `key`, `uint32` [4], names.
    public static func bernoulli(
        probability: Tensor, key: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        func make(_ operation: Operation, _ inputs: [Tensor]) -> Tensor {
            Node.make(operation, inputs, name: "bernoulli(probability:)", file: file, line: line)
        }
        let uniform = uniform(probability.shape, key: key, file: file, line: line)
        return make(.cast(.float32), [make(.binary(.less), [uniform, probability])])
    }
}

// MARK: - The current stream

extension RandomStream {
    /// A stream that the code of one scope draws from, one draw at a time.
    private final class Scope: Sendable {
        let stream: Guarded<RandomStream>
        /// Whether the scope is within a draw of another.
        let isInner: Bool

        init(_ stream: RandomStream, isInner: Bool = false) {
            self.stream = Guarded(stream)
            self.isInner = isInner
        }
    }

    @TaskLocal private static var current: Scope?

    /// Makes `stream` the current one while `body` runs; afterwards it stands where the draws have left it, also
    /// when `body` throws.
    public static func with<R>(_ stream: inout RandomStream, _ body: () throws -> R) rethrows -> R {
        let scope = Scope(stream)
        defer { stream = scope.stream.withLock { $0 } }
        return try $current.withValue(scope, operation: body)
    }

    /// Lets `body` draw from the current stream: the one that the innermost ``with(_:_:)`` made so, such as that
    /// of the optimizer whose loss is being built. Other tasks of the scope wait meanwhile.
    ///
    /// What `body` calls may draw too, as layers do within a loss that is given the stream: these draws come from the
    /// other half of the seed's positions, and the stream advances by them as well. Within such a draw, and where
    /// there is no current stream, this is a programmer's mistake.
    public static func withCurrent<R>(
        file: StaticString = #fileID, line: UInt = #line, _ body: (inout RandomStream) throws -> R
    ) rethrows -> R {
        guard let scope = current else {
            invalidUse(
                "RandomStream.withCurrent",
                "there is no current stream here; use RandomStream.with(_:_:) around it", file: file,
                line: line)
        }
        var result: R?
        try scope.stream.withLock { stream in
            // A draw within a draw would wait for the lock, and so has a scope of its own.
            let start = RandomStream(seed: stream.seed, position: stream.position ^ 1 << 63)
            let inner = scope.isInner ? nil : Scope(start, isInner: true)
            defer {
                if let inner {
                    stream.position &+= inner.stream.withLock { $0.position &- start.position }
                }
            }
            result = try $current.withValue(inner) { try body(&stream) }
        }
        return result!
    }
}
