import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a sort: `sort.cl` with the extents of one call. In the CPU style a work-item sorts whole lines. In the GPU style
/// a group sorts a tile; where lines are longer, one kernel after another merges neighbouring runs until all are one.
struct SortPrinter {
    let sort: Kernel.Sort
    let target: KernelTarget

    func plan() -> CallPlan {
        guard sort.count > 0 else { return CallPlan() }
        return target.style == .cpu ? vectorPlan() : groupPlan()
    }

    private func text(_ section: String, _ own: [(String, String)], _ signature: KernelSignature) -> String {
        let isWide = KernelSignature.needsWideIndex([], count: sort.count)
        let body = ["begin", section, "end"].map { KernelSection.text($0, of: KernelSources.sort) }
        return KernelTemplate(body: body.joined()).text(
            [
                ("LINES", "\(sort.lines)"), ("LENGTH", "\(sort.length)"),
                ("IS_FLOAT", sort.type == .float32 ? "1" : "0"),
                ("IS_SIGNED", sort.type == .int32 ? "1" : "0"),
                ("IS_DESCENDING", sort.isDescending ? "1" : "0"), ("INDEX", isWide ? "long" : "int"),
            ] + own, signature: signature)
    }

    // MARK: CPU style

    /// The longest line that is sorted by insertion.
    private static let shortLine = 32

    private func vectorPlan() -> CallPlan {
        let isShort = sort.length <= Self.shortLine
        let items = target.groups(units: sort.lines, count: sort.count * 8)
        let signature = KernelSignature(
            inputTypes: [sort.type], outputTypes: isShort ? [.int32] : [.uint32, .int32], local: [1])
        let text = text("cpu", [("SHORT", isShort ? "1" : "0"), ("ITEMS", "\(items)")], signature)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: [.input(0)] + (isShort ? [] : [.scratch(0)]) + [.output(0)],
                    types: signature.inputTypes + signature.outputTypes, global: [items], local: [1])
            ], scratchByteCount: isShort ? 0 : items * sort.length * 16)
    }

    // MARK: GPU style

    /// The most elements of a tile: sixteen kilobytes of local memory.
    private static let mostElements = 2048

    private func groupPlan() -> CallPlan {
        var group = 256
        while group > target.largestGroup { group /= 2 }
        var segment = 1
        while segment < min(sort.length, Self.mostElements) { segment *= 2 }
        // Small tiles are filled with lines, as far as there are any.
        var tile = segment
        while tile < Self.mostElements / 2, tile / segment < sort.lines { tile *= 2 }
        let tiles = (sort.length + segment - 1) / segment
        let groups = (sort.lines * tiles + tile / segment - 1) / (tile / segment)
        var passes = 0
        while tiles > 1 << passes { passes += 1 }
        let size = sort.count * 8
        let widths = KernelPlan.Buffer.scratch(2 * size)
        let definitions = [
            ("TILE", "\(tile)"), ("SEGMENT", "\(segment)"), ("TILES", "\(tiles)"), ("PASSES", "\(passes)"),
            ("GROUP", "\(group)"),
        ]
        let groupSize = group
        func kernel(
            _ section: String, _ own: [(String, String)], _ inputs: [KernelPlan.Buffer],
            _ inputTypes: [ScalarType], _ outputs: [KernelPlan.Buffer], _ outputTypes: [ScalarType]
        ) -> KernelPlan {
            let signature = KernelSignature(
                inputTypes: inputTypes, outputTypes: outputTypes, local: [groupSize])
            return KernelPlan(
                text: text(section, definitions + own, signature), buffers: inputs + outputs,
                types: inputTypes + outputTypes, global: [groups * groupSize], local: [groupSize])
        }
        if passes == 0 {
            return CallPlan(
                kernels: [kernel("gpu tiles", [], [.input(0)], [sort.type], [.output(0)], [.int32])])
        }
        var plan = CallPlan()
        plan.scratchByteCount = 2 * size + passes * 4
        plan.kernels = [
            kernel(
                "gpu tiles", [], [.input(0)], [sort.type], [.scratch(0), widths], [.uint32, .int32])
        ]
        for pass in 0..<passes {
            let isLast = pass == passes - 1
            plan.kernels.append(
                kernel(
                    "gpu merge", [("IS_LAST", isLast ? "1" : "0")],
                    [.scratch(pass % 2 * size), .scratch(2 * size + 4 * pass)], [.uint32, .int32],
                    [isLast ? .output(0) : .scratch((pass + 1) % 2 * size)], [isLast ? .int32 : .uint32]))
        }
        return plan
    }
}
