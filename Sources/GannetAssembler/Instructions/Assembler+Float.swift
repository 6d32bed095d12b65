/// Arithmetic of `float32` and `float64`.
extension Assembler {
    /// Adds `float32`.
    public mutating func vaddps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x58), result, a, b.vectorOperand, mask, zeroing) }

    /// Subtracts `float32`.
    public mutating func vsubps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x5C), result, a, b.vectorOperand, mask, zeroing) }

    /// Multiplies `float32`.
    public mutating func vmulps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x59), result, a, b.vectorOperand, mask, zeroing) }

    /// Divides `float32`.
    public mutating func vdivps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x5E), result, a, b.vectorOperand, mask, zeroing) }

    /// The lesser `float32`; `b` where one is NaN or both are zeros.
    public mutating func vminps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x5D), result, a, b.vectorOperand, mask, zeroing) }

    /// The greater `float32`; `b` where one is NaN or both are zeros.
    public mutating func vmaxps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x5F), result, a, b.vectorOperand, mask, zeroing) }

    /// Square roots of `float32`.
    public mutating func vsqrtps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.ps(0x51), result, a.vectorOperand, mask, zeroing) }

    /// Adds `float64`.
    public mutating func vaddpd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.pd(0x58), result, a, b.vectorOperand, mask, zeroing) }

    /// Subtracts `float64`.
    public mutating func vsubpd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.pd(0x5C), result, a, b.vectorOperand, mask, zeroing) }

    /// Multiplies `float64`.
    public mutating func vmulpd(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.pd(0x59), result, a, b.vectorOperand, mask, zeroing) }

    /// Adds one `float32`; the other elements are those of `a`.
    public mutating func vaddss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x58), result, a, b.vectorOperand, mask, zeroing) }

    /// Subtracts one `float32`; the other elements are those of `a`.
    public mutating func vsubss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x5C), result, a, b.vectorOperand, mask, zeroing) }

    /// Multiplies one `float32`; the other elements are those of `a`.
    public mutating func vmulss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x59), result, a, b.vectorOperand, mask, zeroing) }

    /// Divides one `float32`; the other elements are those of `a`.
    public mutating func vdivss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x5E), result, a, b.vectorOperand, mask, zeroing) }

    /// The square root of the one `float32` of `b`; the other elements are those of `a`.
    public mutating func vsqrtss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x51), result, a, b.vectorOperand, mask, zeroing) }

    /// `a & b`, bit by bit.
    public mutating func vandps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x54), result, a, b.vectorOperand, mask, zeroing) }

    /// `~a & b`, bit by bit.
    public mutating func vandnps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x55), result, a, b.vectorOperand, mask, zeroing) }

    /// `a | b`, bit by bit.
    public mutating func vorps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x56), result, a, b.vectorOperand, mask, zeroing) }

    /// `a ^ b`, bit by bit.
    public mutating func vxorps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ps(0x57), result, a, b.vectorOperand, mask, zeroing) }
}
