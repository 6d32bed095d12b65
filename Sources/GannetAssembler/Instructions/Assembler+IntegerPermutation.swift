/// Permutations and changes of the width of integers.
extension Assembler {
    /// Permutes the four words of each 128 bits, two bits of `choice` for each.
    public mutating func vpshufd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ choice: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { two(.d(0x70), result, a.vectorOperand, mask, zeroing, immediate: byte(choice, #function)) }

    /// Interleaves the words of the lower halves of each 128 bits.
    public mutating func vpunpckldq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x62), result, a, b.vectorOperand, mask, zeroing) }

    /// Interleaves the words of the upper halves of each 128 bits.
    public mutating func vpunpckhdq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x6A), result, a, b.vectorOperand, mask, zeroing) }

    /// The lower 64 bits of each 128 bits, of `a` and of `b`.
    public mutating func vpunpcklqdq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.q(0x6C), result, a, b.vectorOperand, mask, zeroing) }

    /// The upper 64 bits of each 128 bits, of `a` and of `b`.
    public mutating func vpunpckhqdq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.q(0x6D), result, a, b.vectorOperand, mask, zeroing) }

    /// The words of `b` where the bits of `choice` are set, else those of `a`. It has no AVX-512 form.
    public mutating func vpblendd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ choice: Int
    ) { three(.d(0x02, .x0F3A, .vex), result, a, b.vectorOperand, immediate: byte(choice, #function)) }

    /// The words of `b` where the mask is set, else those of `a`, or zeros.
    public mutating func vpblendmd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x64, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// The words of `b` with the numbers in `a`.
    public mutating func vpermd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.init(.x66, .x0F38, 0x36, widths: .x256 ... .x512), result, a, b.vectorOperand, mask, zeroing) }

    /// Permutes the four numbers of 64 bits of each 256 bits, two bits of `choice` for each.
    public mutating func vpermq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ choice: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F3A, 0x00, w: 1, tuple: .full(8), widths: .x256 ... .x512), result,
            a.vectorOperand, mask, zeroing, immediate: byte(choice, #function))
    }

    /// The elements of `a` and, counted on, of `b` with the numbers in the result, which they replace.
    public mutating func vpermi2ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x77, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// The elements of the result and, counted on, of `b` with the numbers in `a`.
    public mutating func vpermt2ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x7F, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// The words of `a` and, counted on, of `b` with the numbers in the result, which they replace.
    public mutating func vpermi2d(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x76, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// The words of the result and, counted on, of `b` with the numbers in `a`.
    public mutating func vpermt2d(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x7E, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// The words of `b` and, counted on, of `a` from number `first` on.
    public mutating func valignd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ first: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .d(0x03, .x0F3A, .evex), result, a, b.vectorOperand, mask, zeroing,
            immediate: byte(first, #function))
    }

    /// Bytes to words, unsigned.
    public mutating func vpmovzxbd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x31, tuple: .quarterMemory, operand: .quarter), result, a.vectorOperand,
            mask, zeroing)
    }

    /// Bytes to words, signed.
    public mutating func vpmovsxbd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x21, tuple: .quarterMemory, operand: .quarter), result, a.vectorOperand,
            mask, zeroing)
    }

    /// 16 bits to words, unsigned.
    public mutating func vpmovzxwd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x33, tuple: .halfMemory, operand: .half), result, a.vectorOperand, mask,
            zeroing)
    }

    /// 16 bits to words, signed.
    public mutating func vpmovsxwd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x23, tuple: .halfMemory, operand: .half), result, a.vectorOperand, mask,
            zeroing)
    }

    /// The lowest bytes of words.
    public mutating func vpmovdb(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        reversed(
            .init(.xF3, .x0F38, 0x31, .evex, tuple: .quarterMemory, operand: .quarter), result.vectorOperand,
            a, mask, zeroing)
    }

    /// The lower halves of words.
    public mutating func vpmovdw(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        reversed(
            .init(.xF3, .x0F38, 0x33, .evex, tuple: .halfMemory, operand: .half), result.vectorOperand, a,
            mask, zeroing)
    }

    /// Signed words to unsigned 16 bits, the nearest, in each 128 bits.
    public mutating func vpackusdw(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x2B, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Signed words to signed 16 bits, the nearest, in each 128 bits.
    public mutating func vpackssdw(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x6B), result, a, b.vectorOperand, mask, zeroing) }

    /// Signed 16 bits to unsigned bytes, the nearest, in each 128 bits. Masks count bytes.
    public mutating func vpackuswb(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.init(.x66, .x0F, 0x67, tuple: .fullMemory), result, a, b.vectorOperand, mask, zeroing) }

    /// Signed 16 bits to signed bytes, the nearest, in each 128 bits. Masks count bytes.
    public mutating func vpacksswb(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.init(.x66, .x0F, 0x63, tuple: .fullMemory), result, a, b.vectorOperand, mask, zeroing) }

    /// The bytes of `a` with the numbers in `b`, in each 128 bits. Masks count bytes.
    public mutating func vpshufb(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.init(.x66, .x0F38, 0x00, tuple: .fullMemory), result, a, b.vectorOperand, mask, zeroing) }
}
