import GannetCompiler
import GannetGraph

/// Prints an expression as OpenCL C statements, for one index or for sixteen at a time.
///
/// What is the same for all lanes is printed apart, so that it can stand before the loop over vectors.
final class ExpressionPrinter {
    /// A printed value.
    struct Value {
        var text: String
        var type: ScalarType
        var isVector: Bool
    }

    /// The statements that are the same for all lanes.
    private(set) var sharedLines: [String] = []
    /// The statements that differ from lane to lane.
    private(set) var lines: [String] = []

    /// The functions of `mathematics.cl`, `random.cl` and `half.cl` that the statements call.
    private(set) var functions: Set<KernelFunction> = []

    private let index: IndexPrinter
    let width: Int
    private let prefix: String
    private let accumulator: Value?
    private let inputTypes: [ScalarType]
    private var names = 0
    private var views: [View: PrintedIndex] = [:]

    /// Creates a printer.
    ///
    /// - Parameters:
    ///   - index: How the index is known.
    ///   - prefix: What the names of variables begin with.
    ///   - inputTypes: The types of the kernel's inputs, which are known as `in0`, `in1`, ….
    ///   - accumulator: What `accumulator` stands for.
    init(
        index: IndexPrinter, prefix: String = "v", inputTypes: [ScalarType], accumulator: Value? = nil
    ) {
        self.index = index
        width = index.width
        self.prefix = prefix
        self.inputTypes = inputTypes
        self.accumulator = accumulator
    }

    /// Prints all instructions and returns their values.
    func print(_ expression: Expression) -> [Value] {
        var values: [Value] = []
        for (number, instruction) in expression.instructions.enumerated() {
            let value = print(instruction, type: expression.types[number], values)
            let isVector = value.isVector || instruction.operands.contains { values[$0].isVector }
            for section in InstructionTable.sections(instruction, types: expression.types) {
                functions.insert(KernelFunction(section: section, width: isVector ? width : 1))
            }
            values.append(value)
        }
        for store in expression.stores { useSection(of: expression.types[store.value], width: width) }
        return values
    }

    /// Notes that elements of a type are read or written, `width` at a time.
    private func useSection(of type: ScalarType, width: Int) {
        guard let section = InstructionTable.section(of: type) else { return }
        functions.insert(KernelFunction(section: section, width: width))
    }

    /// A value as a vector, where there are several lanes.
    func widened(_ value: Value) -> String {
        if value.isVector || width == 1 { return value.text }
        let type = InstructionTable.type(value.type, width: width)
        return value.type == .bool ? "(\(type))(-\(value.text))" : "(\(type))(\(value.text))"
    }

    private func declare(_ type: String, _ text: String, isShared: Bool) -> String {
        let name = "\(prefix)\(names)"
        names += 1
        let line = "const \(type) \(name) = \(text);"
        if isShared && width > 1 { sharedLines.append(line) } else { lines.append(line) }
        return name
    }

    private func define(_ text: String, _ type: ScalarType, isVector: Bool) -> Value {
        let width = isVector ? width : 1
        let name = declare(InstructionTable.type(type, width: width), text, isShared: !isVector)
        return Value(text: name, type: type, isVector: isVector && self.width > 1)
    }

    private func position(_ view: View) -> PrintedIndex {
        if let known = views[view] { return known }
        var printed = index.print(view) { self.declare($0, $1, isShared: $2) }
        if let mask = printed.mask {
            let converted = index.isWide && width > 1 ? "convert_int\(width)(\(mask))" : mask
            let type = InstructionTable.type(.bool, width: width)
            let all =
                printed.condition.map { "(\(type))(-(\($0))) & (\(converted))" } ?? converted
            printed.mask = declare(type, all, isShared: false)
            if let whole = printed.maskHoldsEverywhere {
                printed.maskHoldsEverywhere = printed.condition.map { "\($0) && \(whole)" } ?? whole
            }
            printed.condition = nil
        } else if let condition = printed.condition {
            printed.condition = declare("int", condition, isShared: true)
        }
        if printed.form == .vector {
            printed.text = declare(index.vectorType, printed.text, isShared: false)
        }
        views[view] = printed
        return printed
    }

    private func print(_ instruction: Expression.Instruction, type: ScalarType, _ values: [Value]) -> Value {
        switch instruction {
        case .load(let input, let view): return load(input, at: position(view))
        case .gather(let input, let row, let rows, let stride, let view):
            return gather(input, row: values[row], rows: rows, stride: stride, at: position(view))
        case .literal(let literal):
            return Value(text: InstructionTable.literal(literal), type: type, isVector: false)
        case .position(let view): return number(at: position(view))
        case .isInBounds(let view):
            let place = position(view)
            if let mask = place.mask { return Value(text: mask, type: .bool, isVector: width > 1) }
            return Value(text: place.condition ?? "1", type: .bool, isVector: false)
        case .randomBits(let key, let view): return randomBits(key, at: position(view))
        case .accumulator:
            return accumulator ?? Value(text: "0", type: type, isVector: false)
        case .unary(let function, let x):
            let isVector = values[x].isVector
            return define(
                InstructionTable.unary(
                    function, values[x].text, values[x].type, width: isVector ? width : 1),
                type, isVector: isVector)
        case .binary(let function, let x, let y):
            let isVector = values[x].isVector || values[y].isVector
            let (x, y) = (values[x], values[y])
            return define(
                InstructionTable.binary(
                    function, isVector ? widened(x) : x.text, isVector ? widened(y) : y.text, x.type,
                    width: isVector ? width : 1),
                type, isVector: isVector)
        case .select(let condition, let x, let y):
            let condition = values[condition]
            let isVector = condition.isVector || values[x].isVector || values[y].isVector
            let (a, b) =
                isVector
                ? (widened(values[x]), widened(values[y])) : (values[x].text, values[y].text)
            return define("\(condition.text) ? \(a) : \(b)", type, isVector: isVector)
        case .cast(let x, let type):
            let value = values[x]
            return define(
                InstructionTable.cast(
                    value.text, from: value.type, to: type, width: value.isVector ? width : 1),
                type, isVector: value.isVector)
        }
    }

    /// An element of an input, 0 in padding.
    private func load(_ input: Int, at place: PrintedIndex) -> Value {
        let type = inputTypes[input]
        let memory = InstructionTable.memoryType(type)
        if width == 1 || (place.form == .uniform && place.mask == nil) {
            let isShared = place.form == .uniform && place.mask == nil
            let element = InstructionTable.fromMemory("in\(input)[\(place.text)]", type, width: 1)
            useSection(of: type, width: 1)
            let zero = type.isFloatingPoint ? "0.0f" : type == .uint32 ? "0u" : "0"
            let condition = place.mask ?? place.condition
            let text = condition.map { "\($0) ? \(element) : \(zero)" } ?? element
            return define(text, type, isVector: !(isShared || width == 1))
        }
        useSection(of: type, width: width)
        func widenedFromMemory(_ text: String) -> String {
            InstructionTable.fromMemory(text, type, width: width)
        }
        let zero = "(\(InstructionTable.type(type, width: width)))(0)"
        switch place.form {
        case .contiguous:
            let whole = widenedFromMemory("vload\(width)(0, in\(input) + \(place.text))")
            if let mask = place.mask {
                let lanes =
                    "\(indexMask(mask)) ? \(place.text) + \(laneNumbers) : (\(index.vectorType))(0)"
                let gathered = widenedFromMemory("gather_\(memory)\(gatherSuffix)(in\(input), \(lanes))")
                let masked = "\(mask) ? (\(gathered)) : \(zero)"
                guard let everywhere = place.maskHoldsEverywhere else {
                    return define(masked, type, isVector: true)
                }
                return define("0", type, isVector: true, assigning: everywhere, whole, masked)
            }
            if let condition = place.condition {
                return define("0", type, isVector: true, assigning: condition, whole, zero)
            }
            return define(whole, type, isVector: true)
        case .uniform, .vector:
            // A uniform place under a mask is one element that some lanes lack.
            let index = place.form == .uniform ? "(\(self.index.vectorType))(\(place.text))" : place.text
            let condition = place.mask ?? place.condition
            let safe =
                place.mask.map { "\(indexMask($0)) ? \(index) : (\(self.index.vectorType))(0)" }
                ?? condition.map { "\($0) ? \(index) : (\(self.index.vectorType))(0)" } ?? index
            let gathered = widenedFromMemory("gather_\(memory)\(gatherSuffix)(in\(input), \(safe))")
            return define(
                condition.map { "\($0) ? (\(gathered)) : \(zero)" } ?? gathered, type, isVector: true)
        }
    }

    private func define(
        _ initial: String, _ type: ScalarType, isVector: Bool, assigning condition: String, _ yes: String,
        _ no: String
    ) -> Value {
        let name = "\(prefix)\(names)"
        names += 1
        lines.append("\(InstructionTable.type(type, width: width)) \(name);")
        lines.append("if (\(condition)) \(name) = \(yes); else \(name) = \(no);")
        return Value(text: name, type: type, isVector: true)
    }

    private var laneNumbers: String { LaneNames.numbers(isWide: index.isWide, width: width) }
    private var gatherSuffix: String { index.isWide ? "_wide" : "" }
    private func indexMask(_ mask: String) -> String {
        index.isWide && width > 1 ? "convert_long\(width)(\(mask))" : mask
    }

    /// An element of the row that an earlier value names.
    private func gather(_ input: Int, row: Value, rows: Int, stride: Int, at place: PrintedIndex) -> Value {
        let type = inputTypes[input]
        let missing = type.isFloatingPoint ? "NAN" : "0"
        let isVector = width > 1 && (row.isVector || place.form != .uniform || place.mask != nil)
        let width = isVector ? width : 1
        let indexType = isVector ? index.vectorType : index.scalarType
        let suffix = width == 1 ? "" : "\(width)"
        let number = isVector ? widened(row) : row.text
        let valid = declare(
            InstructionTable.type(.bool, width: width), "(\(number) >= 0) & (\(number) < \(rows))",
            isShared: !isVector)
        let converted = index.isWide ? "convert_long\(suffix)(\(number))" : number
        var offset = place.text
        if isVector, place.form == .contiguous { offset += " + \(laneNumbers)" }
        let bounds = place.mask ?? place.condition
        let isSafe =
            bounds.map { place.mask == nil && isVector ? "\(valid) & -\($0)" : "\(valid) & \($0)" } ?? valid
        let safe = declare(InstructionTable.type(.bool, width: width), isSafe, isShared: !isVector)
        let condition = isVector ? indexMask(safe) : safe
        let element = declare(
            indexType, "\(condition) ? \(converted) * \(stride) + (\(offset)) : (\(indexType))(0)",
            isShared: !isVector)
        let valueType = InstructionTable.type(type, width: width)
        let memory = InstructionTable.memoryType(type)
        useSection(of: type, width: width)
        let found = InstructionTable.fromMemory(
            isVector ? "gather_\(memory)\(gatherSuffix)(in\(input), \(element))" : "in\(input)[\(element)]",
            type, width: width)
        let outside = "(\(valueType))(\(missing))"
        // Out of range gives NaN or 0; padding gives 0 whatever the row is.
        let inside = "\(valid) ? (\(found)) : \(outside)"
        let text = bounds.map { "\($0) ? (\(inside)) : (\(valueType))(0)" } ?? inside
        return define(text, type, isVector: isVector)
    }

    /// The number of the element itself, as `int32`.
    private func number(at place: PrintedIndex) -> Value {
        let isVector = width > 1 && (place.form != .uniform || place.mask != nil)
        var text = place.text
        if isVector, place.form == .contiguous { text += " + \(laneNumbers)" }
        if isVector, place.form == .uniform { text = "(\(index.vectorType))(\(text))" }
        if index.isWide { text = isVector ? "convert_int\(width)(\(text))" : "(int)(\(text))" }
        if let condition = place.mask ?? place.condition {
            let zero = "(\(InstructionTable.type(.int32, width: isVector ? width : 1)))(0)"
            text = "\(condition) ? (\(text)) : \(zero)"
        }
        return define(text, .int32, isVector: isVector)
    }

    private func randomBits(_ key: Int, at place: PrintedIndex) -> Value {
        let isVector = width > 1 && place.form != .uniform
        let suffix = isVector ? "\(width)" : ""
        var text = place.text
        if isVector, place.form == .contiguous { text += " + \(laneNumbers)" }
        let number = declare(
            isVector ? index.vectorType : index.scalarType, text, isShared: !isVector)
        let low =
            index.isWide
            ? "convert_uint\(suffix)(as_ulong\(suffix)(\(number)) & 0xFFFFFFFFul)"
            : "as_uint\(suffix)(\(number))"
        let high =
            index.isWide ? "convert_uint\(suffix)(as_ulong\(suffix)(\(number)) >> 32)" : "(uint\(suffix))(0u)"
        return define("randomBits\(suffix)(\(low), \(high), in\(key))", .uint32, isVector: isVector)
    }
}
