/// Loads, stores, copies and broadcasts of vectors.
extension Assembler {
    /// Loads or copies a vector, at any address.
    public mutating func vmovups(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { move(.ps(0x10, tuple: .fullMemory), store: 0x11, result, a.vectorOperand, mask, zeroing) }

    /// Stores a vector, at any address.
    public mutating func vmovups(_ result: Memory, _ a: VectorRegister, mask: MaskRegister? = nil) {
        reversed(.ps(0x11, tuple: .fullMemory), .memory(result), a, mask)
    }

    /// Loads or copies a vector, at a multiple of its size.
    public mutating func vmovaps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { move(.ps(0x28, tuple: .fullMemory), store: 0x29, result, a.vectorOperand, mask, zeroing) }

    /// Stores a vector, at a multiple of its size.
    public mutating func vmovaps(_ result: Memory, _ a: VectorRegister, mask: MaskRegister? = nil) {
        reversed(.ps(0x29, tuple: .fullMemory), .memory(result), a, mask)
    }

    /// Loads or copies a vector of integers, at any address; with AVX-512 `vmovdqu32`.
    public mutating func vmovdqu(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        move(.init(.xF3, .x0F, 0x6F, tuple: .fullMemory), store: 0x7F, result, a.vectorOperand, mask, zeroing)
    }

    /// Stores a vector of integers, at any address; with AVX-512 `vmovdqu32`.
    public mutating func vmovdqu(_ result: Memory, _ a: VectorRegister, mask: MaskRegister? = nil) {
        reversed(.init(.xF3, .x0F, 0x7F, tuple: .fullMemory), .memory(result), a, mask)
    }

    /// Loads or copies a vector of words, at any address. AVX-512 only.
    public mutating func vmovdqu32(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        move(
            .init(.xF3, .x0F, 0x6F, .evex, tuple: .fullMemory), store: 0x7F, result, a.vectorOperand, mask,
            zeroing)
    }

    /// Stores a vector of words, at any address. AVX-512 only.
    public mutating func vmovdqu32(_ result: Memory, _ a: VectorRegister, mask: MaskRegister? = nil) {
        reversed(.init(.xF3, .x0F, 0x7F, .evex, tuple: .fullMemory), .memory(result), a, mask)
    }

    /// Stores a vector past the caches, at a multiple of its size.
    public mutating func vmovntps(_ result: Memory, _ a: VectorRegister) {
        reversed(.ps(0x2B, tuple: .fullMemory), .memory(result), a)
    }

    /// Loads one `float32`; the other elements become 0.
    public mutating func vmovss(
        _ result: VectorRegister, _ a: Memory, mask: MaskRegister? = nil, zeroing: Bool = false
    ) { two(.ss(0x10), result, .memory(a), mask, zeroing) }

    /// Stores one `float32`.
    public mutating func vmovss(_ result: Memory, _ a: VectorRegister, mask: MaskRegister? = nil) {
        reversed(.ss(0x11), .memory(result), a, mask)
    }

    /// Copies 32 bits of a general register; the other elements become 0.
    public mutating func vmovd(_ result: VectorRegister, _ a: GeneralRegister) {
        scalar(.word(0x6E), result, .register(a.number))
    }

    /// Loads 32 bits; the other elements become 0.
    public mutating func vmovd(_ result: VectorRegister, _ a: Memory) {
        scalar(.word(0x6E), result, .memory(a))
    }

    /// Copies the lowest 32 bits to a general register, whose upper half becomes 0.
    public mutating func vmovd(_ result: GeneralRegister, _ a: VectorRegister) {
        scalar(.word(0x7E), a, .register(result.number))
    }

    /// Stores the lowest 32 bits.
    public mutating func vmovd(_ result: Memory, _ a: VectorRegister) {
        scalar(.word(0x7E), a, .memory(result))
    }

    /// Copies a general register; the other elements become 0.
    public mutating func vmovq(_ result: VectorRegister, _ a: GeneralRegister) {
        scalar(.word(0x6E, w: 1), result, .register(a.number))
    }

    /// Loads 64 bits; the other elements become 0.
    public mutating func vmovq(_ result: VectorRegister, _ a: Memory) {
        scalar(.quadword(.xF3, 0x7E, evex: 0x6E, result), result, .memory(a))
    }

    /// Copies the lowest 64 bits to a general register.
    public mutating func vmovq(_ result: GeneralRegister, _ a: VectorRegister) {
        scalar(.word(0x7E, w: 1), a, .register(result.number))
    }

    /// Stores the lowest 64 bits.
    public mutating func vmovq(_ result: Memory, _ a: VectorRegister) {
        scalar(.quadword(.x66, 0xD6, evex: 0x7E, a), a, .memory(result))
    }

    private mutating func scalar(
        _ instruction: VectorInstruction, _ vector: VectorRegister, _ other: RegisterOrMemory,
        _ method: StaticString = #function
    ) {
        if case .memory(let memory) = other { check(memory, method) }
        encode(
            instruction, VectorFields(reg: vector.number, operand: other, width: vector.width), method)
    }

    /// One element, the lowest of a register or from memory, in all places.
    public mutating func vbroadcastss(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x18, tuple: .fixed(4), operand: .fixed(.x128)), result, a.vectorOperand,
            mask, zeroing)
    }

    /// One word, the lowest of a register or from memory, in all places.
    public mutating func vpbroadcastd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x58, tuple: .fixed(4), operand: .fixed(.x128)), result, a.vectorOperand,
            mask, zeroing)
    }

    /// The lower half of a general register in all places. AVX-512 only.
    public mutating func vpbroadcastd(
        _ result: VectorRegister, _ a: GeneralRegister, mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        encode(
            .d(0x7C, .x0F38, .evex),
            VectorFields(
                reg: result.number, operand: .register(a.number), width: result.width, mask: mask,
                zeroing: zeroing), #function)
    }

    /// 128 bits of memory, twice. It has no AVX-512 form.
    public mutating func vbroadcastf128(_ result: VectorRegister, _ a: Memory) {
        two(.init(.x66, .x0F38, 0x1A, .vex, widths: .x256 ... .x256), result, .memory(a))
    }

    /// Four elements of memory, again and again.
    public mutating func vbroadcastf32x4(
        _ result: VectorRegister, _ a: Memory, mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x1A, .evex, tuple: .fixed(16), widths: .x256 ... .x512), result,
            .memory(a), mask, zeroing)
    }

    /// Loads the elements where the highest bit of `selector`'s is set; the others become 0. It has no AVX-512 form.
    public mutating func vmaskmovps(_ result: VectorRegister, _ selector: VectorRegister, _ a: Memory) {
        three(.init(.x66, .x0F38, 0x2C, .vex), result, selector, .memory(a))
    }

    /// Stores the elements where the highest bit of `selector`'s is set. It has no AVX-512 form.
    public mutating func vmaskmovps(_ result: Memory, _ selector: VectorRegister, _ a: VectorRegister) {
        three(.init(.x66, .x0F38, 0x2E, .vex), a, selector, .memory(result))
    }

    /// The signs of the elements as bits of a general register. It has no AVX-512 form.
    public mutating func vmovmskps(_ result: GeneralRegister, _ a: VectorRegister) {
        encode(
            .ps(0x50, .vex),
            VectorFields(reg: result.number, operand: .register(a.number), width: a.width), #function)
    }
}

extension VectorInstruction {
    /// A move of the lowest 32 or 64 bits, to or from a general register or memory.
    fileprivate static func word(_ opcode: UInt8, w: UInt8 = 0) -> Self {
        Self(.x66, .x0F, opcode, w: w, tuple: .fixed(w == 0 ? 4 : 8), widths: .x128 ... .x128)
    }

    /// A move of 64 bits to or from memory, for which VEX has a shorter form than that with `W` set.
    fileprivate static func quadword(
        _ prefix: MandatoryPrefix, _ opcode: UInt8, evex: UInt8, _ vector: VectorRegister
    ) -> Self {
        if vector.number > 15 { return word(evex, w: 1) }
        return Self(prefix, .x0F, opcode, .vex, widths: .x128 ... .x128)
    }
}
