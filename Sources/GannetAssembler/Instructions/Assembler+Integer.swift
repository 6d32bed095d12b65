/// Arithmetic, logic and shifts of integers.
extension Assembler {
    /// Adds words.
    public mutating func vpaddd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xFE), result, a, b.vectorOperand, mask, zeroing) }

    /// Subtracts words.
    public mutating func vpsubd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xFA), result, a, b.vectorOperand, mask, zeroing) }

    /// The lower halves of the products of words.
    public mutating func vpmulld(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x40, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// The products, of 64 bits, of the unsigned words with even numbers.
    public mutating func vpmuludq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.q(0xF4), result, a, b.vectorOperand, mask, zeroing) }

    /// The products, of 64 bits, of the signed words with even numbers.
    public mutating func vpmuldq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.q(0x28, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Adds numbers of 64 bits.
    public mutating func vpaddq(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.q(0xD4), result, a, b.vectorOperand, mask, zeroing) }

    /// `a & b`, bit by bit; with AVX-512 `vpandd`.
    public mutating func vpand(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xDB), result, a, b.vectorOperand, mask, zeroing) }

    /// `~a & b`, bit by bit; with AVX-512 `vpandnd`.
    public mutating func vpandn(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xDF), result, a, b.vectorOperand, mask, zeroing) }

    /// `a | b`, bit by bit; with AVX-512 `vpord`.
    public mutating func vpor(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xEB), result, a, b.vectorOperand, mask, zeroing) }

    /// `a ^ b`, bit by bit; with AVX-512 `vpxord`.
    public mutating func vpxor(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xEF), result, a, b.vectorOperand, mask, zeroing) }

    /// Any function of three bits, those of the result, `a` and `b`: `table` has its eight values.
    public mutating func vpternlogd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible, _ table: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        three(
            .d(0x25, .x0F3A, .evex), result, a, b.vectorOperand, mask, zeroing,
            immediate: byte(table, #function))
    }

    /// The lesser signed word.
    public mutating func vpminsd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x39, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// The greater signed word.
    public mutating func vpmaxsd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x3D, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// The lesser unsigned word.
    public mutating func vpminud(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x3B, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// The greater unsigned word.
    public mutating func vpmaxud(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x3F, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Absolute values of signed words.
    public mutating func vpabsd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.d(0x1E, .x0F38), result, a.vectorOperand, mask, zeroing) }

    /// Shifts words left.
    public mutating func vpslld(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x72, field: 6), result, a.vectorOperand, count, mask, zeroing) }

    /// Shifts words right, zeros coming in.
    public mutating func vpsrld(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x72, field: 2), result, a.vectorOperand, count, mask, zeroing) }

    /// Shifts words right, the sign coming in.
    public mutating func vpsrad(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x72, field: 4), result, a.vectorOperand, count, mask, zeroing) }

    /// Shifts 64 bits left.
    public mutating func vpsllq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x73, field: 6, evexW: 1), result, a.vectorOperand, count, mask, zeroing) }

    /// Shifts 64 bits right, zeros coming in.
    public mutating func vpsrlq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x73, field: 2, evexW: 1), result, a.vectorOperand, count, mask, zeroing) }

    /// Rotates words left.
    public mutating func vprold(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x72, field: 1, .evex), result, a.vectorOperand, count, mask, zeroing) }

    /// Rotates words right.
    public mutating func vprord(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, _ count: Int, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { shift(.shift(0x72, field: 0, .evex), result, a.vectorOperand, count, mask, zeroing) }

    /// Shifts the words of `a` left by those of `b`.
    public mutating func vpsllvd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x47, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Shifts the words of `a` right by those of `b`, zeros coming in.
    public mutating func vpsrlvd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x45, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Shifts the words of `a` right by those of `b`, the sign coming in.
    public mutating func vpsravd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x46, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// Rotates the words of `a` left by those of `b`.
    public mutating func vprolvd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x15, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }

    /// Rotates the words of `a` right by those of `b`.
    public mutating func vprorvd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x14, .x0F38, .evex), result, a, b.vectorOperand, mask, zeroing) }
}
