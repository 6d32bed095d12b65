import GannetAssembler
import GannetTestSupport

/// What an instruction takes, by which random operands are chosen.
struct Traits {
    enum Encodings { case both, vex, evex }
    enum Immediates {
        case none
        case range(ClosedRange<Int>)
        /// Numbers of 32 bits with a sign.
        case signed
        /// Numbers of 32 bits with or without a sign.
        case word
        case any
    }

    var encodings = Encodings.both
    var widths: [VectorWidth] = [.x128, .x256, .x512]
    /// The width of a vector that one element of a broadcast operand stands for, in bytes; nil: none can be.
    var broadcast: Int?
    /// The width of the operand `b` as a register.
    var operand: (VectorWidth) -> VectorWidth = { $0 }
    var isMasked = false
    /// Whether a mask has to be given.
    var needsMask = false
    /// Whether it can clear what a mask leaves out.
    var zeroes = false
    /// Whether the operand `b` is always memory.
    var isMemoryOnly = false
    /// Whether memory has a vector as its index.
    var gathers = false
    var immediates = Immediates.none
    /// The size that is written before memory, by the vector's width and whether an element is broadcast.
    var size: (VectorWidth, Bool) -> String = { _, _ in "" }
    /// The mnemonic where EVEX is needed, if it is another one.
    var evexName: String?
    /// Whether an operand in memory calls for EVEX.
    var memoryNeedsEVEX = false
}

/// Chooses random operands.
struct OperandSource {
    var random: SeededGenerator
    let instructionSet: InstructionSet

    /// Operands for an instruction, of which some only have a VEX form where both are possible.
    mutating func operands(_ traits: Traits) -> Operands {
        let hasEVEX = instructionSet == .avx512 && traits.encodings != .vex
        let isPlain = !hasEVEX || (traits.encodings == .both && chance(30))
        var o = Operands()
        o.width = random.element(of: traits.widths.filter { hasEVEX || $0 < .x512 })
        let top = isPlain ? 15 : 31
        var numbers: [Int] = []
        // All different: gathers call for it. A third of them low, so that few bits are set.
        while numbers.count < 5 {
            let number = random.integer(in: 0...(chance(35) ? 7 : top))
            if !numbers.contains(number) { numbers.append(number) }
        }
        o.result = VectorRegister(numbers[0], o.width)
        o.a = VectorRegister(numbers[1], o.width)
        o.selector = VectorRegister(numbers[2], o.width)
        o.narrow = VectorRegister(numbers[0], o.width == .x512 ? .x256 : .x128)
        o.isMemory = traits.isMemoryOnly || chance(50)
        if traits.memoryNeedsEVEX, isPlain { o.isMemory = traits.isMemoryOnly }
        if !isPlain, o.isMemory, let element = traits.broadcast, chance(40) {
            o.isBroadcast = true
            makeMemory(&o, index: nil)
            o.memory = o.memory.broadcast
            o.memoryText += "{1to\(o.width.byteCount / element)}"
        } else {
            makeMemory(&o, index: traits.gathers ? VectorRegister(numbers[4], o.width) : nil)
        }
        o.b =
            o.isMemory ? .memory(o.memory) : .register(VectorRegister(numbers[3], traits.operand(o.width)))
        if traits.isMasked, !isPlain, traits.needsMask || chance(60) {
            o.mask = MaskRegister(number: UInt8(random.integer(in: 1...7)))
            o.zeroing = traits.zeroes && chance(50)
        }
        o.k = MaskRegister(number: UInt8(random.integer(in: 0...7)))
        o.k2 = MaskRegister(number: UInt8(random.integer(in: 0...7)))
        o.k3 = MaskRegister(number: UInt8(random.integer(in: 0...7)))
        o.general = general()
        o.general2 = general()
        o.immediate = immediate(traits.immediates)
        o.condition = random.element(of: Condition.allCases)
        o.floatPredicate = random.element(of: FloatPredicate.allCases)
        o.integerPredicate = random.element(of: IntegerPredicate.allCases)
        return o
    }

    mutating func chance(_ percent: Int) -> Bool { random.integer(in: 0...99) < percent }

    private mutating func general() -> GeneralRegister {
        GeneralRegister(number: UInt8(random.integer(in: 0...15)))
    }

    private mutating func immediate(_ immediates: Traits.Immediates) -> Int {
        let edges = [
            0, 1, 5, -1, 126, 127, 128, -127, -128, -129, 255, 256, Int(Int32.max), Int(Int32.min),
            random.integer(in: -1000...1000), random.integer(in: Int(Int32.min)...Int(Int32.max)),
        ]
        switch immediates {
        case .none: return 0
        case .range(let range): return random.integer(in: range)
        case .signed: return random.element(of: edges)
        case .word: return random.element(of: edges + [Int(UInt32.max), Int(Int32.max) + 1])
        case .any:
            return random.element(
                of: edges + [
                    Int(UInt32.max), Int(UInt32.max) + 1, Int(Int32.max) + 1, Int(Int32.min) - 1, .max, .min,
                    Int(truncatingIfNeeded: random.next()),
                ])
        }
    }

    /// Chooses a place in memory; `index` is that of a gather.
    private mutating func makeMemory(_ o: inout Operands, index: VectorRegister?) {
        // Half of the bases are those whose codes mean something else.
        let base = chance(50) ? random.element(of: [.rbp, .r13, .rsp, .r12] as [GeneralRegister]) : general()
        let displacement = displacement()
        let scale = random.element(of: [1, 2, 4, 8])
        let tail = displacement == 0 ? "" : displacement > 0 ? " + \(displacement)" : " - \(-displacement)"
        let name = OperandText.name(base)
        if let index {
            o.memory = Memory(base, index: index, scale: scale, displacement)
            o.memoryText = "[\(name) + \(OperandText.name(index))*\(scale)\(tail)]"
        } else if chance(40) {
            o.memory = Memory(base, displacement)
            o.memoryText = "[\(name)\(tail)]"
        } else {
            var general = general()
            while general == .rsp { general = self.general() }
            let text = "\(OperandText.name(general))*\(scale)"
            // GNU's assembler makes an index with the scale 1 and no base a base.
            if scale > 1, chance(20) {
                o.memory = Memory(index: general, scale: scale, displacement)
                o.memoryText = "[\(text)\(tail)]"
            } else {
                o.memory = Memory(base, index: general, scale: scale, displacement)
                o.memoryText = "[\(name) + \(text)\(tail)]"
            }
        }
    }

    /// A displacement: none, or near the edges of what one byte can say in some unit, or any.
    private mutating func displacement() -> Int {
        if chance(15) { return 0 }
        if chance(10) { return random.integer(in: Int(Int32.min)...Int(Int32.max)) }
        let unit = random.element(of: [1, 2, 4, 8, 16, 32, 64])
        let count = random.element(of: [-129, -128, -127, -2, -1, 1, 2, 126, 127, 128])
        return unit * count + (chance(15) ? random.integer(in: -1...1) : 0)
    }
}
