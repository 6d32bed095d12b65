import GannetAssembler

/// What registers are for.
extension VectorCode {
    /// The lanes of the last vector.
    static let tailMask = MaskRegister.k7

    static let frame = GeneralRegister.rdi
    static let limit = GeneralRegister.rsi
    static let lastLanes = GeneralRegister.rdx
    static let index = GeneralRegister.rax
    static let scratch = GeneralRegister.rbp
    static let saved: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
    /// For the addresses of the first streams.
    static let addresses: [GeneralRegister] = [.r8, .r9, .r10, .r11, .r12, .r13, .r14, .r15]
}
