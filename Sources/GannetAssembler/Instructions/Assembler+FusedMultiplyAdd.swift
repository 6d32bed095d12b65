/// Products that are added to without being rounded.
extension Assembler {
    /// `result · b + a`, rounded once.
    public mutating func vfmadd132ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x98, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `result · b − a`, rounded once.
    public mutating func vfmsub132ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x9A, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(result · b) + a`, rounded once.
    public mutating func vfnmadd132ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x9C, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(result · b) − a`, rounded once.
    public mutating func vfnmsub132ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0x9E, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · result + b`, rounded once.
    public mutating func vfmadd213ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xA8, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · result − b`, rounded once.
    public mutating func vfmsub213ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xAA, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(a · result) + b`, rounded once.
    public mutating func vfnmadd213ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xAC, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(a · result) − b`, rounded once.
    public mutating func vfnmsub213ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xAE, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · b + result`, rounded once.
    public mutating func vfmadd231ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xB8, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · b − result`, rounded once.
    public mutating func vfmsub231ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xBA, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(a · b) + result`, rounded once.
    public mutating func vfnmadd231ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xBC, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `−(a · b) − result`, rounded once.
    public mutating func vfnmsub231ps(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.d(0xBE, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `result · b + a` of one `float32`, rounded once.
    public mutating func vfmadd132ss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0x99, .x66, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · result + b` of one `float32`, rounded once.
    public mutating func vfmadd213ss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0xA9, .x66, .x0F38), result, a, b.vectorOperand, mask, zeroing) }

    /// `a · b + result` of one `float32`, rounded once.
    public mutating func vfmadd231ss(
        _ result: VectorRegister, _ a: VectorRegister, _ b: some VectorOperandConvertible,
        mask: MaskRegister? = nil, zeroing: Bool = false
    ) { three(.ss(0xB9, .x66, .x0F38), result, a, b.vectorOperand, mask, zeroing) }
}
