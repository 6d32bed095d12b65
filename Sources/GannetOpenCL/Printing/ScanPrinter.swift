import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a scan: `scan.cl` with the extents of one call. Where there are few columns and they are long, a first kernel
/// gives what each piece of a column comes to, and the second begins each piece with the totals of those before it.
struct ScanPrinter {
    let scan: Kernel.Scan
    let target: KernelTarget

    /// Unsigned arithmetic wraps; signed overflow has no meaning in C.
    private var type: ScalarType {
        let wraps = scan.function == .sum || scan.function == .product
        return wraps && scan.type == .int32 ? .uint32 : scan.type
    }
    private var isCPU: Bool { target.style == .cpu }
    private var isLine: Bool { scan.columns == 1 }

    func plan() -> CallPlan {
        guard scan.count > 0 else { return CallPlan() }
        if pieces == 1 { return CallPlan(kernels: [kernel(isTotal: false)]) }
        return CallPlan(
            kernels: [kernel(isTotal: true), kernel(isTotal: false)],
            scratchByteCount: scan.batch * pieces * scan.columns * type.byteCount)
    }

    // MARK: How columns are cut

    /// What a device should have to do at once, in work-items or groups.
    private var walks: Int { scan.batch * (isCPU ? (scan.columns + 15) / 16 : scan.columns) }

    /// The pieces of a column.
    private var pieces: Int {
        let (wanted, least) = isCPU ? (16, 16384) : isLine ? (1024, 4096) : (65536, 64)
        let cut = max(1, min((wanted + walks - 1) / walks, scan.length / least, 128))
        return (scan.length + pieceLength(cut) - 1) / pieceLength(cut)
    }

    /// The elements of a piece where a column is cut into about so many.
    private func pieceLength(_ pieces: Int) -> Int { (scan.length + pieces - 1) / pieces }

    /// The work-items of a group in the GPU style.
    private var groupSize: Int {
        let most = min(256, target.largestGroup)
        if !isLine { return min(128, most) }
        var size = 32
        while size * 2 <= most, size * 4 < scan.length { size *= 2 }
        return min(size, most)
    }

    // MARK: The text

    private func kernel(isTotal: Bool) -> KernelPlan {
        let local = isCPU ? 1 : groupSize
        let tasks = isCPU || !isLine ? walks * pieces : scan.batch * pieces
        let items = isCPU ? target.groups(units: tasks, count: scan.count) : tasks
        let readsTotals = !isTotal && pieces > 1
        let signature = KernelSignature(
            inputTypes: readsTotals ? [type, type] : [type], outputTypes: [type], local: [local])
        let section = (isCPU ? "cpu " : "gpu ") + (isLine ? "line" : "columns")
        let body = ["begin", section, "end"].map { KernelSection.text($0, of: KernelSources.scan) }
        let text = KernelTemplate(body: body.joined()).text(
            definitions(isTotal: isTotal, tasks: tasks, items: items), signature: signature)
        let global = isCPU ? items : isLine ? tasks * local : (tasks + local - 1) / local * local
        let total = KernelPlan.Buffer.scratch(0)
        return KernelPlan(
            text: text,
            buffers: [.input(0)] + (readsTotals ? [total] : []) + [isTotal ? total : .output(0)],
            types: signature.inputTypes + signature.outputTypes, global: [global], local: [local])
    }

    private func definitions(isTotal: Bool, tasks: Int, items: Int) -> [(String, String)] {
        let name = InstructionTable.memoryType(type)
        let combination =
            switch (scan.function, type) {
            case (.sum, _): "((x) + (y))"
            case (.product, _): "((x) * (y))"
            case (.maximum, .float32): "((x) > (y) || (x) != (x) ? (x) : (y))"
            case (.minimum, .float32): "((x) < (y) || (x) != (x) ? (x) : (y))"
            case (.maximum, _): "max(x, y)"
            case (.minimum, _): "min(x, y)"
            }
        let isWide = KernelSignature.needsWideIndex([], count: scan.count)
        return [
            ("T", name), ("T16", name + "16"),
            ("BATCH", "\(scan.batch)"), ("LENGTH", "\(scan.length)"), ("COLUMNS", "\(scan.columns)"),
            ("IS_REVERSED", scan.isReversed ? "1" : "0"), ("IS_TOTAL", isTotal ? "1" : "0"),
            ("PIECE", "\(pieceLength(pieces))"), ("PIECES", "\(pieces)"),
            ("IDENTITY", "(\(InstructionTable.literal(scan.function.identity(type))))"),
            ("COMBINE(x, y)", combination),
            ("IS_COMPENSATED", scan.function == .sum && type == .float32 ? "1" : "0"),
            ("STORE(v, p, lanes)", "store_\(name)(v, p, lanes)"), ("TASKS", "\(tasks)"),
            ("ITEMS", "\(items)"), ("GROUP", "\(groupSize)"), ("INDEX", isWide ? "long" : "int"),
        ]
    }
}
