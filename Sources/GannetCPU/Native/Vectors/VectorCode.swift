import GannetAssembler

/// Writes a ``VectorProgram`` as a loop over the elements of a block, with all values in registers.
///
/// The function that it makes takes the address of the frame, how many elements there are in whole vectors, with AVX-512
/// a mask of the lanes of one more vector, and what a vector adds to the index of spread streams.
///
/// Values are given registers in the order of the program, and where there are too few, the one that is used last moves to the
/// frame. Constants and what else is the same in all vectors is read from memory, or, as far as registers are left, kept
/// in them during the loop.
struct VectorCode {
    typealias Function =
        @convention(c) @Sendable (
            _ frame: UnsafeMutableRawPointer, _ count: Int, _ mask: Int, _ spreadStep: Int
        ) -> Void

    var code: Assembler
    let program: VectorProgram
    let streams: [VectorStream]
    private let liveness: VectorLiveness
    /// For each stream the register that has its address, as far as there are any.
    private var streamRegisters: [GeneralRegister?]
    private let firstSpill: Int
    private var nextSpill: Int
    private var mostSpill: Int

    /// For each value the register that has it, and the place in the frame, or −1.
    private var register: [Int]
    private var spill: [Int]
    /// For each value the next operation that uses it.
    private var next: [Int]
    /// For each register the value that is in it, or −1. Masks come after the vectors.
    private var content: [Int]
    /// The registers that keep what they have during the loop, and those that the current operation uses.
    private var isPinned: [Bool]
    private var isLocked: [Bool]

    var usesMasks: Bool { program.hasMasks }
    private var lanes: Int { usesMasks ? 16 : 8 }
    private var vectorByteCount: Int { lanes * 4 }
    /// The vectors that values may be in; the last one of all is for the parts of operations.
    private var vectorCount: Int { usesMasks ? 31 : 15 }
    private static let maskBase = 32
    private static let maskCount = 6
    /// The lanes of the last vector.
    static let tailMask = MaskRegister.k7

    private static let frame = GeneralRegister.rdi
    private static let limit = GeneralRegister.rsi
    private static let lastLanes = GeneralRegister.rdx
    private static let spreadStep = GeneralRegister.rcx
    private static let index = GeneralRegister.rax
    private static let spreadIndex = GeneralRegister.rbx
    private static let scratch = GeneralRegister.rbp
    private static let saved: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
    /// For the addresses of the first streams.
    private static let addresses: [GeneralRegister] = [.r8, .r9, .r10, .r11, .r12, .r13, .r14, .r15]

    /// The code for `program`, which may use the frame from `firstSpill` on, and the size of the frame then.
    static func assemble(_ program: VectorProgram, streams: [VectorStream], firstSpill: Int)
        throws(AssemblerError) -> (code: [UInt8], frameByteCount: Int)
    {
        var writer = VectorCode(program, streams: streams, firstSpill: firstSpill)
        writer.write()
        return (try writer.code.finish(), writer.mostSpill)
    }

    private init(_ program: VectorProgram, streams: [VectorStream], firstSpill: Int) {
        code = Assembler(instructionSet: program.hasMasks ? .avx512 : .avx2)
        self.program = program
        self.streams = streams
        self.firstSpill = firstSpill
        (nextSpill, mostSpill) = (firstSpill, firstSpill)
        liveness = VectorLiveness(program)
        let count = program.instructions.count
        register = [Int](repeating: -1, count: count)
        spill = register
        next = liveness.first
        content = [Int](repeating: -1, count: Self.maskBase + Self.maskCount)
        isPinned = [Bool](repeating: false, count: content.count)
        isLocked = isPinned
        streamRegisters = [GeneralRegister?](repeating: nil, count: streams.count)
    }

    private mutating func write() {
        for register in Self.saved { code.push(register) }
        var free = Self.addresses[...]
        for (number, stream) in streams.enumerated() {
            guard case .pointer(let offset) = stream.place, let address = free.popFirst() else { continue }
            code.mov(address, Memory(Self.frame, offset))
            streamRegisters[number] = address
        }
        code.mov(Self.index, 0)
        code.mov(Self.spreadIndex, 0)
        pin()
        let (tail, end) = (code.makeLabel(), code.makeLabel())
        code.cmp(Self.limit, 0)
        code.jump(if: .equal, to: tail)
        let loop = code.makeBoundLabel()
        writeBody(isTail: false)
        code.add(Self.index, lanes)
        code.add(Self.spreadIndex, Self.spreadStep)
        code.cmp(Self.index, Self.limit)
        code.jump(if: .below, to: loop)
        code.bind(tail)
        if usesMasks {
            code.test(Self.lastLanes, Self.lastLanes)
            code.jump(if: .equal, to: end)
            code.kmovw(Self.tailMask, Self.lastLanes)
            writeBody(isTail: true)
        }
        code.bind(end)
        code.vzeroupper()
        for register in Self.saved.reversed() { code.pop(register) }
        code.ret()
    }

    /// Loads what is used most of what is the same in all vectors, as far as there are registers left.
    private mutating func pin() {
        var free = vectorCount - liveness.mostVectors - 3
        let uniform = program.instructions.indices.filter {
            let operation = program.instructions[$0].operation
            return liveness.isNeeded[$0] && (operation == .constant || operation == .uniform)
        }
        for value in uniform.sorted(by: { (-liveness.weight[$0], $0) < (-liveness.weight[$1], $1) }) {
            if free <= 0 { break }
            free -= 1
            let place = vectorCount - 1 - isPinned.count(where: { $0 })
            reload(value, to: place)
            isPinned[place] = true
            (content[place], register[value]) = (value, place)
        }
    }

    private mutating func writeBody(isTail: Bool) {
        for place in content.indices where !isPinned[place] && content[place] >= 0 {
            register[content[place]] = -1
            content[place] = -1
        }
        for value in spill.indices { spill[value] = -1 }
        nextSpill = firstSpill
        next = liveness.first
        for number in program.instructions.indices
        where liveness.isNeeded[number] && !program.instructions[number].operation.isUniform {
            write(number, isTail: isTail)
        }
    }

    /// Writes one operation: its operands are brought to where they can be used, its result gets a register.
    private mutating func write(_ number: Int, isTail: Bool) {
        let instruction = program.instructions[number]
        let operation = instruction.operation
        var (a, b) = (instruction.a, instruction.b)
        if operation.isCommutative, register[a] < 0, register[b] >= 0 { swap(&a, &b) }
        for place in isLocked.indices { isLocked[place] = false }

        let registerA = a >= 0 ? hold(a) : -1
        let registerC = instruction.c >= 0 ? hold(instruction.c) : -1
        var operandB: VectorOperand?
        var registerB = -1
        if b >= 0 {
            if (operation.takesMemory || operation == .select) && !isMask(b) && register[b] < 0 {
                operandB = .memory(memory(of: b))
            } else {
                registerB = hold(b)
                if registerB < Self.maskBase { operandB = .register(vector(registerB)) }
            }
        }
        for (place, value) in [instruction.a, instruction.b, instruction.c].enumerated() where value >= 0 {
            next[value] = liveness.following[3 * number + place]
            if next[value] == VectorLiveness.never, !program.instructions[value].operation.isUniform {
                release(value)
            }
        }
        var result = -1
        if !operation.isStore {
            // The registers of operands that are no longer needed are free again.
            for place in isLocked.indices where content[place] < 0 { isLocked[place] = false }
            result = take(isMask: operation.givesMask && usesMasks)
            (content[result], register[number]) = (number, result)
            if liveness.first[number] == VectorLiveness.never { release(number) }
        }
        emit(
            instruction, result: result, a: registerA, b: operandB, registerB: registerB, c: registerC,
            isTail: isTail)
    }

    // MARK: Registers

    private func isMask(_ value: Int) -> Bool {
        usesMasks && program.instructions[value].operation.givesMask
    }

    func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    func mask(_ place: Int) -> MaskRegister { MaskRegister(number: UInt8(place - Self.maskBase + 1)) }

    /// The vector for the parts of an operation.
    var temporary: VectorRegister { vector(vectorCount) }

    private mutating func release(_ value: Int) {
        let place = register[value]
        if place < 0 || isPinned[place] { return }
        content[place] = -1
        register[value] = -1
    }

    /// The register that has a value, which is loaded where none has it.
    private mutating func hold(_ value: Int) -> Int {
        if register[value] < 0 {
            let place = take(isMask: isMask(value))
            reload(value, to: place)
            (content[place], register[value]) = (value, place)
        }
        isLocked[register[value]] = true
        return register[value]
    }

    /// A free register; what is used last leaves one where there is none.
    private mutating func take(isMask: Bool) -> Int {
        let places = isMask ? Self.maskBase..<Self.maskBase + Self.maskCount : 0..<vectorCount
        var (best, distance) = (-1, -1)
        for place in places where !isPinned[place] && !isLocked[place] {
            if content[place] < 0 { return place }
            if next[content[place]] > distance { (best, distance) = (place, next[content[place]]) }
        }
        let value = content[best]
        if spill[value] < 0, !program.instructions[value].operation.isUniform {
            spill[value] = nextSpill
            nextSpill += vectorByteCount
            mostSpill = max(mostSpill, nextSpill)
            let target = Memory(Self.frame, spill[value])
            if isMask { code.kmovw(target, mask(best)) } else { code.vmovups(target, vector(best)) }
        }
        register[value] = -1
        content[best] = -1
        return best
    }

    /// Where a value is that is not in a register, as the last operand of an instruction.
    private mutating func memory(of value: Int) -> Memory {
        if spill[value] >= 0 { return Memory(Self.frame, spill[value]) }
        let instruction = program.instructions[value]
        let place: Memory
        if instruction.operation == .constant {
            let word = UInt32(truncatingIfNeeded: instruction.immediate)
            place = usesMasks ? code.constant(word) : code.constant([UInt32](repeating: word, count: lanes))
        } else {
            place = Memory(Self.frame, instruction.immediate)
        }
        return usesMasks ? place.broadcast : place
    }

    private mutating func reload(_ value: Int, to place: Int) {
        let operation = program.instructions[value].operation
        if place >= Self.maskBase {
            let offset = spill[value] >= 0 ? spill[value] : program.instructions[value].immediate
            code.kmovw(mask(place), Memory(Self.frame, offset))
        } else if spill[value] >= 0 || !usesMasks {
            code.vmovups(vector(place), memory(of: value))
        } else if operation == .constant, program.instructions[value].immediate == 0 {
            code.vpxor(vector(place), vector(place), vector(place))
        } else {
            let address =
                operation == .constant
                ? code.constant(UInt32(truncatingIfNeeded: program.instructions[value].immediate))
                : Memory(Self.frame, program.instructions[value].immediate)
            code.vbroadcastss(vector(place), address)
        }
    }

    // MARK: Streams

    /// Where the current vector of a stream is.
    mutating func address(of number: Int) -> Memory {
        let stream = streams[number]
        let index = stream.isSpread ? Self.spreadIndex : Self.index
        switch stream.place {
        case .frame(let offset):
            return Memory(Self.frame, index: index, scale: stream.elementByteCount, offset)
        case .pointer(let offset):
            var base = Self.scratch
            if let register = streamRegisters[number] {
                base = register
            } else {
                code.mov(base, Memory(Self.frame, offset))
            }
            return Memory(base, index: index, scale: stream.elementByteCount)
        }
    }
}
