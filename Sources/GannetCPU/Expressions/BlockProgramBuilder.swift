import GannetCompiler
import GannetGraph

/// Turns an expression into the steps of a ``BlockInterpreter``: decides which values are uniform, gives each
/// value a slot and each varying value a register, which later values reuse.
struct BlockProgramBuilder {
    private(set) var constants: [BlockInterpreter.Constant] = []
    private(set) var uniformSteps: [BlockInterpreter.Step] = []
    private(set) var steps: [BlockInterpreter.Step] = []
    private(set) var stores: [BlockInterpreter.Store] = []
    private(set) var views: [PreparedView] = []
    private(set) var resultSlot = 0
    private(set) var frameByteCount = 0
    private(set) var cost = 1

    let expression: Expression
    let inputTypes: [ScalarType]
    let givesResult: Bool

    /// The value that each value is another name of, itself for most.
    private(set) var origin: [Int] = []
    /// Whether each value is the same at every index, and where the frame has it then.
    private(set) var isUniform: [Bool] = []
    private(set) var uniformHome: [Int]
    private(set) var isNeeded: [Bool] = []
    /// The views of those values that have one and are needed.
    private(set) var preparedViews: [PreparedView?]
    private var lastUse: [Int] = []

    private var layout = ScratchLayout()
    private var freeRegisters: [Int] = []
    private var register: [Int: Int] = [:]

    /// A register's lanes, and a cache line so that registers do not all fall into the same sets of the cache.
    private static let registerByteCount = Tier.blockLength * 4 + 64

    init(_ expression: Expression, inputTypes: [ScalarType], givesResult: Bool) {
        self.expression = expression
        self.inputTypes = inputTypes
        self.givesResult = givesResult
        uniformHome = [Int](repeating: 0, count: expression.instructions.count)
        preparedViews = [PreparedView?](repeating: nil, count: expression.instructions.count)
        findOrigins()
        findNeeds()
        findUniformValues()
        _ = layout.append(BlockInterpreter.headerByteCount)
        // One slot a value, one for a result that must be spread out, and those of copies that are stored.
        _ = layout.append(
            (expression.instructions.count + 1 + expression.stores.count)
                * MemoryLayout<UnsafeMutableRawPointer>.stride)
    }

    /// Fills the lists for whoever computes all values but those that are the same at every index and those that
    /// `isInterpreted` says; the latter keep their registers to the end of a block.
    mutating func build(only isInterpreted: [Bool]) {
        for value in isInterpreted.indices where isInterpreted[value] {
            lastUse[value] = expression.instructions.count
        }
        for value in isInterpreted.indices where isNeeded[value] && origin[value] == value {
            if isUniform[value] || isInterpreted[value] { append(value) }
        }
        frameByteCount = layout.byteCount
    }

    /// Room in the frame for something else, before the lists are filled.
    mutating func reserve(_ byteCount: Int) -> Int { layout.append(byteCount) }

    /// Where the frame has the address of a slot.
    static func tableOffset(slot: Int) -> Int {
        BlockInterpreter.headerByteCount + slot * MemoryLayout<UnsafeMutableRawPointer>.stride
    }

    /// Fills the lists.
    mutating func build() {
        let count = expression.instructions.count
        for value in 0..<count where isNeeded[value] && origin[value] == value { append(value) }
        for (number, store) in expression.stores.enumerated() {
            let value = origin[store.value]
            var slot = value
            if expression.stores.count > 1, pointsIntoInput(value) {
                // An earlier store may write over the input.
                slot = count + 1 + number
                steps.append(copy(of: value, to: slot))
            }
            stores.append(
                BlockInterpreter.Store(
                    slot: slot, step: step(value), output: store.output,
                    type: expression.types[store.value]))
        }
        if givesResult, count > 0 {
            resultSlot = origin[count - 1]
            if isUniform[resultSlot] {
                steps.append(copy(of: resultSlot, to: count))
                resultSlot = count
            }
        }
        cost += stores.count
        frameByteCount = layout.byteCount
    }

    private mutating func findOrigins() {
        for (value, instruction) in expression.instructions.enumerated() {
            switch instruction {
            case .cast(let x, let type) where BlockOperation(from: expression.types[x], to: type) == .copy:
                origin.append(origin[x])
            case .unary(.absolute, let x) where expression.types[value] == .uint32:
                origin.append(origin[x])
            default: origin.append(value)
            }
        }
    }

    private mutating func findNeeds() {
        let count = expression.instructions.count
        isNeeded = [Bool](repeating: false, count: count)
        lastUse = Array(0..<count)
        for store in expression.stores {
            isNeeded[origin[store.value]] = true
            lastUse[origin[store.value]] = count
        }
        if givesResult, count > 0 {
            isNeeded[origin[count - 1]] = true
            lastUse[origin[count - 1]] = count
        }
        for value in (0..<count).reversed() where isNeeded[value] {
            for operand in expression.instructions[value].operands {
                isNeeded[origin[operand]] = true
                lastUse[origin[operand]] = max(lastUse[origin[operand]], value)
            }
        }
    }

    private mutating func findUniformValues() {
        isUniform = [Bool](repeating: false, count: expression.instructions.count)
        for (value, instruction) in expression.instructions.enumerated() where isNeeded[value] {
            if let view = instruction.view { preparedViews[value] = PreparedView(view) }
            var hasUniformView = false
            if case .uniform = preparedViews[value]?.form { hasUniformView = true }
            let operands = instruction.operands.map { isUniform[origin[$0]] }
            isUniform[value] =
                switch instruction {
                case .literal: true
                case .isInBounds(let view): !view.isBounded
                case .load, .position, .randomBits: hasUniformView
                case .gather: hasUniformView && operands[0]
                case .accumulator: false
                case .unary, .binary, .select, .cast: operands.allSatisfy(\.self)
                }
        }
    }

    /// What a vector adds to the address of a value.
    private func step(_ value: Int) -> Int { isUniform[value] ? 0 : 32 }

    /// Whether the value is not in a register but read where an input has it.
    private func pointsIntoInput(_ value: Int) -> Bool {
        guard case .load(let input, _) = expression.instructions[value], !isUniform[value] else {
            return false
        }
        return BlockOperation(loading: inputTypes[input]) == .load
    }

    /// A step that spreads or copies a value to a register of its own.
    private mutating func copy(of value: Int, to slot: Int) -> BlockInterpreter.Step {
        BlockInterpreter.Step(
            operation: .copy, d: slot, a: value, b: value, c: value, stepA: step(value),
            home: layout.append(Self.registerByteCount))
    }

    private mutating func append(_ value: Int) {
        let instruction = expression.instructions[value]
        let operands = instruction.operands.map { origin[$0] }
        let type = expression.types[value]
        var step = BlockInterpreter.Step(operation: .copy, d: value)
        let view = preparedViews[value]
        if let view {
            views.append(view)
            step.walk = view.walk
        }
        var needsRegister = true
        switch instruction {
        case .literal(let literal):
            addConstant(value, literal.registerBits)
            return
        case .isInBounds(let given) where !given.isBounded:
            addConstant(value, ~0)
            return
        case .isInBounds: step.operation = .isInBounds
        case .load(let input, _):
            step.operation = BlockOperation(loading: inputTypes[input])
            step.input = input
            if case .contiguous(let offset) = view!.form, step.operation == .load {
                step.contiguousOffset = offset
                needsRegister = false
            }
        case .gather(let input, _, let rows, let rowStride, _):
            step.operation = BlockOperation(gathering: inputTypes[input])
            step.input = input
            (step.rows, step.rowStride) = (rows, rowStride)
            step.missing = type.isFloatingPoint ? Float.nan.bitPattern : 0
        case .position: step.operation = .position
        case .randomBits(let key, _):
            step.operation = .randomBits
            step.input = key
        case .accumulator:
            step.operation = .accumulator
            needsRegister = false
        case .unary(let function, let x): step.operation = BlockOperation(function, expression.types[x])
        case .binary(let function, let x, _): step.operation = BlockOperation(function, expression.types[x])
        case .select: step.operation = .select
        case .cast(let x, let target): step.operation = BlockOperation(from: expression.types[x], to: target)
        }
        // Unused operands name the result's own slot, which is always a valid address.
        (step.a, step.b, step.c) = (value, value, value)
        if operands.count > 0 { (step.a, step.stepA) = (operands[0], self.step(operands[0])) }
        if operands.count > 1 { (step.b, step.stepB) = (operands[1], self.step(operands[1])) }
        if operands.count > 2 { (step.c, step.stepC) = (operands[2], self.step(operands[2])) }

        // An operand that occurs twice is removed, and its register freed, once.
        for operand in operands where lastUse[operand] == value {
            if let free = register.removeValue(forKey: operand) { freeRegisters.append(free) }
        }
        if isUniform[value] {
            step.home = layout.append(64)
            uniformHome[value] = step.home
            uniformSteps.append(step)
        } else {
            if needsRegister {
                step.home = freeRegisters.popLast() ?? layout.append(Self.registerByteCount)
                if lastUse[value] > value {
                    register[value] = step.home
                } else {
                    freeRegisters.append(step.home)
                }
            }
            steps.append(step)
            cost += step.operation.cost
        }
    }

    private mutating func addConstant(_ value: Int, _ bits: UInt32) {
        uniformHome[value] = layout.append(64)
        constants.append(.init(slot: value, home: uniformHome[value], bits: bits))
    }
}

extension Literal {
    /// What the value is in each lane of a register.
    var registerBits: UInt32 {
        switch type {
        case .float32, .int32, .uint32: bits
        case .bool: 0 &- bits
        case .float16, .bfloat16: floatValue.bitPattern
        }
    }
}
