import GannetCompiler
import GannetGraph

/// Prints a reduction. Which elements are added to which follows from the shape and the style alone.
struct ReducePrinter {
    let reduce: Kernel.Reduce
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget
    /// The number of pieces that the reduced elements are cut into.
    let pieces: Int

    /// The index space without axes of extent 1, but at least one axis.
    let shape: [Int]
    let isReduced: [Bool]
    let keptCount: Int
    let reducedCount: Int

    /// Creates a printer; `pieces` is chosen from the shape unless it is given.
    init(
        _ reduce: Kernel.Reduce, inputTypes: [ScalarType], outputTypes: [ScalarType], target: KernelTarget,
        pieces: Int? = nil
    ) {
        self.reduce = reduce
        self.inputTypes = inputTypes
        self.outputTypes = outputTypes
        self.target = target
        shape = reduce.shape
        isReduced = reduce.isReduced
        keptCount = reduce.keptShape.reduce(1, *)
        reducedCount = zip(shape, isReduced).reduce(1) { $1.1 ? $0 * $1.0 : $0 }
        self.pieces = pieces ?? Self.pieces(kept: keptCount, reduced: reducedCount, shape, isReduced)
    }

    /// Large reductions to few elements are cut into pieces whose results are combined by a second kernel.
    private static func pieces(kept: Int, reduced: Int, _ shape: [Int], _ isReduced: [Bool]) -> Int {
        let parallel = isReduced.last == true ? kept : (kept + 255) / 256
        guard parallel < 16, kept * reduced >= 65536 else { return 1 }
        let pieces = max(1, min(64 / max(1, parallel), reduced / 256))
        // Where the last axis is reduced, a multiple of the number of its repetitions, if those are few.
        guard isReduced.last == true, let last = shape.last else { return pieces }
        let outer = reduced / last
        return outer < pieces ? pieces / outer * outer : pieces
    }

    func plan() -> CallPlan {
        guard keptCount > 0 else { return CallPlan() }
        if pieces == 1 { return CallPlan(kernels: [], functions: []).adding(single()) }
        // The first kernel writes one result a piece, the second combines them.
        let type = reduce.type
        var first = self.reduce
        first.epilogue = .storingAccumulator(type)
        var partial = ReducePrinter(
            first, inputTypes: inputTypes, outputTypes: [type], target: target, pieces: pieces
        ).single()
        partial.kernel.buffers = inputTypes.indices.map { .input($0) } + [.scratch(0)]
        let gathered = [pieces] + reduce.keptShape
        var prologue = Expression()
        _ = prologue.append(.load(input: inputTypes.count, view: View(contiguous: gathered)), type: type)
        let second = Kernel.Reduce(
            function: reduce.function, type: type, shape: gathered,
            isReduced: [true] + reduce.keptShape.map { _ in false }, prologue: prologue,
            epilogue: reduce.epilogue)
        var final = ReducePrinter(
            second, inputTypes: inputTypes + [type], outputTypes: outputTypes, target: target, pieces: 1
        ).single()
        final.kernel.buffers =
            inputTypes.indices.map { .input($0) } + [.scratch(0)] + outputTypes.indices.map { .output($0) }
        var plan = CallPlan().adding(partial).adding(final)
        plan.scratchByteCount = pieces * keptCount * type.byteCount
        return plan
    }

    /// A printed kernel and the functions that it calls.
    struct Printed {
        var kernel: KernelPlan
        var functions: Set<KernelFunction>
    }

    private func single() -> Printed {
        if target.style == .gpu {
            if reducedCount <= 32 || keptCount * pieces >= 65536 { return serial() }
            return isReduced.last == true
                ? groupReduction(width: min(256, target.largestGroup), columns: 1)
                : groupReduction(width: min(256, target.largestGroup) / 32, columns: 32)
        }
        let last = shape.last ?? 1
        if isReduced.last == true, last >= target.width || keptCount < target.width { return rows() }
        return strips()
    }

    // MARK: What the printers share

    var isWide: Bool {
        KernelSignature.needsWideIndex(
            [reduce.prologue, reduce.epilogue], count: max(keptCount * reducedCount, keptCount * pieces),
            others: shape)
    }

    var reducedShape: [Int] { zip(shape, isReduced).filter { $0.1 }.map(\.0) }

    /// The axes of the prologue, from those that are kept and those that are reduced.
    func merged(kept: [AxisIndex], reduced: [AxisIndex]) -> [AxisIndex] {
        var (k, r) = (kept.makeIterator(), reduced.makeIterator())
        return isReduced.map { ($0 ? r.next() : k.next()) ?? .scalar("0") }
    }

    func combine(_ x: String, _ y: String, width: Int) -> String {
        InstructionTable.combine(reduce.function, x, y, reduce.type, width: width)
    }

    func identity(width: Int) -> String {
        "(\(InstructionTable.type(reduce.type, width: width)))"
            + "(\(InstructionTable.literal(reduce.function.identity(reduce.type))))"
    }

    func signature(local: [Int]) -> KernelSignature {
        KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: local)
    }

    func finish(
        _ code: CodeWriter, global: [Int], local: [Int], functions: Set<KernelFunction>
    ) -> Printed {
        Printed(
            kernel: KernelPlan(
                text: code.text, buffers: signature(local: local).buffers, types: inputTypes + outputTypes,
                global: global, local: local), functions: functions)
    }

    /// The element of an output that belongs to a kept position; pieces lie one after another.
    func place(_ kept: String) -> String { pieces == 1 ? kept : "piece * \(keptCount) + \(kept)" }
}

extension CallPlan {
    fileprivate func adding(_ printed: ReducePrinter.Printed) -> CallPlan {
        var plan = self
        plan.kernels.append(printed.kernel)
        plan.functions.formUnion(printed.functions)
        return plan
    }
}
