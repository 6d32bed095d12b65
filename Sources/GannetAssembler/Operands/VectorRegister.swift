/// How wide a vector is.
public enum VectorWidth: UInt8, Hashable, Sendable, Comparable, CaseIterable {
    /// 128 bits: `xmm`.
    case x128
    /// 256 bits: `ymm`.
    case x256
    /// 512 bits: `zmm`.
    case x512

    /// The width in bytes.
    public var byteCount: Int { 16 << Int(rawValue) }

    /// The letter that the names of registers start with.
    var letter: String { ["x", "y", "z"][Int(rawValue)] }

    public static func < (a: VectorWidth, b: VectorWidth) -> Bool { a.rawValue < b.rawValue }
}

/// A vector register of a certain width. AVX2 has the numbers 0 to 15, AVX-512 0 to 31.
public struct VectorRegister: Hashable, Sendable {
    /// The number, 0 to 31.
    public let number: UInt8
    /// How much of the register is used.
    public let width: VectorWidth

    /// Register `number`, 0 to 31, of a width.
    public init(_ number: Int, _ width: VectorWidth) {
        if !(0...31).contains(number) {
            stop("\(width.letter)mm(\(number))", "there are registers 0 to 31.")
        }
        self.number = UInt8(number)
        self.width = width
    }

    /// The same register in another width.
    public func resized(_ width: VectorWidth) -> VectorRegister { VectorRegister(Int(number), width) }
}
