import GannetCompiler
import GannetGraph

/// Decides for each value of an expression who computes it: the native loop, a stream that the loop reads, or the steps
/// of a ``BlockInterpreter`` before it. Writes the ``VectorProgram`` of the loop.
struct NativePlan {
    /// A value that the loop writes.
    struct Store: BitwiseCopyable, Sendable {
        var slot: Int
        var output: Int
        var elementByteCount: Int
    }

    private enum Role { case unneeded, native, stream, interpreted }

    private(set) var builder: BlockProgramBuilder
    private(set) var program: VectorProgram
    /// What the loop reads and writes, as the loop sees it.
    private(set) var vectorStreams: [VectorStream] = []
    /// Those of them that are made for each block.
    private(set) var streams: [NativeStream] = []
    private(set) var stores: [Store] = []
    /// The slot and the place in the frame of the result, where there is one.
    private(set) var result: (slot: Int, home: Int)?
    private(set) var cost = 1

    private var role: [Role]
    private var value: [Int: VectorProgram.Value] = [:]
    private var expression: Expression { builder.expression }

    /// Plans `expression`; nil where machine code would do nothing that the interpreter does not do as well.
    init?(
        _ expression: Expression, inputTypes: [ScalarType], givesResult: Bool, hasMasks: Bool, fuses: Bool
    ) {
        builder = BlockProgramBuilder(expression, inputTypes: inputTypes, givesResult: givesResult)
        program = VectorProgram(hasMasks: hasMasks, fuses: fuses)
        role = [Role](repeating: .unneeded, count: expression.instructions.count)
        assignRoles()
        let isWorthIt = expression.instructions.indices.contains { number in
            switch role[number] {
            case .native: true
            case .stream: !inputTypes.isEmpty && isNarrowOrRandom(number)
            default: false
            }
        }
        if !isWorthIt { return nil }
        write()
        builder.build(only: role.map { $0 == .interpreted })
    }

    private func isNarrowOrRandom(_ number: Int) -> Bool {
        guard case .load(let input, _) = expression.instructions[number] else { return true }
        return builder.inputTypes[input].byteCount < 4
    }

    // MARK: Roles

    private mutating func assignRoles() {
        var isRequired = [Bool](repeating: false, count: expression.instructions.count)
        for store in expression.stores { isRequired[builder.origin[store.value]] = true }
        if builder.givesResult, let last = builder.origin.last { isRequired[last] = true }
        var needsInterpreter = [Bool](repeating: false, count: isRequired.count)
        for number in isRequired.indices.reversed() where isRequired[number] && !builder.isUniform[number] {
            role[number] = needsInterpreter[number] ? .interpreted : preferredRole(number)
            if role[number] == .stream { continue }
            for operand in expression.instructions[number].operands.map({ builder.origin[$0] }) {
                isRequired[operand] = true
                if role[number] == .interpreted { needsInterpreter[operand] = true }
            }
        }
    }

    private func preferredRole(_ number: Int) -> Role {
        switch expression.instructions[number] {
        case .load: .stream
        case .randomBits: isContiguous(number) ? .stream : .interpreted
        case .unary(.normalQuantile, let x):
            isRandom(builder.origin[x]) ? .stream : .interpreted
        case .unary(.sine, _), .unary(.cosine, _): .interpreted
        case .unary, .select, .cast: .native
        case .binary(let function, let x, _):
            switch function {
            case .remainder: .interpreted
            case .divide: expression.types[x] == .float32 ? .native : .interpreted
            default: .native
            }
        case .gather, .literal, .position, .isInBounds, .accumulator: .interpreted
        }
    }

    private func isContiguous(_ number: Int) -> Bool {
        if case .contiguous = builder.preparedViews[number]?.form { true } else { false }
    }

    private func isRandom(_ number: Int) -> Bool {
        guard case .randomBits = expression.instructions[number] else { return false }
        return isContiguous(number)
    }

    // MARK: The program

    private mutating func write() {
        for number in role.indices {
            switch role[number] {
            case .unneeded: continue
            case .stream: value[number] = stream(number)
            case .interpreted:
                let isMask = expression.types[number] == .bool
                value[number] = program.append(
                    isMask ? .loadWordMask : .load, immediate: addStream(slot: number, elementByteCount: 4))
            case .native: value[number] = native(number)
            }
        }
        for (number, store) in expression.stores.enumerated() {
            let type = expression.types[store.value]
            let slot = expression.instructions.count + 1 + number
            stores.append(Store(slot: slot, output: store.output, elementByteCount: type.byteCount))
            let place = addStream(slot: slot, elementByteCount: type.byteCount)
            program.store(type, operand(store.value), place)
        }
        if builder.givesResult, let last = expression.instructions.indices.last {
            let slot = expression.instructions.count
            result = (slot, builder.reserve(Tier.blockLength * 4 + 64))
            let isMask = expression.types[last] == .bool
            let place = addStream(slot: slot, elementByteCount: 4)
            _ = program.append(isMask ? .storeWordMask : .store, operand(last), immediate: place)
        }
        cost += stores.count
    }

    /// Adds what the loop reads or writes at the address in `slot`, and gives its number.
    private mutating func addStream(slot: Int, elementByteCount: Int) -> Int {
        vectorStreams.append(
            VectorStream(
                place: .pointer(BlockProgramBuilder.tableOffset(slot: slot)),
                elementByteCount: elementByteCount))
        return vectorStreams.count - 1
    }

    private mutating func stream(_ number: Int) -> VectorProgram.Value {
        var stream: NativeStream
        switch expression.instructions[number] {
        case .load(let input, _):
            let view = builder.preparedViews[number]!
            stream = NativeStream(
                form: NativeStream.form(view), slot: number, input: input, type: builder.inputTypes[input],
                walk: view.walk)
        case .randomBits(let key, _):
            stream = NativeStream(
                form: .words(offset: offset(number)), slot: number, input: key, type: .uint32)
            cost += 4
        case .unary(_, let x):
            guard case .randomBits(let key, _) = expression.instructions[builder.origin[x]] else {
                fatalError("NativePlan: there are normal numbers of random words only")
            }
            stream = NativeStream(
                form: .normals(offset: offset(builder.origin[x])), slot: number, input: key, type: .uint32)
            cost += 8
        default: fatalError("NativePlan: there is no stream of this")
        }
        cost += 1
        stream.home = builder.reserve(stream.homeByteCount)
        streams.append(stream)
        if stream.isSpread {
            let isMask = expression.types[number] == .bool
            return program.append(isMask ? .uniformMask : .uniform, immediate: stream.home)
        }
        let place = addStream(slot: number, elementByteCount: stream.elementByteCount)
        return program.load(stream.type, place)
    }

    private func offset(_ number: Int) -> Int {
        guard case .contiguous(let offset) = builder.preparedViews[number]?.form else { return 0 }
        return offset
    }

    /// The value of the program that is value `number` of the expression.
    private mutating func operand(_ number: Int) -> VectorProgram.Value {
        let origin = builder.origin[number]
        if let known = value[origin] { return known }
        let type = expression.types[origin]
        let made: VectorProgram.Value
        if case .literal(let literal) = expression.instructions[origin], type != .bool {
            made = program.constant(literal.registerBits)
        } else {
            // Where the frame has it is known only when all of it is laid out.
            made = program.append(type == .bool ? .uniformMask : .uniform, immediate: -1)
            uniforms.append((made, origin))
        }
        value[origin] = made
        return made
    }

    private var uniforms: [(value: VectorProgram.Value, number: Int)] = []

    private mutating func native(_ number: Int) -> VectorProgram.Value {
        let instruction = expression.instructions[number]
        let operands = instruction.operands.map { operand($0) }
        let source = expression.types[instruction.operands[0]]
        switch instruction {
        case .unary(let function, _):
            cost += BlockOperation(function, source).cost / 4 + 1
            return program.unary(function, source, operands[0])
        case .binary(let function, _, _):
            cost += BlockOperation(function, source).cost / 4 + 1
            return program.binary(function, source, operands[0], operands[1])
        case .select:
            cost += 1
            return expression.types[number] == .bool
                ? program.selectMask(operands[0], operands[1], operands[2])
                : program.select(operands[0], operands[1], operands[2])
        case .cast(let x, let target):
            cost += 1
            return program.cast(operands[0], expression.types[x], target)
        default: fatalError("NativePlan: \(instruction) is not done natively")
        }
    }

    /// The program, when the builder has laid out the frame.
    var finishedProgram: VectorProgram {
        var finished = program
        for uniform in uniforms {
            finished.setImmediate(builder.uniformHome[uniform.number], of: uniform.value)
        }
        return finished
    }
}
