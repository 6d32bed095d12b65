/// What most vector instructions take as their last operand.
public enum VectorOperand: Hashable, Sendable {
    case register(VectorRegister)
    case memory(Memory)

    /// The register, nil for memory.
    var register: VectorRegister? { if case .register(let register) = self { register } else { nil } }
    /// The place in memory, nil for a register.
    var memory: Memory? { if case .memory(let memory) = self { memory } else { nil } }
}

/// What can be passed as a ``VectorOperand``: a register, memory, or either.
public protocol VectorOperandConvertible {
    /// The operand.
    var vectorOperand: VectorOperand { get }
}

extension VectorOperand: VectorOperandConvertible {
    public var vectorOperand: VectorOperand { self }
}

extension VectorRegister: VectorOperandConvertible {
    public var vectorOperand: VectorOperand { .register(self) }
}

extension Memory: VectorOperandConvertible {
    public var vectorOperand: VectorOperand { .memory(self) }
}

// Here and not in `VectorRegister`, so that `.zmm(3)` can also be written where any operand is taken.
extension VectorOperandConvertible where Self == VectorRegister {
    /// A register of 128 bits, number 0 to 31.
    public static func xmm(_ number: Int) -> VectorRegister { VectorRegister(number, .x128) }
    /// A register of 256 bits, number 0 to 31.
    public static func ymm(_ number: Int) -> VectorRegister { VectorRegister(number, .x256) }
    /// A register of 512 bits, number 0 to 31.
    public static func zmm(_ number: Int) -> VectorRegister { VectorRegister(number, .x512) }
}
