import GannetGraph

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Random numbers for tests, the same for the same seed everywhere: Steele, Lea and Flood's SplitMix64.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// The seed that the numbers follow from.
    public let seed: UInt64
    private var state: UInt64

    /// Creates a generator whose numbers follow from `seed`.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Creates a generator whose numbers follow from a name, for tests that are to see the same data each time.
    public init(named name: String) {
        self.init(seed: name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    /// A generator with a seed of its own for each run, which it prints; the environment variable
    /// `GANNET_TEST_SEED` sets it, to repeat a run.
    public static func announced(for purpose: String) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["GANNET_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("\(purpose): GANNET_TEST_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in `range`.
    public mutating func float(in range: ClosedRange<Float>) -> Float {
        let unit = Float(next() >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    /// A whole number in `range`.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// One of `choices`.
    public mutating func element<Choice>(of choices: [Choice]) -> Choice {
        choices[integer(in: 0...choices.count - 1)]
    }

    /// A leaf of numbers in `range`.
    public mutating func floats(_ shape: Shape, in range: ClosedRange<Float> = -2...2) -> Tensor {
        Tensor((0..<shape.count).map { _ in float(in: range) }, shape: shape)
    }

    /// A leaf of whole numbers in `range`, `int32`.
    public mutating func integers(_ shape: Shape, in range: ClosedRange<Int> = -9...9) -> Tensor {
        Tensor((0..<shape.count).map { _ in Int32(integer(in: range)) }, shape: shape)
    }

    /// A leaf of random words, `uint32`.
    public mutating func words(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.count).map { _ in UInt32(truncatingIfNeeded: next()) }, shape: shape)
    }

    /// A leaf of truth values.
    public mutating func booleans(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.count).map { _ in next() & 1 == 1 }, shape: shape)
    }

    /// A leaf of numbers from −2 to 2 of a type for storage only.
    public mutating func halves(_ shape: Shape, _ type: ScalarType) -> Tensor {
        let bits = (0..<shape.count).map { _ in
            UInt16(truncatingIfNeeded: Literal(Double(float(in: -2...2)), type: type).bits)
        }
        return bits.withUnsafeBytes { Tensor(copying: $0, shape: shape, scalarType: type) }
    }

    /// A leaf of any type, with values that no arithmetic of a few steps takes out of range.
    public mutating func leaf(_ shape: Shape, _ type: ScalarType) -> Tensor {
        switch type {
        case .float32: floats(shape)
        case .int32: integers(shape)
        case .uint32: words(shape)
        case .bool: booleans(shape)
        case .float16, .bfloat16: halves(shape, type)
        }
    }
}
