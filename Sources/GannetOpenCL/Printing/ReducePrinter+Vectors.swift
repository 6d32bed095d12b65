import GannetCompiler
import GannetGraph

/// The CPU style: vectors along the last axis.
extension ReducePrinter {
    private var base: IndexPrinter { IndexPrinter(axes: [], flat: nil, isWide: isWide, width: target.width) }

    /// The last axis is reduced: lanes run along it, and are combined at the end.
    func rows() -> Printed {
        let width = target.width
        let index = base
        let type = index.scalarType
        let inner = shape.last ?? 1
        let outerShape = Array(reducedShape.dropLast())
        let outer = outerShape.reduce(1, *)
        // Pieces are ranges of the outer reduced axes, or of the last one too where those are few.
        let outerPieces = max(1, min(outer, pieces))
        let innerPieces = pieces / outerPieces
        let step = ((inner + innerPieces - 1) / innerPieces + width - 1) / width * width
        let units = keptCount * pieces
        let groups = target.groups(units: units, count: keptCount * reducedCount)
        let vector = InstructionTable.type(reduce.type, width: width)

        var code = CodeWriter()
        code.add(signature(local: [1]).head())
        code.beginUnits(units, groups: groups, type: type)
        code.add("const \(type) kept = \(pieces == 1 ? "unit" : "unit / \(pieces)");")
        if pieces > 1 { code.add("const \(type) piece = unit % \(pieces);") }
        let kept = index.axes(of: "kept", shape: reduce.keptShape, declaringIn: &code, prefix: "k")
        let piece = pieces == 1 ? "0" : "piece"
        code.add("const \(type) low = \(piece) / \(innerPieces), high = \(piece) % \(innerPieces);")
        code.add("const \(type) firstOuter = (\(type))((long)low * \(outer) / \(outerPieces));")
        code.add("const \(type) lastOuter = (\(type))((low + 1l) * \(outer) / \(outerPieces));")
        code.add("const \(type) begin = high * \(step), end = min(begin + \(step), (\(type))\(inner));")
        code.add("\(vector) total = \(identity(width: width));")
        code.add("for (\(type) r = firstOuter; r < lastOuter; r++) {")
        let reduced =
            index.axes(of: "r", shape: outerShape, declaringIn: &code, prefix: "r")
            + [.lanes(first: "i", vector: "iv")]
        var prologue = index
        prologue.axes = merged(kept: kept, reduced: reduced)
        let printer = ExpressionPrinter(index: prologue, prefix: "v", inputTypes: inputTypes)
        let values = printer.print(reduce.prologue)
        code.add(printer.sharedLines)
        // Sums of 64 vectors are added to the total: rounding errors stay small.
        code.add("for (\(type) block = begin; block < end; block += \(64 * width)) {")
        code.add("const \(type) stop = min(block + \(64 * width), end);")
        code.add("\(vector) sum = \(identity(width: width));")
        code.add("for (\(type) i = block; i < stop; i += \(width)) {")
        let hasTail = inner % width != 0
        code.declareLanes(index, extent: inner, hasTail: hasTail, stop: "stop")
        code.add(printer.lines)
        var value = values.last.map(printer.widened) ?? identity(width: width)
        if hasTail {
            value = "laneNumbers < (int\(width))(lanes) ? \(value) : \(identity(width: width))"
        }
        code.add("const \(vector) value = \(value);")
        code.add("sum = \(combine("sum", "value", width: width));")
        code.add("}")
        code.add("total = \(combine("total", "sum", width: width));")
        code.add("}")
        code.add("}")
        var lanes = "total"
        var half = width / 2
        while half >= 1 {
            let part = InstructionTable.type(reduce.type, width: half)
            code.add("const \(part) total\(half) = \(combine("\(lanes).lo", "\(lanes).hi", width: half));")
            lanes = "total\(half)"
            half /= 2
        }
        var scalar = IndexPrinter(axes: kept, flat: ("kept", "kept"), isWide: isWide, width: 1)
        if reduce.keptShape.isEmpty { scalar.flat = nil }
        let epilogue = ExpressionPrinter(
            index: scalar, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: lanes, type: reduce.type, isVector: false))
        let results = epilogue.print(reduce.epilogue)
        code.add(epilogue.lines)
        code.add(
            epilogue.stores(
                reduce.epilogue, results, outputTypes: outputTypes, at: place("kept"), lanes: nil))
        code.add("}")
        code.add("}")
        return finish(
            code, global: [groups], local: [1], functions: printer.functions.union(epilogue.functions))
    }

    /// The last axis is kept, or short: each lane makes a result of its own.
    func strips() -> Printed {
        let width = target.width
        var index = base
        let type = index.scalarType
        let last = shape.last ?? 1
        let isFlat = isReduced.last == true || last < width || reduce.keptShape.count < 2
        let inner = isFlat ? keptCount : last
        let rows = keptCount / inner
        var strip = 512
        while strip > 64, rows * pieces * ((inner + strip - 1) / strip) < 8 { strip /= 2 }
        strip = min(strip, (inner + width - 1) / width * width)
        let segments = (inner + strip - 1) / strip
        let units = rows * segments * pieces
        let groups = target.groups(units: units, count: keptCount * max(1, reducedCount))
        let vector = InstructionTable.type(reduce.type, width: width)
        let hasTail = inner % width != 0

        var code = CodeWriter()
        code.add(signature(local: [1]).head())
        code.beginUnits(units, groups: groups, type: type)
        if pieces > 1 { code.add("const \(type) piece = unit % \(pieces);") }
        code.add("const \(type) rest = \(pieces > 1 ? "unit / \(pieces)" : "unit");")
        code.add("const \(type) row = \(segments == 1 ? "rest" : "rest / \(segments)");")
        code.add("const \(type) start = \(segments == 1 ? "0" : "rest % \(segments) * \(strip)");")
        code.add("const \(type) stop = min(start + \(strip), (\(type))\(inner));")
        var kept: [AxisIndex] = []
        if !isFlat {
            kept =
                index.axes(
                    of: "row", shape: Array(reduce.keptShape.dropLast()), declaringIn: &code, prefix: "k")
                + [.lanes(first: "i", vector: "iv")]
        }
        var lanes = CodeWriter()
        lanes.declareLanes(index, extent: inner, hasTail: hasTail, stop: "stop")
        if isFlat {
            kept =
                reduce.keptShape.count == 1
                ? [.lanes(first: "i", vector: "iv")]
                : index.axes(
                    of: "iv", shape: reduce.keptShape, declaringIn: &lanes, prefix: "k", isUniform: false)
        }
        let piece = pieces > 1 ? "piece" : "0"
        code.add("\(vector) total[\(strip / width)], sum[\(strip / width)];")
        let clear = "for (int j = 0; j < \(strip / width); j++)"
        code.add("\(clear) total[j] = \(identity(width: width));")
        code.add("const \(type) firstReduced = (\(type))(\(piece) * \(reducedCount)l / \(pieces));")
        code.add("const \(type) lastReduced = (\(type))((\(piece) + 1) * \(reducedCount)l / \(pieces));")
        // Sums of 128 rows are added to the total: rounding errors stay small.
        code.add("for (\(type) block = firstReduced; block < lastReduced; block += 128) {")
        code.add("\(clear) sum[j] = \(identity(width: width));")
        code.add("const \(type) blockEnd = min(block + 128, lastReduced);")
        code.add("for (\(type) r = block; r < blockEnd; r++) {")
        let reduced = index.axes(of: "r", shape: reducedShape, declaringIn: &code, prefix: "r")
        index.axes = merged(kept: kept, reduced: reduced)
        let printer = ExpressionPrinter(index: index, prefix: "v", inputTypes: inputTypes)
        let values = printer.print(reduce.prologue)
        code.add(printer.sharedLines)
        code.add("for (int j = 0; j < \(strip / width) && start + j * \(width) < stop; j++) {")
        code.add("const \(type) i = start + j * \(width);")
        code.add(lanes.lines)
        code.add(printer.lines)
        code.add("const \(vector) value = \(values.last.map(printer.widened) ?? identity(width: width));")
        code.add("sum[j] = \(combine("sum[j]", "value", width: width));")
        code.add("}")
        code.add("}")
        code.add("\(clear) total[j] = \(combine("total[j]", "sum[j]", width: width));")
        code.add("}")
        index.axes = kept
        if isFlat, !reduce.keptShape.isEmpty { index.flat = ("i", "iv") }
        let epilogue = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: reduce.type, isVector: true))
        let results = epilogue.print(reduce.epilogue)
        code.add(epilogue.sharedLines)
        code.add("for (int j = 0; j < \(strip / width) && start + j * \(width) < stop; j++) {")
        code.add("const \(type) i = start + j * \(width);")
        code.add(lanes.lines)
        code.add("const \(vector) result = total[j];")
        code.add(epilogue.lines)
        code.add(
            epilogue.stores(
                reduce.epilogue, results, outputTypes: outputTypes,
                at: place(isFlat ? "i" : "row * \(inner) + i"), lanes: hasTail ? "lanes" : nil))
        code.add("}")
        code.add("}")
        code.add("}")
        return finish(
            code, global: [groups], local: [1], functions: printer.functions.union(epilogue.functions))
    }
}
