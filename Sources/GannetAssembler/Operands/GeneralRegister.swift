/// One of the sixteen general registers, 64 bits wide. Methods whose names end in 32 use the lower half.
public struct GeneralRegister: Hashable, Sendable {
    /// The number in encodings, 0 to 15.
    public let number: UInt8

    /// The register with the given number, 0 to 15.
    public init(number: UInt8) {
        if number > 15 { stop("general register", "there are registers 0 to 15, not \(number).") }
        self.number = number
    }

    public static let rax = GeneralRegister(number: 0)
    public static let rcx = GeneralRegister(number: 1)
    public static let rdx = GeneralRegister(number: 2)
    public static let rbx = GeneralRegister(number: 3)
    /// The stack pointer. It cannot be an index.
    public static let rsp = GeneralRegister(number: 4)
    public static let rbp = GeneralRegister(number: 5)
    public static let rsi = GeneralRegister(number: 6)
    public static let rdi = GeneralRegister(number: 7)
    public static let r8 = GeneralRegister(number: 8)
    public static let r9 = GeneralRegister(number: 9)
    public static let r10 = GeneralRegister(number: 10)
    public static let r11 = GeneralRegister(number: 11)
    public static let r12 = GeneralRegister(number: 12)
    public static let r13 = GeneralRegister(number: 13)
    public static let r14 = GeneralRegister(number: 14)
    public static let r15 = GeneralRegister(number: 15)
}
