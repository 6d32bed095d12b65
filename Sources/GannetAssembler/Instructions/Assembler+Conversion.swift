/// Conversions between integers and floating-point numbers.
extension Assembler {
    /// Signed words to `float32`, rounded to nearest.
    public mutating func vcvtdq2ps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.ps(0x5B), result, a.vectorOperand, mask, zeroing) }

    /// `float32` to signed words, rounded to nearest.
    public mutating func vcvtps2dq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.d(0x5B), result, a.vectorOperand, mask, zeroing) }

    /// `float32` to signed words, rounded to zero.
    public mutating func vcvttps2dq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.init(.xF3, .x0F, 0x5B), result, a.vectorOperand, mask, zeroing) }

    /// Unsigned words to `float32`, rounded to nearest.
    public mutating func vcvtudq2ps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.init(.xF2, .x0F, 0x7A, .evex), result, a.vectorOperand, mask, zeroing) }

    /// `float32` to unsigned words, rounded to nearest.
    public mutating func vcvtps2udq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.ps(0x79, .evex), result, a.vectorOperand, mask, zeroing) }

    /// `float32` to unsigned words, rounded to zero.
    public mutating func vcvttps2udq(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { two(.ps(0x78, .evex), result, a.vectorOperand, mask, zeroing) }

    /// `float16` to `float32`.
    public mutating func vcvtph2ps(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(
            .init(.x66, .x0F38, 0x13, tuple: .halfMemory, operand: .half), result, a.vectorOperand, mask,
            zeroing)
    }

    /// `float32` to `float64`.
    public mutating func vcvtps2pd(
        _ result: VectorRegister, _ a: some VectorOperandConvertible, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) {
        two(.init(.none, .x0F, 0x5A, tuple: .half(4), operand: .half), result, a.vectorOperand, mask, zeroing)
    }

    /// `float32` to `float16`, rounded as `rounding` says: 0 to nearest, 1 down, 2 up, 3 to zero.
    public mutating func vcvtps2ph(
        _ result: some VectorOperandConvertible, _ a: VectorRegister, _ rounding: Int,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) {
        reversed(
            .init(.x66, .x0F3A, 0x1D, tuple: .halfMemory, operand: .half), result.vectorOperand, a, mask,
            zeroing, immediate: byte(rounding, #function))
    }

    /// `float64` to `float32`, rounded to nearest, in half as wide a register.
    public mutating func vcvtpd2ps(
        _ result: VectorRegister, _ a: VectorRegister, mask: MaskRegister? = nil, zeroing: Bool = false
    ) { narrow(result, .register(a), a.width, mask, zeroing) }

    /// `float64` to `float32`, rounded to nearest, of a vector of the given width.
    public mutating func vcvtpd2ps(
        _ result: VectorRegister, _ a: Memory, width: VectorWidth, mask: MaskRegister? = nil,
        zeroing: Bool = false
    ) { narrow(result, .memory(a), width, mask, zeroing) }

    private mutating func narrow(
        _ result: VectorRegister, _ a: VectorOperand, _ width: VectorWidth, _ mask: MaskRegister?,
        _ zeroing: Bool, method: StaticString = #function
    ) {
        if result.width != OperandWidth.half(width) {
            stop(method, "the result is not half as wide as the source.")
        }
        two(.pd(0x5A), result.resized(width), a, mask, zeroing, method: method)
    }

    /// A signed number of 64 bits to one `float32`; the other elements are those of `a`.
    public mutating func vcvtsi2ss(_ result: VectorRegister, _ a: VectorRegister, _ b: GeneralRegister) {
        scalar(w: 1, result, a, .register(b.number))
    }

    /// A signed number of 64 bits to one `float32`; the other elements are those of `a`.
    public mutating func vcvtsi2ss(_ result: VectorRegister, _ a: VectorRegister, _ b: Memory) {
        scalar(w: 1, result, a, .memory(b))
    }

    /// A signed number of 32 bits to one `float32`; the other elements are those of `a`.
    public mutating func vcvtsi2ss32(_ result: VectorRegister, _ a: VectorRegister, _ b: GeneralRegister) {
        scalar(w: 0, result, a, .register(b.number))
    }

    /// A signed number of 32 bits to one `float32`; the other elements are those of `a`.
    public mutating func vcvtsi2ss32(_ result: VectorRegister, _ a: VectorRegister, _ b: Memory) {
        scalar(w: 0, result, a, .memory(b))
    }

    private mutating func scalar(
        w: UInt8, _ result: VectorRegister, _ a: VectorRegister, _ b: RegisterOrMemory,
        _ method: StaticString = #function
    ) {
        if case .memory(let memory) = b { check(memory, method) }
        if a.width != .x128 { stop(method, "it works on xmm registers.") }
        encode(
            .init(.xF3, .x0F, 0x2A, w: w, tuple: .fixed(w == 0 ? 4 : 8), widths: .x128 ... .x128),
            VectorFields(reg: result.number, second: a.number, operand: b, width: result.width), method)
    }
}
