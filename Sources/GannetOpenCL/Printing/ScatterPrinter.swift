import GannetCompiler
import GannetGraph

/// Prints a scatter-add. Each work-item owns some elements of the output and walks over all indices, so that
/// updates are added in their order without atomics.
struct ScatterPrinter {
    let scatter: Kernel.ScatterAdd
    let outputTypes: [ScalarType]
    let target: KernelTarget

    func plan() -> CallPlan {
        guard scatter.rows * scatter.columns > 0 else { return CallPlan() }
        // Unsigned arithmetic wraps; signed overflow has no meaning in C.
        let type: ScalarType = scatter.type == .int32 ? .uint32 : scatter.type
        let types: [ScalarType] = [.int32, type]
        let isWide = KernelSignature.needsWideIndex(
            [], count: max(scatter.rows, scatter.count) * scatter.columns)
        let index = isWide ? "long" : "int"
        let isCPU = target.style == .cpu
        let strip = isCPU ? min(scatter.columns, 1024) : 1
        let strips = (scatter.columns + strip - 1) / strip
        let wanted = isCPU ? target.computeUnits * 4 : 32768
        let ranges = max(1, min(scatter.rows, (wanted + strips - 1) / strips))
        let local = target.groupSize
        let items = ranges * strips
        let signature = KernelSignature(inputTypes: types, outputTypes: [type], local: [local])
        var code = CodeWriter()
        code.add(signature.head())
        code.add("const \(index) item = (\(index))get_global_id(0);")
        code.add("if (item >= \(items)) return;")
        code.add("const \(index) begin = item % \(strips) * \(strip);")
        code.add("const \(index) end = min(begin + \(strip), (\(index))\(scatter.columns));")
        code.add("const \(index) range = item / \(strips);")
        code.add("const \(index) firstRow = (\(index))((long)range * \(scatter.rows) / \(ranges));")
        code.add("const \(index) lastRow = (\(index))((range + 1l) * \(scatter.rows) / \(ranges));")
        code.add("for (\(index) row = firstRow; row < lastRow; row++)")
        code.add("for (\(index) c = begin; c < end; c++) out0[row * \(scatter.columns) + c] = 0;")
        code.add("for (\(index) u = 0; u < \(scatter.count); u++) {")
        code.add("const \(index) row = in0[u];")
        code.add("if (row < firstRow || row >= lastRow) continue;")
        code.add("for (\(index) c = begin; c < end; c++)")
        code.add("out0[row * \(scatter.columns) + c] += in1[u * \(scatter.columns) + c];")
        code.add("}")
        code.add("}")
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: code.text, buffers: signature.buffers, types: types + [type],
                    global: [(items + local - 1) / local * local], local: [local])
            ])
    }
}
