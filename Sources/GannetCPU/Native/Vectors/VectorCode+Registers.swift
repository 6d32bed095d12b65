import GannetAssembler

/// The registers that values are in.
extension VectorCode {
    func isMask(_ value: Int) -> Bool {
        usesMasks && program.instructions[value].operation.givesMask
    }

    func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    func mask(_ place: Int) -> MaskRegister { MaskRegister(number: UInt8(place - Self.maskBase + 1)) }

    /// The vector for the parts of an operation.
    var temporary: VectorRegister { vector(vectorCount) }

    mutating func release(_ value: Int) {
        let place = register[value]
        if place < 0 || isPinned[place] { return }
        content[place] = -1
        register[value] = -1
    }

    /// The register that has a value, which is loaded where none has it.
    mutating func hold(_ value: Int) -> Int {
        if register[value] < 0 {
            let place = take(isMask: isMask(value))
            reload(value, to: place)
            (content[place], register[value]) = (value, place)
        }
        isLocked[register[value]] = true
        return register[value]
    }

    /// A free register; what is used last leaves one where there is none.
    mutating func take(isMask: Bool) -> Int {
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
    mutating func memory(of value: Int) -> Memory {
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

    mutating func reload(_ value: Int, to place: Int) {
        let operation = program.instructions[value].operation
        if place >= Self.maskBase {
            let offset = spill[value] >= 0 ? spill[value] : program.instructions[value].immediate
            code.kmovw(mask(place), Memory(Self.frame, offset))
        } else if spill[value] >= 0 {
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
}
