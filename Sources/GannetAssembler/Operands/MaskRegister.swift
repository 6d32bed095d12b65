/// One of AVX-512's eight mask registers. As a mask of an instruction `k0` is not possible: its code means no mask.
public struct MaskRegister: Hashable, Sendable {
    /// The number in encodings, 0 to 7.
    public let number: UInt8

    /// The register with the given number, 0 to 7.
    public init(number: UInt8) {
        if number > 7 { stop("mask register", "there are registers 0 to 7, not \(number).") }
        self.number = number
    }

    public static let k0 = MaskRegister(number: 0)
    public static let k1 = MaskRegister(number: 1)
    public static let k2 = MaskRegister(number: 2)
    public static let k3 = MaskRegister(number: 3)
    public static let k4 = MaskRegister(number: 4)
    public static let k5 = MaskRegister(number: 5)
    public static let k6 = MaskRegister(number: 6)
    public static let k7 = MaskRegister(number: 7)
}
