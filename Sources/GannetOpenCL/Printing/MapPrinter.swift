import GannetCompiler
import GannetGraph

/// Prints an element-wise kernel.
struct MapPrinter {
    let map: Kernel.Map
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    private var count: Int { map.shape.reduce(1, *) }

    func plan() -> CallPlan {
        guard count > 0 else { return CallPlan() }
        return target.style == .cpu ? vectorPlan() : scalarPlan()
    }

    /// One work-item an element.
    private func scalarPlan() -> CallPlan {
        let isWide = KernelSignature.needsWideIndex([map.expression], count: count)
        let local = target.groupSize
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [local])
        var code = CodeWriter()
        code.add(signature.head())
        let type = isWide ? "long" : "int"
        code.add("const \(type) i = (\(type))get_global_id(0);")
        code.add("if (i >= \(count)) return;")
        var index = IndexPrinter(axes: [], flat: ("i", "i"), isWide: isWide, width: 1)
        index.axes = index.axes(of: "i", shape: map.shape, declaringIn: &code, prefix: "d")
        let printer = ExpressionPrinter(index: index, inputTypes: inputTypes)
        let values = printer.print(map.expression)
        code.add(printer.lines)
        code.add(printer.stores(map.expression, values, outputTypes: outputTypes, at: "i", lanes: nil))
        code.add("}")
        let global = (count + local - 1) / local * local
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: code.text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [global], local: [local])
            ], functions: printer.functions)
    }

    /// Vectors along the last axis, or along all axes together where the last is short.
    private func vectorPlan() -> CallPlan {
        let isWide = KernelSignature.needsWideIndex([map.expression], count: count)
        let last = map.shape.last ?? 1
        let isFlat = last < target.width || map.shape.count < 2
        let extent = isFlat ? count : last
        let segment = 4096
        let segments = (extent + segment - 1) / segment
        let units = count / extent * segments
        let groups = target.groups(units: units, count: count)
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [1])
        var code = CodeWriter()
        code.add(signature.head())
        var index = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: target.width)
        code.beginUnits(units, groups: groups, type: index.scalarType)
        let row = segments == 1 ? "unit" : "unit / \(segments)"
        code.add("const \(index.scalarType) row = \(row);")
        code.add(
            "const \(index.scalarType) start = \(segments == 1 ? "0" : "unit % \(segments) * \(segment)");")
        let stop = segments == 1 ? "\(extent)" : "min(start + \(segment), (\(index.scalarType))\(extent))"
        code.add("const \(index.scalarType) stop = \(stop);")
        let scalar = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: target.width)
        if !isFlat {
            index.axes =
                scalar.axes(
                    of: "row", shape: Array(map.shape.dropLast()), declaringIn: &code, prefix: "d")
                + [.lanes(first: "i", vector: "iv")]
        }
        var inner = CodeWriter()
        let hasTail = extent % target.width != 0
        inner.declareLanes(index, extent: extent, hasTail: hasTail, stop: "stop")
        if isFlat {
            index.flat = ("i", "iv")
            index.axes =
                map.shape.count == 1
                ? [.lanes(first: "i", vector: "iv")]
                : index.axes(of: "iv", shape: map.shape, declaringIn: &inner, prefix: "d", isUniform: false)
        }
        let printer = ExpressionPrinter(index: index, inputTypes: inputTypes)
        let values = printer.print(map.expression)
        inner.add(printer.lines)
        let place = isFlat ? "i" : "row * \(extent) + i"
        inner.add(
            printer.stores(
                map.expression, values, outputTypes: outputTypes, at: place, lanes: hasTail ? "lanes" : nil))
        code.add(printer.sharedLines)
        code.add("for (\(index.scalarType) i = start; i < stop; i += \(target.width)) {")
        code.add(inner.lines)
        code.add("}")
        code.add("}")
        code.add("}")
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: code.text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [groups], local: [1])
            ], functions: printer.functions)
    }
}

extension CodeWriter {
    /// Begins the loop over this group's share of the units.
    mutating func beginUnits(_ units: Int, groups: Int, type: String) {
        if groups == units {
            add("const \(type) unit = (\(type))get_global_id(0);")
            add("{")
        } else {
            add("const \(type) first = (\(type))(get_global_id(0) * \(units)ul / \(groups)ul);")
            add("const \(type) last = (\(type))((get_global_id(0) + 1) * \(units)ul / \(groups)ul);")
            add("for (\(type) unit = first; unit < last; unit++) {")
        }
    }

    /// Declares the lanes' indices from `i` on, and how many of them lie before `stop`.
    mutating func declareLanes(_ index: IndexPrinter, extent: Int, hasTail: Bool, stop: String) {
        let numbers = "i + \(LaneNames.numbers(isWide: index.isWide, width: index.width))"
        if hasTail {
            add("const int lanes = (int)(\(stop) - i);")
            add("const \(index.vectorType) iv = min(\(numbers), (\(index.vectorType))(\(extent - 1)));")
        } else {
            add("const \(index.vectorType) iv = \(numbers);")
        }
    }
}

extension IndexPrinter {
    /// Declares the indices along the axes of a shape, for a row-major position known as `name`.
    func axes(
        of name: String, shape: [Int], declaringIn code: inout CodeWriter, prefix: String,
        isUniform: Bool = true
    ) -> [AxisIndex] {
        var lines: [String] = []
        let axes = axes(of: name, shape: shape, isUniform: isUniform) { type, text, _ in
            let variable = "\(prefix)\(lines.count)"
            lines.append("const \(type) \(variable) = \(text);")
            return variable
        }
        code.add(lines)
        return axes
    }
}
