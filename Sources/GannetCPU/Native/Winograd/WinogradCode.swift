import GannetAssembler
import GannetCompiler

/// Writes the code that maps squares of vectors by a ``WinogradTransform``: for each vector of channels in turn, it reads a
/// square, each element at an address of its own, maps it along its columns and then its rows, and writes the new square.
///
/// What lies between the two maps stays in registers as far as there are any, else in the memory given.
struct WinogradCode {
    /// What the code is given: the address of these words.
    struct Arguments {
        /// The addresses of the square's elements, row by row, and the bytes that are added to each.
        var sources: UnsafePointer<Int>
        var sourceOffset: Int
        /// The same for the new square.
        var targets: UnsafePointer<Int>
        var targetOffset: Int
        /// The number of whole vectors.
        var count: Int
        /// Memory of ``scratchByteCount`` bytes.
        var scratch: UnsafeMutableRawPointer
        /// A bit for each channel behind these.
        var mask: Int
        /// A word of ones for each channel behind these.
        var laneMask: SIMD8<UInt32>

        fileprivate enum Offset {
            static let (sources, sourceOffset, targets, targetOffset, count, scratch, mask, laneMask) =
                (0, 8, 16, 24, 32, 40, 48, 64)
        }
    }

    /// The most bytes of memory that code works in.
    static let scratchByteCount = WinogradTransform.productCount * 64

    private let map: WinogradTransform
    private let usesMasks: Bool
    private let sources = GeneralRegister.r8
    private let targets = GeneralRegister.r9
    private let sourceOffset = GeneralRegister.r10
    private let targetOffset = GeneralRegister.r11
    private let counter = GeneralRegister.rcx
    private let scratch = GeneralRegister.rdx
    private let address = GeneralRegister.rax

    /// Registers for the values of a line; how many are needed follows from the map.
    private let workCount: Int
    /// The factors that have a register each, from ``workCount`` on. The others are read from memory.
    private let constants: [Float]
    /// How many elements between the maps have a register, behind these.
    private let keptCount: Int

    /// Appends code for a map, a function of the address of ``Arguments``.
    static func write(_ map: WinogradTransform, _ code: inout Assembler) {
        WinogradCode(map, usesMasks: code.instructionSet == .avx512).write(&code)
    }

    private init(_ map: WinogradTransform, usesMasks: Bool) {
        (self.map, self.usesMasks) = (map, usesMasks)
        workCount = LineRegisters.count(map)
        var factors: [Float] = []
        for step in map.steps {
            if let factor = Self.factor(step), !factors.contains(factor) { factors.append(factor) }
        }
        // Without masks the last register selects lanes.
        let free = (usesMasks ? 32 : 15) - workCount
        constants = Array(factors.prefix(free))
        keptCount = free - constants.count
    }

    /// What is multiplied with in a step; of multiples that are added, the magnitude.
    private static func factor(_ step: WinogradTransform.Step) -> Float? {
        switch step {
        case .sum, .difference: nil
        case .multiple(_, let factor): factor
        case .addMultiple(_, _, let factor): factor.magnitude
        }
    }

    private func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    private var laneMask: VectorRegister { vector(15) }
    private var lanes: Int { usesMasks ? 16 : 8 }

    private func write(_ code: inout Assembler) {
        let (whole, rest, finish) = (code.makeLabel(), code.makeLabel(), code.makeLabel())
        code.mov(sources, Memory(.rdi, Arguments.Offset.sources))
        code.mov(sourceOffset, Memory(.rdi, Arguments.Offset.sourceOffset))
        code.mov(targets, Memory(.rdi, Arguments.Offset.targets))
        code.mov(targetOffset, Memory(.rdi, Arguments.Offset.targetOffset))
        code.mov(counter, Memory(.rdi, Arguments.Offset.count))
        code.mov(scratch, Memory(.rdi, Arguments.Offset.scratch))
        for (number, constant) in constants.enumerated() {
            code.vbroadcastss(vector(workCount + number), code.constant(constant.bitPattern))
        }
        code.test(counter, counter)
        code.jump(if: .equal, to: rest)
        code.bind(whole)
        mapSquare(&code, isPartial: false)
        code.add(sourceOffset, lanes * 4)
        code.add(targetOffset, lanes * 4)
        code.sub(counter, 1)
        code.jump(if: .greater, to: whole)
        code.bind(rest)
        code.mov(counter, Memory(.rdi, Arguments.Offset.mask))
        code.test(counter, counter)
        code.jump(if: .equal, to: finish)
        if usesMasks {
            code.kmovw(.k1, Memory(.rdi, Arguments.Offset.mask))
        } else {
            code.vmovups(laneMask, Memory(.rdi, Arguments.Offset.laneMask))
        }
        mapSquare(&code, isPartial: true)
        code.bind(finish)
        code.vzeroupper()
        code.ret()
    }

    private func mapSquare(_ code: inout Assembler, isPartial: Bool) {
        let (size, mapped) = (map.inputCount, map.results.count)
        func kept(_ row: Int, _ column: Int) -> VectorRegister? {
            let number = row * size + column
            return number < keptCount ? vector(workCount + constants.count + number) : nil
        }
        func between(_ row: Int, _ column: Int) -> Memory {
            Memory(scratch, (row * size + column) * lanes * 4)
        }
        for column in 0..<size {
            mapLine(&code) { code, row, register in
                code.mov(address, Memory(sources, (row * size + column) * 8))
                let place = Memory(address, index: sourceOffset)
                if !isPartial {
                    code.vmovups(register, place)
                } else if usesMasks {
                    code.vmovups(register, place, mask: .k1, zeroing: true)
                } else {
                    code.vmaskmovps(register, laneMask, place)
                }
            } store: { code, row, register in
                if let kept = kept(row, column) {
                    code.vmovaps(kept, register)
                } else {
                    code.vmovups(between(row, column), register)
                }
            }
        }
        for row in 0..<mapped {
            mapLine(&code) {
                kept(row, $0)
            } load: { code, column, register in
                code.vmovups(register, between(row, column))
            } store: { code, column, register in
                code.mov(address, Memory(targets, (row * mapped + column) * 8))
                let place = Memory(address, index: targetOffset)
                if !isPartial {
                    code.vmovups(place, register)
                } else if usesMasks {
                    code.vmovups(place, register, mask: .k1)
                } else {
                    code.vmaskmovps(place, laneMask, register)
                }
            }
        }
    }

    /// Maps a line: `kept` tells which of its values lie in registers, which may be changed; `load` loads another one, and
    /// `store` takes a value of the mapped line.
    private func mapLine(
        _ code: inout Assembler, kept: (Int) -> VectorRegister? = { _ in nil },
        load: (inout Assembler, Int, VectorRegister) -> Void,
        store: (inout Assembler, Int, VectorRegister) -> Void
    ) {
        var registers = LineRegisters(map)
        var places: [Int: VectorRegister] = [:]
        func operand(_ value: Int) -> VectorRegister {
            if let place = places[value] { return place }
            let place = kept(value) ?? vector(registers.take())
            if kept(value) == nil { load(&code, value, place) }
            places[value] = place
            return place
        }
        /// Gives back the register of a value that has none to use it after step number `step`.
        func release(_ value: Int, after step: Int) {
            guard registers.lastUse(value) <= step, let place = places.removeValue(forKey: value) else {
                return
            }
            if Int(place.number) < workCount { registers.give(Int(place.number)) }
        }
        for (number, step) in map.steps.enumerated() {
            let operands = step.operands.map(operand)
            /// The register of an operand that nothing uses later, taken over by the result.
            func dying(_ index: Int) -> VectorRegister? {
                if registers.lastUse(step.operands[index]) > number { return nil }
                return places.removeValue(forKey: step.operands[index])
            }
            let result: VectorRegister
            switch step {
            case .sum, .difference, .multiple:
                result = dying(0) ?? (operands.count > 1 ? dying(1) : nil) ?? vector(registers.take())
                if case .multiple(_, let factor) = step {
                    code.vmulps(result, operands[0], constant(factor, &code))
                } else if case .sum = step {
                    code.vaddps(result, operands[0], operands[1])
                } else {
                    code.vsubps(result, operands[0], operands[1])
                }
            case .addMultiple(_, _, let factor):
                let multiplier = constant(factor.magnitude, &code)
                if let sum = dying(0) {
                    result = sum
                    if factor < 0 {
                        code.vfnmadd231ps(sum, operands[1], multiplier)
                    } else {
                        code.vfmadd231ps(sum, operands[1], multiplier)
                    }
                } else {
                    if let multiplied = dying(1) {
                        result = multiplied
                    } else {
                        result = vector(registers.take())
                        code.vmovaps(result, operands[1])
                    }
                    if factor < 0 {
                        code.vfnmadd132ps(result, operands[0], multiplier)
                    } else {
                        code.vfmadd132ps(result, operands[0], multiplier)
                    }
                }
            }
            let value = map.inputCount + number
            places[value] = result
            for operand in step.operands { release(operand, after: number) }
            if let index = map.results.firstIndex(of: value), registers.lastUse(value) <= number {
                store(&code, index, result)
                release(value, after: number)
            }
        }
        for (index, value) in map.results.enumerated() where value < map.inputCount {
            store(&code, index, operand(value))
        }
    }

    private func constant(_ value: Float, _ code: inout Assembler) -> VectorOperand {
        if let number = constants.firstIndex(of: value) { return .register(vector(workCount + number)) }
        return .memory(code.constant([UInt32](repeating: value.bitPattern, count: lanes)))
    }
}

/// The registers of the values of a line, and when each was used for the last time.
private struct LineRegisters {
    private var isTaken: [Bool] = []
    private let lastUses: [Int]

    init(_ map: WinogradTransform) {
        var uses = [Int](repeating: -1, count: map.inputCount + map.steps.count)
        for (number, step) in map.steps.enumerated() {
            for operand in step.operands { uses[operand] = number }
        }
        // Inputs that are results are stored at the end.
        for value in map.results where value < map.inputCount { uses[value] = map.steps.count }
        lastUses = uses
    }

    /// The number of the last step that uses a value.
    func lastUse(_ value: Int) -> Int { lastUses[value] }

    /// The lowest register that is free.
    mutating func take() -> Int {
        let number = isTaken.firstIndex(of: false) ?? isTaken.count
        if number == isTaken.count { isTaken.append(true) } else { isTaken[number] = true }
        return number
    }

    mutating func give(_ register: Int) { isTaken[register] = false }

    /// The most registers that are taken at a time: values live from where they are made or first read to their last use.
    static func count(_ map: WinogradTransform) -> Int {
        let registers = LineRegisters(map)
        var live = Set<Int>()
        var most = 0
        for (number, step) in map.steps.enumerated() {
            live.formUnion(step.operands)
            // A result takes over the register of an operand that dies, or takes one more.
            let dying = step.operands.filter { registers.lastUse($0) <= number }
            most = max(most, live.count + (dying.isEmpty ? 1 : 0))
            live.subtract(dying)
            let value = map.inputCount + number
            if registers.lastUse(value) > number { live.insert(value) }
        }
        return most + 1
    }
}
