/// A number of 64 bits that tells contents apart: FNV-1a (Fowler, Noll and Vo), the same on every machine.
///
/// It finds data that were changed by mistake; it is no protection against those who mean to deceive.
public struct DataDigest: Sendable, Hashable, CustomStringConvertible {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The digest of nothing.
    public init() {}

    /// Adds bytes to what the digest is of.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        // Data sets are arrays of millions of bytes: where they lie side by side, no iterator is asked for each.
        if bytes.withContiguousStorageIfAvailable({ addAll($0) }) == nil { addAll(bytes) }
    }

    @inline(__always)
    private mutating func addAll(_ bytes: some Sequence<UInt8>) {
        var state = state
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.state = state
    }

    /// Adds a whole number, as 8 bytes, the lowest first.
    public mutating func add(_ number: Int) {
        add((0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: Int64(number)) >> (8 * $0)) })
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
