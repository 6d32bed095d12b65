import GannetCompiler
import GannetGraph

/// The GPU style: work-items share the reduced elements and combine what they have in local memory.
extension ReducePrinter {
    private var type: String { isWide ? "long" : "int" }

    /// Prints the loop over reduced positions `r`, combining into `sum`.
    private func accumulate(
        _ code: inout CodeWriter, kept: [AxisIndex], from first: String, to last: String, step: Int
    ) -> Set<KernelFunction> {
        let index = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: 1)
        let element = InstructionTable.type(reduce.type, width: 1)
        code.add("\(element) sum = \(identity(width: 1));")
        // Sums of 32 numbers are added to the total: rounding errors stay small.
        code.add("for (\(type) block = \(first); block < \(last); block += \(32 * step)) {")
        code.add("const \(type) stop = block + min(\(last) - block, (\(type))\(32 * step));")
        code.add("\(element) part = \(identity(width: 1));")
        code.add("for (\(type) r = block; r < stop; r += \(step)) {")
        var prologue = index
        prologue.axes = merged(
            kept: kept, reduced: index.axes(of: "r", shape: reducedShape, declaringIn: &code, prefix: "r"))
        let printer = ExpressionPrinter(index: prologue, prefix: "v", inputTypes: inputTypes)
        let values = printer.print(reduce.prologue)
        code.add(printer.lines)
        code.add("const \(element) value = \(values.last?.text ?? identity(width: 1));")
        code.add("part = \(combine("part", "value", width: 1));")
        code.add("}")
        code.add("sum = \(combine("sum", "part", width: 1));")
        code.add("}")
        return printer.functions
    }

    /// Prints the epilogue for the result `sum` at the kept position `kept`.
    private func conclude(_ code: inout CodeWriter, kept: [AxisIndex]) -> Set<KernelFunction> {
        let flat = reduce.keptShape.isEmpty ? nil : ("kept", "kept")
        let index = IndexPrinter(axes: kept, flat: flat, isWide: isWide, width: 1)
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "sum", type: reduce.type, isVector: false))
        let values = printer.print(reduce.epilogue)
        code.add(printer.lines)
        code.add(
            printer.stores(reduce.epilogue, values, outputTypes: outputTypes, at: place("kept"), lanes: nil))
        return printer.functions
    }

    private func addRange(_ code: inout CodeWriter) {
        let piece = pieces == 1 ? "0" : "piece"
        code.add("const \(type) first = (\(type))(\(piece) * (long)\(reducedCount) / \(pieces));")
        code.add("const \(type) last = (\(type))((\(piece) + 1) * (long)\(reducedCount) / \(pieces));")
    }

    /// Prints what makes the result at the kept position `kept`, by one work-item.
    func addSerialResult(_ code: inout CodeWriter) -> Set<KernelFunction> {
        let index = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: 1)
        let kept = index.axes(of: "kept", shape: reduce.keptShape, declaringIn: &code, prefix: "k")
        addRange(&code)
        let functions = accumulate(&code, kept: kept, from: "first", to: "last", step: 1)
        return functions.union(conclude(&code, kept: kept))
    }

    /// One work-item a result.
    func serial() -> Printed {
        let local = target.groupSize
        let count = keptCount * pieces
        var code = CodeWriter()
        code.add(signature(local: [local]).head())
        code.add("const \(type) unit = (\(type))get_global_id(0);")
        code.add("if (unit >= \(count)) return;")
        code.add("const \(type) piece = unit / \(keptCount), kept = unit % \(keptCount);")
        let functions = addSerialResult(&code)
        code.add("}")
        return finish(
            code, global: [(count + local - 1) / local * local], local: [local], functions: functions)
    }

    /// A group makes `columns` neighbouring results; `width` work-items share the reduced elements of each.
    func groupReduction(width: Int, columns: Int) -> Printed {
        var width = width
        while width & (width - 1) != 0 { width &= width - 1 }
        let index = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: 1)
        let element = InstructionTable.type(reduce.type, width: 1)
        let blocks = (keptCount + columns - 1) / columns
        let local = columns * width
        var code = CodeWriter()
        code.add(signature(local: [local]).head())
        code.add("__local \(element) shared[\(local)];")
        code.add("const int column = (int)get_local_id(0) % \(columns);")
        code.add("const int lane = (int)get_local_id(0) / \(columns);")
        code.add("const \(type) group = (\(type))get_group_id(0);")
        code.add("const \(type) piece = group / \(blocks);")
        // Work-items past the last column repeat it, and write nothing.
        code.add("const \(type) wanted = group % \(blocks) * \(columns) + column;")
        code.add("const \(type) kept = min(wanted, (\(type))\(keptCount - 1));")
        let kept = index.axes(of: "kept", shape: reduce.keptShape, declaringIn: &code, prefix: "k")
        addRange(&code)
        var functions = accumulate(&code, kept: kept, from: "first + lane", to: "last", step: width)
        code.add("shared[get_local_id(0)] = sum;")
        code.add("barrier(CLK_LOCAL_MEM_FENCE);")
        code.add("for (int half_ = \(width / 2); half_ > 0; half_ /= 2) {")
        code.add("if (lane < half_) {")
        code.add("const \(element) x = shared[get_local_id(0)];")
        code.add("const \(element) y = shared[get_local_id(0) + half_ * \(columns)];")
        code.add("shared[get_local_id(0)] = \(combine("x", "y", width: 1));")
        code.add("}")
        code.add("barrier(CLK_LOCAL_MEM_FENCE);")
        code.add("}")
        code.add("if (lane == 0 && wanted < \(keptCount)) {")
        code.add("sum = shared[column];")
        functions.formUnion(conclude(&code, kept: kept))
        code.add("}")
        code.add("}")
        return finish(
            code, global: [blocks * pieces * local], local: [local], functions: functions)
    }
}
