/// The prefix that is part of the opcode, by its code in VEX and EVEX.
enum MandatoryPrefix: UInt8 {
    case none, x66, xF3, xF2
}

/// The bytes that opcodes start with, by their code in VEX and EVEX.
enum OpcodeMap: UInt8 {
    case x0F = 1
    case x0F38, x0F3A
}

/// What an operand in memory consists of: what EVEX's displacements of one byte count in.
enum Tuple {
    /// A vector, or one element of so many bytes that is broadcast.
    case full(Int)
    /// Half a vector, or one element of so many bytes that is broadcast.
    case half(Int)
    /// A part of a vector, with no broadcasting.
    case fullMemory, halfMemory, quarterMemory
    /// So many bytes whatever the vector's width.
    case fixed(Int)

    /// Bytes that a displacement counts in.
    func unit(_ width: VectorWidth, isBroadcast: Bool) -> Int {
        switch self {
        case .full(let element): isBroadcast ? element : width.byteCount
        case .half(let element): isBroadcast ? element : width.byteCount / 2
        case .fullMemory: width.byteCount
        case .halfMemory: width.byteCount / 2
        case .quarterMemory: width.byteCount / 4
        case .fixed(let bytes): bytes
        }
    }

    /// Whether one element can be broadcast.
    var broadcasts: Bool {
        switch self {
        case .full, .half: true
        default: false
        }
    }
}

/// How wide the register in the `r/m` field is, next to the vectors that an instruction is about.
enum OperandWidth {
    case same, half, quarter
    case fixed(VectorWidth)

    /// That width; half of 128 bits lies in a register of 128 bits too.
    func callAsFunction(_ width: VectorWidth) -> VectorWidth {
        switch self {
        case .same: width
        case .half: VectorWidth(rawValue: UInt8(max(Int(width.rawValue) - 1, 0)))!
        case .quarter: VectorWidth(rawValue: UInt8(max(Int(width.rawValue) - 2, 0)))!
        case .fixed(let width): width
        }
    }
}

/// How one vector instruction is encoded, apart from its operands: a row of Intel's manual.
struct VectorInstruction {
    /// Which of the two encodings there are.
    enum Encodings { case both, vex, evex }

    var prefix: MandatoryPrefix
    var map: OpcodeMap
    var opcode: UInt8
    var encodings: Encodings
    /// The bit W of the VEX encoding. Where the manual ignores it it is 0, which is shorter.
    var vexW: UInt8
    /// The bit W of the EVEX encoding, which often tells the size of an element.
    var evexW: UInt8
    var tuple: Tuple
    var operand: OperandWidth
    var widths: ClosedRange<VectorWidth>
    /// What the `reg` field holds where it continues the opcode.
    var field: UInt8

    init(
        _ prefix: MandatoryPrefix, _ map: OpcodeMap, _ opcode: UInt8, _ encodings: Encodings = .both,
        w: UInt8 = 0, evexW: UInt8? = nil, tuple: Tuple = .full(4), operand: OperandWidth = .same,
        widths: ClosedRange<VectorWidth> = .x128 ... .x512, field: UInt8 = 0
    ) {
        self.prefix = prefix
        self.map = map
        self.opcode = opcode
        self.encodings = encodings
        vexW = w
        self.evexW = evexW ?? w
        self.tuple = tuple
        self.operand = operand
        self.widths = widths
        self.field = field
    }

    /// Arithmetic of vectors of `float32`.
    static func ps(
        _ opcode: UInt8, _ encodings: Encodings = .both, tuple: Tuple = .full(4)
    ) -> Self { Self(.none, .x0F, opcode, encodings, tuple: tuple) }

    /// Arithmetic of vectors of `float64`.
    static func pd(_ opcode: UInt8) -> Self { Self(.x66, .x0F, opcode, evexW: 1, tuple: .full(8)) }

    /// Arithmetic of one `float32`.
    static func ss(_ opcode: UInt8, _ prefix: MandatoryPrefix = .xF3, _ map: OpcodeMap = .x0F) -> Self {
        Self(prefix, map, opcode, tuple: .fixed(4), operand: .fixed(.x128), widths: .x128 ... .x128)
    }

    /// Vectors of elements of 32 bits.
    static func d(_ opcode: UInt8, _ map: OpcodeMap = .x0F, _ encodings: Encodings = .both) -> Self {
        Self(.x66, map, opcode, encodings)
    }

    /// Vectors of elements of 64 bits.
    static func q(_ opcode: UInt8, _ map: OpcodeMap = .x0F) -> Self {
        Self(.x66, map, opcode, evexW: 1, tuple: .full(8))
    }

    /// A shift of each element by the same count.
    static func shift(
        _ opcode: UInt8, field: UInt8, evexW: UInt8 = 0, _ encodings: Encodings = .both
    ) -> Self {
        Self(.x66, .x0F, opcode, encodings, evexW: evexW, tuple: .full(evexW == 0 ? 4 : 8), field: field)
    }

    /// The same instruction in one of its encodings.
    func only(_ encodings: Encodings) -> Self {
        var instruction = self
        instruction.encodings = encodings
        return instruction
    }
}
