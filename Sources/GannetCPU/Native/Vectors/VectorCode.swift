import GannetAssembler

/// Writes a ``VectorProgram`` as a loop over the elements of a block, with all values in registers.
///
/// The function that it makes takes the address of the frame, how many elements there are in whole vectors, and with
/// AVX-512 a mask of the lanes of one more vector.
///
/// Values are given registers in the order of the program, and where there are too few, the one that is used last moves to the
/// frame. Constants and what else is the same in all vectors is read from memory, or, as far as registers are left, kept
/// in them during the loop.
struct VectorCode {
    typealias Function =
        @convention(c) @Sendable (
            _ frame: UnsafeMutableRawPointer, _ count: Int, _ mask: Int
        ) -> Void

    var code: Assembler
    /// The program whose body is being written, and the number of vectors that it is for.
    var program: VectorProgram
    private let single: VectorProgram
    private let singleLiveness: VectorLiveness
    private let most: Int
    let streams: [VectorStream]
    private var liveness: VectorLiveness
    /// For each stream the register that has its address, as far as there are any.
    private var streamRegisters: [GeneralRegister?]
    private let firstSpill: Int
    var nextSpill: Int
    var mostSpill: Int

    /// For each value the register that has it, and the place in the frame, or −1.
    var register: [Int]
    var spill: [Int]
    /// For each value the next operation that uses it.
    var next: [Int]
    /// For each register the value that is in it, or −1. Masks come after the vectors.
    var content: [Int]
    /// The registers that keep what they have during the loop, and those that the current operation uses.
    var isPinned: [Bool]
    var isLocked: [Bool]

    var usesMasks: Bool { single.hasMasks }
    var lanes: Int { usesMasks ? 16 : 8 }
    var vectorByteCount: Int { lanes * 4 }
    /// The vectors that values may be in; the last one of all is for the parts of operations.
    var vectorCount: Int { usesMasks ? 31 : 15 }
    static let maskBase = 32
    static let maskCount = 6

    /// The code for `program`, which may use the frame from `firstSpill` on, the size of the frame then, and how many
    /// vectors the loop computes at a time while there are so many.
    ///
    /// - Parameter most: How many vectors the loop may compute at a time.
    static func assemble(
        _ program: VectorProgram, streams: [VectorStream], firstSpill: Int, most: Int = 4
    )
        throws(AssemblerError) -> (code: [UInt8], frameByteCount: Int, vectorsAtATime: Int)
    {
        var writer = VectorCode(program, streams: streams, firstSpill: firstSpill, most: most)
        let count = writer.write()
        return (try writer.code.finish(), writer.mostSpill, count)
    }

    private init(_ program: VectorProgram, streams: [VectorStream], firstSpill: Int, most: Int) {
        code = Assembler(instructionSet: program.hasMasks ? .avx512 : .avx2)
        single = program
        self.most = most
        self.program = program
        self.streams = streams
        self.firstSpill = firstSpill
        (nextSpill, mostSpill) = (firstSpill, firstSpill)
        liveness = VectorLiveness(program)
        singleLiveness = liveness
        let count = program.instructions.count
        register = [Int](repeating: -1, count: count)
        spill = register
        next = liveness.first
        content = [Int](repeating: -1, count: Self.maskBase + Self.maskCount)
        isPinned = [Bool](repeating: false, count: content.count)
        isLocked = isPinned
        streamRegisters = [GeneralRegister?](repeating: nil, count: streams.count)
    }

    private mutating func write() -> Int {
        for register in Self.saved { code.push(register) }
        var free = Self.addresses[...]
        for (number, stream) in streams.enumerated() {
            guard case .pointer(let offset) = stream.place, let address = free.popFirst() else { continue }
            code.mov(address, Memory(Self.frame, offset))
            streamRegisters[number] = address
        }
        code.mov(Self.index, 0)
        let (count, several, severalLiveness, uniforms) = severalAtATime()
        let pinned = pin(besides: severalLiveness.mostVectors)
        let tail = code.makeLabel()
        if count > 1 {
            let few = code.makeLabel()
            let wholes = Self.scratch
            code.mov(wholes, Self.limit)
            code.sub(wholes, count * lanes)
            code.jump(if: .less, to: few)
            let loop = code.makeBoundLabel()
            writeBody(several, severalLiveness, pinned.map { ($0, uniforms[$1]) }, isTail: false)
            code.add(Self.index, count * lanes)
            code.lea(Self.scratch, Memory(Self.index, count * lanes))
            code.cmp(Self.scratch, Self.limit)
            code.jump(if: .belowOrEqual, to: loop)
            code.bind(few)
        }
        code.cmp(Self.index, Self.limit)
        code.jump(if: .aboveOrEqual, to: tail)
        let loop = code.makeBoundLabel()
        writeBody(single, singleLiveness, pinned, isTail: false)
        code.add(Self.index, lanes)
        code.cmp(Self.index, Self.limit)
        code.jump(if: .below, to: loop)
        code.bind(tail)
        if usesMasks {
            let end = code.makeLabel()
            code.test(Self.lastLanes, Self.lastLanes)
            code.jump(if: .equal, to: end)
            code.kmovw(Self.tailMask, Self.lastLanes)
            writeBody(single, singleLiveness, pinned, isTail: true)
            code.bind(end)
        }
        code.vzeroupper()
        for register in Self.saved.reversed() { code.pop(register) }
        code.ret()
        return count
    }

    /// How many vectors the loop computes at a time, and the program for so many: as many as there are registers for.
    /// Functions are long chains of operations, each of which waits for the one before.
    private func severalAtATime() -> (
        count: Int, program: VectorProgram, liveness: VectorLiveness, uniforms: [Int]
    ) {
        let length = single.instructions.count { !$0.operation.isUniform }
        for count in [4, 2] where count <= most && length >= Self.shortest && length * count <= Self.longest {
            let (several, uniforms) = single.repeated(count)
            // Each vector has its own values, and no two of them less than one.
            if singleLiveness.mostVectors * count > vectorCount + count { continue }
            let liveness = VectorLiveness(several)
            if liveness.mostVectors <= vectorCount - 2 { return (count, several, liveness, uniforms) }
        }
        return (1, single, singleLiveness, Array(single.instructions.indices))
    }

    /// The fewest operations that are worth it, and the most that are written, which takes time too.
    private static let (shortest, longest) = (10, 280)

    /// Loads what is used most of what is the same in all vectors, as far as there are registers left beside the values
    /// of the program; tells which register has which value.
    private mutating func pin(besides mostVectors: Int) -> [(place: Int, value: Int)] {
        let free = vectorCount - mostVectors - 3
        if free <= 0 { return [] }
        let known = singleLiveness
        let uniform = single.instructions.indices.filter {
            let operation = single.instructions[$0].operation
            return known.isNeeded[$0] && (operation == .constant || operation == .uniform)
        }
        let chosen = uniform.sorted { (-known.weight[$0], $0) < (-known.weight[$1], $1) }.prefix(free)
        return chosen.enumerated().map { number, value in
            reload(value, to: vectorCount - 1 - number)
            return (vectorCount - 1 - number, value)
        }
    }

    private mutating func writeBody(
        _ body: VectorProgram, _ bodyLiveness: VectorLiveness, _ pinned: [(place: Int, value: Int)],
        isTail: Bool
    ) {
        program = body
        liveness = bodyLiveness
        let count = body.instructions.count
        register = [Int](repeating: -1, count: count)
        spill = register
        next = liveness.first
        for place in content.indices { (content[place], isPinned[place]) = (-1, false) }
        for (place, value) in pinned {
            isPinned[place] = true
            (content[place], register[value]) = (value, place)
        }
        nextSpill = firstSpill
        for number in body.instructions.indices
        where liveness.isNeeded[number] && !body.instructions[number].operation.isUniform {
            if body.instructions[number].operation.isFused {
                writeFused(number)
            } else {
                write(number, isTail: isTail)
            }
        }
    }

    /// Writes one operation: its operands are brought to where they can be used, its result gets a register.
    private mutating func write(_ number: Int, isTail: Bool) {
        let instruction = program.instructions[number]
        let operation = instruction.operation
        var (a, b) = (instruction.a, instruction.b)
        if operation.isCommutative, register[a] < 0, register[b] >= 0 { swap(&a, &b) }
        unlock()

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
        use(number)
        var result = -1
        if !operation.isStore {
            // The registers of operands that are no longer needed are free again.
            for place in isLocked.indices where content[place] < 0 { isLocked[place] = false }
            result = take(isMask: operation.givesMask && usesMasks)
            define(number, result)
        }
        emit(
            instruction, result: result, a: registerA, b: operandB, registerB: registerB, c: registerC,
            isTail: isTail)
    }

    /// Writes a · b + c or c − a · b, whose result takes the place of an operand: of c or a factor that is no longer
    /// needed, or of a copy of c.
    private mutating func writeFused(_ number: Int) {
        let instruction = program.instructions[number]
        var (a, b) = (instruction.a, instruction.b)
        let c = instruction.c
        unlock()
        let replacesC = isLast(number, c, 2) && c != a && c != b
        let (replacesA, replacesB) = (
            isLast(number, a, 0) && a != b && a != c, isLast(number, b, 1) && a != b && b != c
        )
        // One operand may be in memory: the second factor, or c where a factor is replaced.
        if !replacesC, replacesA || replacesB {
            if !replacesA { swap(&a, &b) }
            let place = hold(a)
            let factor = vector(hold(b))
            let addend: VectorOperand =
                register[c] < 0 ? .memory(memory(of: c)) : .register(vector(hold(c)))
            use(number)
            define(number, place)
            if instruction.operation == .multiplyAdd {
                code.vfmadd213ps(vector(place), factor, addend)
            } else {
                code.vfnmadd213ps(vector(place), factor, addend)
            }
            return
        }
        if register[a] < 0, register[b] >= 0 { swap(&a, &b) }
        let first = vector(hold(a))
        let second: VectorOperand = register[b] < 0 ? .memory(memory(of: b)) : .register(vector(hold(b)))
        let place: Int
        if replacesC {
            place = hold(c)
        } else {
            if register[c] >= 0 { isLocked[register[c]] = true }
            place = take(isMask: false)
            if register[c] >= 0 {
                code.vmovaps(vector(place), vector(register[c]))
            } else {
                reload(c, to: place)
            }
        }
        use(number)
        define(number, place)
        if instruction.operation == .multiplyAdd {
            code.vfmadd231ps(vector(place), first, second)
        } else {
            code.vfnmadd231ps(vector(place), first, second)
        }
    }

    /// Whether an operation is the last that uses a value, its operand at `place`, which is in a register.
    private func isLast(_ number: Int, _ value: Int, _ place: Int) -> Bool {
        liveness.following[3 * number + place] == VectorLiveness.never && register[value] >= 0
            && !program.instructions[value].operation.isUniform
    }

    private mutating func unlock() { for place in isLocked.indices { isLocked[place] = false } }

    /// Counts the uses of an operation's operands; those that are not used again leave their registers.
    private mutating func use(_ number: Int) {
        let instruction = program.instructions[number]
        for place in 0..<3 where instruction.operand(place) >= 0 {
            let value = instruction.operand(place)
            next[value] = liveness.following[3 * number + place]
            if next[value] == VectorLiveness.never, !program.instructions[value].operation.isUniform {
                release(value)
            }
        }
    }

    /// Says that a register has the result of an operation.
    private mutating func define(_ number: Int, _ place: Int) {
        (content[place], register[number]) = (number, place)
        if liveness.first[number] == VectorLiveness.never { release(number) }
    }

    // MARK: Streams

    /// Where the current vector of a stream is.
    mutating func address(of number: Int, part: Int) -> Memory {
        let stream = streams[number]
        let skipped = part * lanes * stream.elementByteCount
        switch stream.place {
        case .frame(let offset):
            return Memory(Self.frame, index: Self.index, scale: stream.elementByteCount, offset + skipped)
        case .pointer(let offset):
            var base = Self.scratch
            if let register = streamRegisters[number] {
                base = register
            } else {
                code.mov(base, Memory(Self.frame, offset))
            }
            return Memory(base, index: Self.index, scale: stream.elementByteCount, skipped)
        }
    }
}
