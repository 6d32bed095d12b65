/// Which vector instructions there are.
public enum InstructionSet: Hashable, Sendable, CaseIterable {
    /// AVX2 with FMA and F16C: the vectors have 256 bits.
    case avx2
    /// AVX-512 with F, VL, DQ and BW: the vectors have 512 bits, there are 32 of them, and masks.
    case avx512
}

/// Writes machine code for x86-64.
///
/// The methods are named as the instructions are and take their operands in the order of Intel's manual, the result
/// first. Vectors have the older VEX encoding where that can say what is asked for, as it is shorter, else the EVEX
/// encoding. What does not exist in the chosen instruction set stops the process with a sentence.
///
/// ```swift
/// var a = Assembler(instructionSet: .avx512)
/// let loop = a.makeBoundLabel()
/// a.vmovups(.zmm(0), Memory(.rdi))
/// a.vmulps(.zmm(0), .zmm(0), a.constant((2 as Float).bitPattern).broadcast)
/// a.vmovups(Memory(.rdi), .zmm(0))
/// a.add(.rdi, 64)
/// a.cmp(.rdi, .rsi)
/// a.jump(if: .below, to: loop)
/// a.vzeroupper()
/// a.ret()
/// let code = try a.finish()
/// ```
public struct Assembler: Sendable {
    /// Which instructions may be used.
    public let instructionSet: InstructionSet
    /// How the first byte of the code has to be aligned in memory, for the constants to be.
    public static let alignment = 64

    var code: [UInt8] = []
    /// The place of each label, nil while it is not bound.
    var labels: [Int?] = []
    var fixups: [Fixup] = []
    var pool = LiteralPool()

    /// Creates an assembler with no code yet.
    public init(instructionSet: InstructionSet) { self.instructionSet = instructionSet }

    /// How many bytes the code has so far, without the literal pool.
    public var byteCount: Int { code.count }

    /// The code with its literal pool: position-independent, to be placed at a multiple of ``alignment``.
    public func finish() throws(AssemblerError) -> [UInt8] {
        var bytes = code
        let constants = pool.append(to: &bytes)
        for fixup in fixups {
            let place: Int
            switch fixup.target {
            case .label(let label):
                guard let bound = labels[label.number] else {
                    throw AssemblerError.unboundLabel(label.number)
                }
                place = bound
            case .constant(let number): place = constants[number]
            case .none, .register: continue
            }
            guard let offset = Int32(exactly: place + fixup.displacement - fixup.end) else {
                throw AssemblerError.tooLong
            }
            let word = UInt32(bitPattern: offset)
            for byte in 0..<4 {
                bytes[fixup.position + byte] = UInt8(truncatingIfNeeded: word >> (byte * 8))
            }
        }
        return bytes
    }

    /// Appends a number's lowest bytes, the lowest first.
    mutating func append(_ value: Int, byteCount: Int) {
        for byte in 0..<byteCount { code.append(UInt8(truncatingIfNeeded: value >> (byte * 8))) }
    }
}
