/// Roundings, parts and permutations of `float32`.
extension Assembler {
    /// Rounds `float32` to whole numbers, the way the lowest bits of `rounding` say: 0 to nearest, 1 down, 2 up, 3
    /// to zero; 8 more for no exceptions. It has no AVX-512 form.
    public mutating func vroundps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ rounding: Int
    ) { two(.init(.x66, .x0F3A, 0x08, .vex), result, a.vectorOperand, immediate: byte(rounding, #function)) }

    /// Rounds `float32` to multiples of a power of two, the way the lowest bits of `rounding` say: 0 to nearest, 1
    /// down, 2 up, 3 to zero; 8 more for no exceptions; the upper four bits are the binary places that are kept.
    public mutating func vrndscaleps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ rounding: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F3A, 0x08, .evex), result, a.vectorOperand, mask, zeroing,
            immediate: byte(rounding, #function))
    }

    /// The exponents of `float32`, as `float32`.
    public mutating func vgetexpps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.d(0x42, .x0F38, .evex), result, a.vectorOperand, mask, zeroing) }

    /// The mantissas of `float32`, with the interval and the sign that `form` names.
    public mutating func vgetmantps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ form: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(.d(0x26, .x0F3A, .evex), result, a.vectorOperand, mask, zeroing, immediate: byte(form, #function))
    }

    /// `a` times two to the power of `b` rounded down.
    public mutating func vscalefps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x2C, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// Reciprocals to 14 bits.
    public mutating func vrcp14ps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.d(0x4C, .x0F38, .evex), result, a.vectorOperand, mask, zeroing) }

    /// Reciprocals of square roots to 14 bits.
    public mutating func vrsqrt14ps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.d(0x4E, .x0F38, .evex), result, a.vectorOperand, mask, zeroing) }

    /// Replaces in the result what `a` is a special value for, as the tables in `b` say.
    public mutating func vfixupimmps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ signals: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .d(0x54, .x0F3A, .evex), result, a, b.vectorOperand, mask, zeroing,
            immediate: byte(signals, #function))
    }

    /// The elements of `b` where the highest bits of `selector`'s are set, else those of `a`. It has no AVX-512 form.
    public mutating func vblendvps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        _ selector: VectorRegister
    ) {
        if selector.width != result.width { stop(#function, "the selector is not as wide as the result.") }
        if selector.number > 15 { stop(#function, "the selector is one of the registers 0 to 15.") }
        three(
            .init(.x66, .x0F3A, 0x4A, .vex), result, a, b.vectorOperand, immediate: selector.number << 4)
    }

    /// The elements of `b` where the mask is set, else those of `a`, or zeros.
    public mutating func vblendmps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x65, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// Doubles the elements with odd numbers.
    public mutating func vmovshdup(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.init(.xF3, .x0F, 0x16, tuple: .fullMemory), result, a.vectorOperand, mask, zeroing) }

    /// Doubles the elements with even numbers.
    public mutating func vmovsldup(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.init(.xF3, .x0F, 0x12, tuple: .fullMemory), result, a.vectorOperand, mask, zeroing) }

    /// Interleaves the lower halves of each 128 bits.
    public mutating func vunpcklps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x14), result, a, b.vectorOperand, mask, zeroing) }

    /// Interleaves the upper halves of each 128 bits.
    public mutating func vunpckhps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x15), result, a, b.vectorOperand, mask, zeroing) }

    /// Two elements of `a` and two of `b`, in each 128 bits, two bits of `choice` for each.
    public mutating func vshufps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ choice: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0xC6), result, a, b.vectorOperand, mask, zeroing, immediate: byte(choice, #function)) }

    /// Permutes the four elements of each 128 bits, two bits of `choice` for each.
    public mutating func vpermilps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ choice: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { two(.d(0x04, .x0F3A), result, a.vectorOperand, mask, zeroing, immediate: byte(choice, #function)) }

    /// The elements of `b` with the numbers in `a`.
    public mutating func vpermps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.init(.x66, .x0F38, 0x16, widths: .x256 ... .x512), result, a, b.vectorOperand, mask, zeroing) }

    /// Two of the four halves of `a` and `b`, four bits of `choice` for each. It has no AVX-512 form.
    public mutating func vperm2f128(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ choice: Int
    ) {
        three(
            .init(.x66, .x0F3A, 0x06, .vex, widths: .x256 ... .x256), result, a, b.vectorOperand,
            immediate: byte(choice, #function))
    }

    /// Groups of four elements, those of the lower half from `a` and the others from `b`.
    public mutating func vshuff32x4(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ choice: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .init(.x66, .x0F3A, 0x23, .evex, widths: .x256 ... .x512), result, a, b.vectorOperand, mask,
            zeroing, immediate: byte(choice, #function))
    }

    /// `a` with half number `place` replaced. It has no AVX-512 form.
    public mutating func vinsertf128(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ place: Int
    ) {
        three(
            .init(.x66, .x0F3A, 0x18, .vex, operand: .fixed(.x128), widths: .x256 ... .x256), result, a,
            b.vectorOperand, immediate: byte(place, #function))
    }

    /// `a` with four elements replaced, group number `place`.
    public mutating func vinsertf32x4(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ place: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .init(
                .x66, .x0F3A, 0x18, .evex, tuple: .fixed(16), operand: .fixed(.x128), widths: .x256 ... .x512),
            result, a, b.vectorOperand, mask, zeroing, immediate: byte(place, #function))
    }

    /// `a` with eight elements replaced, half number `place`.
    public mutating func vinsertf32x8(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ place: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .init(
                .x66, .x0F3A, 0x1A, .evex, tuple: .fixed(32), operand: .fixed(.x256), widths: .x512 ... .x512),
            result, a, b.vectorOperand, mask, zeroing, immediate: byte(place, #function))
    }

    /// Half number `place` of `a`. It has no AVX-512 form.
    public mutating func vextractf128(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, _ place: Int
    ) {
        reversed(
            .init(.x66, .x0F3A, 0x19, .vex, operand: .fixed(.x128), widths: .x256 ... .x256),
            result.vectorOperand, a, immediate: byte(place, #function))
    }

    /// Four elements of `a`, group number `place`.
    public mutating func vextractf32x4(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, _ place: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        reversed(
            .init(
                .x66, .x0F3A, 0x19, .evex, tuple: .fixed(16), operand: .fixed(.x128), widths: .x256 ... .x512),
            result.vectorOperand, a, mask, zeroing, immediate: byte(place, #function))
    }

    /// Eight elements of 32 bits of `a`, half number `place`.
    public mutating func vextractf32x8(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, _ place: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        reversed(
            .init(
                .x66, .x0F3A, 0x1B, .evex, tuple: .fixed(32), operand: .fixed(.x256), widths: .x512 ... .x512),
            result.vectorOperand, a, mask, zeroing, immediate: byte(place, #function))
    }

    /// Four elements of 64 bits of `a`, half number `place`.
    public mutating func vextractf64x4(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, _ place: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        reversed(
            .init(
                .x66, .x0F3A, 0x1B, .evex, w: 1, tuple: .fixed(32), operand: .fixed(.x256),
                widths: .x512 ... .x512), result.vectorOperand, a, mask, zeroing,
            immediate: byte(place, #function))
    }
}
