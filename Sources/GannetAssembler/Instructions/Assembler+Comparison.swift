/// Comparisons, which set all bits of an element with AVX2 and one bit of a mask with AVX-512.
extension Assembler {
    /// All bits set where words are equal. It has no AVX-512 form.
    public mutating func vpcmpeqd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible
    ) { three(.d(0x76, .x0F, .vex), result, a, b.vectorOperand) }

    /// A mask of where words are equal.
    public mutating func vpcmpeqd(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil
    ) { compare(.d(0x76, .x0F, .evex), result, a, b.vectorOperand, mask) }

    /// All bits set where words of `a` are greater, of signed words. It has no AVX-512 form.
    public mutating func vpcmpgtd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible
    ) { three(.d(0x66, .x0F, .vex), result, a, b.vectorOperand) }

    /// A mask of where words of `a` are greater, of signed words.
    public mutating func vpcmpgtd(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil
    ) { compare(.d(0x66, .x0F, .evex), result, a, b.vectorOperand, mask) }

    /// All bits set where two `float32` compare as `predicate` says. It has no AVX-512 form.
    public mutating func vcmpps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        predicate: FloatPredicate
    ) { three(.ps(0xC2, .vex), result, a, b.vectorOperand, immediate: predicate.rawValue) }

    /// A mask of where two `float32` compare as `predicate` says.
    public mutating func vcmpps(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        predicate: FloatPredicate, mask: MaskRegister? = nil
    ) { compare(.ps(0xC2, .evex), result, a, b.vectorOperand, mask, immediate: predicate.rawValue) }

    /// A mask of where two signed words compare as `predicate` says.
    public mutating func vpcmpd(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        predicate: IntegerPredicate, mask: MaskRegister? = nil
    ) {
        compare(
            .d(0x1F, .x0F3A, .evex), result, a, b.vectorOperand, mask, immediate: predicate.rawValue)
    }

    /// A mask of where two unsigned words compare as `predicate` says.
    public mutating func vpcmpud(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        predicate: IntegerPredicate, mask: MaskRegister? = nil
    ) {
        compare(
            .d(0x1E, .x0F3A, .evex), result, a, b.vectorOperand, mask, immediate: predicate.rawValue)
    }

    /// A mask of where two words have a bit in common.
    public mutating func vptestmd(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil
    ) { compare(.d(0x27, .x0F38, .evex), result, a, b.vectorOperand, mask) }

    /// A mask of where two words have no bit in common.
    public mutating func vptestnmd(
        _ result: MaskRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil
    ) { compare(.init(.xF3, .x0F38, 0x27, .evex), result, a, b.vectorOperand, mask) }
}
