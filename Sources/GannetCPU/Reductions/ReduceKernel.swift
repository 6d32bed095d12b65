import GannetCompiler
import GannetGraph

/// A reduction with a prologue and an epilogue.
///
/// The methods that touch values are generic in the rule and called with a known one: methods of a generic class
/// would not be specialised.
final class ReduceKernel: RowKernel {
    private let function: ReductionFunction
    private let type: ScalarType
    private let plan: ReductionPlan
    private let machineFold: FoldCode?
    private let prologue: any BlockEvaluator
    private let epilogue: any BlockEvaluator

    /// Where a thread's scratch has what.
    private let prologueOffset: Int
    private let epilogueOffset: Int
    private let totalsOffset: Int
    private let chunkTotalsOffset: Int
    private let lanesOffset: Int
    let scratchByteCount: Int

    /// The lines that are added in `float32` lanes before they go into totals.
    private static var linesPerTotal: Int { 16 }

    /// Prepares `reduce`, whose inputs have the given types.
    init(_ reduce: Kernel.Reduce, inputTypes: [ScalarType], tier: Tier) {
        function = reduce.function
        type = reduce.type
        plan = ReductionPlan(shape: reduce.shape, isReduced: reduce.isReduced)
        machineFold = tier.fold
        prologue = tier.makeEvaluator(reduce.prologue, inputTypes, true)
        epilogue = tier.makeEvaluator(reduce.epilogue, inputTypes, false)
        var layout = ScratchLayout()
        prologueOffset = layout.append(prologue.frameByteCount)
        epilogueOffset = layout.append(epilogue.frameByteCount)
        totalsOffset = layout.append(Tier.blockLength * 8)
        chunkTotalsOffset = plan.chunks == 1 ? totalsOffset : layout.append(Tier.blockLength * 8)
        lanesOffset = layout.append(Tier.blockLength * 4 + 64)
        scratchByteCount = layout.byteCount
    }

    var cost: Int {
        let elements = plan.outerKeptCount * plan.outerReducedCount * plan.tailRows * plan.tailColumns
        return elements * (prologue.cost + 1) + plan.resultCount * epilogue.cost
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if plan.resultCount == 0 { return }
        let pieces = WorkDivision.pieces(of: plan.tiles * plan.chunks, cost: cost, threads: threads)
        if plan.chunks > 1, pieces > 1, threads.threadCount > 1 {
            return runChunks(pieces, buffers, threads, workspace)
        }
        threads.parallel(pieces, workspace) { piece, workspace in
            let scratch = workspace.scratch(scratchByteCount)
            begin(scratch, buffers)
            run(tiles: WorkDivision.range(of: piece, pieces: pieces, count: plan.tiles), scratch)
        }
    }

    func begin(_ scratch: UnsafeMutableRawPointer, _ buffers: KernelBuffers) {
        // An index space without elements has nothing that could be read beforehand.
        if plan.steps > 0 { prologue.begin(scratch + prologueOffset, buffers) }
        epilogue.begin(scratch + epilogueOffset, buffers)
    }

    func run(parts: Range<Int>, of count: Int, _ scratch: UnsafeMutableRawPointer) {
        if !plan.outerKept.isEmpty {
            let tiles = plan.tiles / count
            return run(tiles: parts.lowerBound * tiles..<parts.upperBound * tiles, scratch)
        }
        let rows = plan.tailRows / count
        var first = parts.lowerBound * rows
        let end = parts.upperBound * rows
        while first < end {
            let width = min(plan.tileWidth, end - first)
            run(tile: ReductionPlan.Tile(outer: 0, first: first, width: width), scratch)
            first += width
        }
    }

    private func run(tiles: Range<Int>, _ scratch: UnsafeMutableRawPointer) {
        for tile in tiles { run(tile: plan.tile(tile), scratch) }
    }

    private func run(tile: ReductionPlan.Tile, _ scratch: UnsafeMutableRawPointer) {
        switch (function, type) {
        case (.sum, .float32): run(FloatSum.self, tile, scratch)
        case (.sum, _): run(WordSum.self, tile, scratch)
        case (.maximum, .float32): run(FloatMaximum.self, tile, scratch)
        case (.maximum, .int32): run(IntMaximum.self, tile, scratch)
        case (.maximum, _): run(WordMaximum.self, tile, scratch)
        case (.minimum, .float32): run(FloatMinimum.self, tile, scratch)
        case (.minimum, .int32): run(IntMinimum.self, tile, scratch)
        case (.minimum, _): run(WordMinimum.self, tile, scratch)
        }
    }

    /// Reduces a tile, chunk after chunk.
    private func run<Rule: ReductionRule>(
        _ rule: Rule.Type, _ tile: ReductionPlan.Tile, _ scratch: UnsafeMutableRawPointer
    ) {
        let totals = (scratch + totalsOffset).assumingMemoryBound(to: Rule.Total.self)
        reduce(rule, tile, steps: steps(ofChunk: 0), into: totals, scratch)
        let others = (scratch + chunkTotalsOffset).assumingMemoryBound(to: Rule.Total.self)
        for chunk in 1..<max(plan.chunks, 1) {
            reduce(rule, tile, steps: steps(ofChunk: chunk), into: others, scratch)
            for index in 0..<tile.width { totals[index] = Rule.combine(totals[index], others[index]) }
        }
        finish(rule, tile, totals, scratch)
    }

    private func steps(ofChunk chunk: Int) -> Range<Int> {
        WorkDivision.range(of: chunk, pieces: plan.chunks, count: plan.steps)
    }

    private func runChunks(
        _ pieces: Int, _ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        switch (function, type) {
        case (.sum, .float32): runChunks(FloatSum.self, pieces, buffers, threads, workspace)
        case (.sum, _): runChunks(WordSum.self, pieces, buffers, threads, workspace)
        case (.maximum, .float32): runChunks(FloatMaximum.self, pieces, buffers, threads, workspace)
        case (.maximum, .int32): runChunks(IntMaximum.self, pieces, buffers, threads, workspace)
        case (.maximum, _): runChunks(WordMaximum.self, pieces, buffers, threads, workspace)
        case (.minimum, .float32): runChunks(FloatMinimum.self, pieces, buffers, threads, workspace)
        case (.minimum, .int32): runChunks(IntMinimum.self, pieces, buffers, threads, workspace)
        case (.minimum, _): runChunks(WordMinimum.self, pieces, buffers, threads, workspace)
        }
    }

    /// Shares out the chunks of few tiles.
    private func runChunks<Rule: ReductionRule>(
        _ rule: Rule.Type, _ pieces: Int, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let (tiles, chunks) = (plan.tiles, plan.chunks)
        let parts = tiles * chunks
        let partials = HostBuffer(byteCount: parts * plan.tileWidth * MemoryLayout<Rule.Total>.stride)
        let base = partials.address.assumingMemoryBound(to: Rule.Total.self)
        threads.parallel(pieces, workspace) { piece, workspace in
            let scratch = workspace.scratch(scratchByteCount)
            begin(scratch, buffers)
            let totals = (scratch + totalsOffset).assumingMemoryBound(to: Rule.Total.self)
            for part in WorkDivision.range(of: piece, pieces: pieces, count: parts) {
                let tile = plan.tile(part / chunks)
                reduce(rule, tile, steps: steps(ofChunk: part % chunks), into: totals, scratch)
                (base + part * plan.tileWidth).update(from: totals, count: tile.width)
            }
        }
        let scratch = workspace.scratch(scratchByteCount)
        begin(scratch, buffers)
        for number in 0..<tiles {
            let tile = plan.tile(number)
            let totals = base + number * chunks * plan.tileWidth
            for chunk in 1..<chunks {
                let other = totals + chunk * plan.tileWidth
                for index in 0..<tile.width { totals[index] = Rule.combine(totals[index], other[index]) }
            }
            finish(rule, tile, totals, scratch)
        }
        withExtendedLifetime(partials) {}
    }

    /// Computes the epilogue of a tile.
    private func finish<Rule: ReductionRule>(
        _ rule: Rule.Type, _ tile: ReductionPlan.Tile, _ totals: UnsafeMutablePointer<Rule.Total>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let folded = plan.folded
        let width = tile.width / folded
        let results = (scratch + lanesOffset).assumingMemoryBound(to: UInt32.self)
        for index in 0..<width {
            var total = totals[index * folded]
            for other in 1..<max(folded, 1) { total = Rule.combine(total, totals[index * folded + other]) }
            results[index] = Rule.finish(total)
        }
        let start = (tile.outer * plan.keptExtent + tile.first) / folded
        epilogue.evaluate(scratch + epilogueOffset, from: start, count: width, accumulator: results)
    }

    /// Reduces some steps of a tile.
    private func reduce<Rule: ReductionRule>(
        _ rule: Rule.Type, _ tile: ReductionPlan.Tile, steps: Range<Int>,
        into totals: UnsafeMutablePointer<Rule.Total>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        if plan.reducesLastAxis {
            reduceLines(rule, tile, steps: steps, into: totals, scratch)
        } else {
            reduceColumns(rule, tile, steps: steps, into: totals, scratch)
        }
    }

    /// The last axis is reduced: each result is the reduction of lines, each line's pieces folded on their own.
    private func reduceLines<Rule: ReductionRule>(
        _ rule: Rule.Type, _ tile: ReductionPlan.Tile, steps: Range<Int>,
        into totals: UnsafeMutablePointer<Rule.Total>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let (width, length) = (tile.width, plan.tailColumns)
        totals.update(repeating: Rule.identity, count: width)
        let start =
            ReductionPlan.start(of: tile.outer, plan.outerKept) + tile.first * length
        // What has no steps has not begun either.
        let inPlace = steps.isEmpty ? nil : prologue.valuesInPlace(scratch + prologueOffset)
        for step in steps {
            let outer = start + ReductionPlan.start(of: step / plan.piecesPerLine, plan.outerReduced)
            let piece = WorkDivision.range(
                of: step % plan.piecesPerLine, pieces: plan.piecesPerLine, count: length)
            var line = 0
            while line < width {
                let lines = min(plan.linesPerBlock, width - line)
                let first = outer + line * length + piece.lowerBound
                var values =
                    inPlace.map { $0 + first * 4 }
                    ?? prologue.evaluate(
                        scratch + prologueOffset, from: first,
                        count: lines == 1 ? piece.count : lines * length, accumulator: nil)
                for index in line..<line + lines {
                    totals[index] = Rule.combine(
                        totals[index], Self.fold(rule, machineFold, values, piece.count))
                    values += length * 4
                }
                line += lines
            }
        }
    }

    /// All of `count` values combined: sixteen vectors in a tree, trees one after another, then the lanes.
    @inline(__always)
    private static func fold<Rule: ReductionRule>(
        _ rule: Rule.Type, _ machineFold: FoldCode?, _ values: UnsafeRawPointer, _ count: Int
    ) -> Rule.Total {
        var at = values
        let end = values + count * 4
        var result = Rule.identity
        if count >= 8 {
            var lanes = Rule.identityLanes
            if let kind = Rule.foldKind, let machineFold, machineFold.folds(count) {
                let folded = machineFold.fold(kind, at, count)
                // There is a kind for float32 only.
                lanes = unsafeBitCast(folded.lanes, to: Rule.Lanes.self)
                at += folded.count * 4
            }
            while at + 512 <= end {
                let low = Rule.combine(foldFour(rule, at), foldFour(rule, at + 128))
                let high = Rule.combine(foldFour(rule, at + 256), foldFour(rule, at + 384))
                lanes = Rule.combine(lanes, Rule.combine(low, high))
                at += 512
            }
            while at + 128 <= end {
                lanes = Rule.combine(lanes, foldFour(rule, at))
                at += 128
            }
            while at + 32 <= end {
                lanes = Rule.combine(lanes, at.loadUnaligned(as: Rule.Lanes.self))
                at += 32
            }
            result = Rule.fold(lanes)
        }
        while at < end {
            result = Rule.combine(result, Rule.total(at.loadUnaligned(as: Rule.Lanes.Scalar.self)))
            at += 4
        }
        return result
    }

    /// Four vectors combined in a tree.
    @inline(__always)
    private static func foldFour<Rule: ReductionRule>(_ rule: Rule.Type, _ at: UnsafeRawPointer) -> Rule.Lanes
    {
        Rule.combine(
            Rule.combine(at.loadUnaligned(as: Rule.Lanes.self), (at + 32).loadUnaligned(as: Rule.Lanes.self)),
            Rule.combine(
                (at + 64).loadUnaligned(as: Rule.Lanes.self), (at + 96).loadUnaligned(as: Rule.Lanes.self)))
    }

    /// The last axis is kept: lines are combined lane by lane. Where lines are short, a block holds several, and
    /// what each of them came to is combined at the end.
    private func reduceColumns<Rule: ReductionRule>(
        _ rule: Rule.Type, _ tile: ReductionPlan.Tile, steps: Range<Int>,
        into totals: UnsafeMutablePointer<Rule.Total>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let (width, length) = (tile.width, plan.tailColumns)
        let blockLength = width * plan.linesPerBlock
        let stepsPerOuter = (plan.tailRows + plan.linesPerBlock - 1) / plan.linesPerBlock
        let lanes = scratch + lanesOffset
        totals.update(repeating: Rule.identity, count: blockLength)
        clear(rule, lanes)
        let start =
            ReductionPlan.start(of: tile.outer, plan.outerKept) + tile.first
        // What has no steps has not begun either.
        let inPlace = steps.isEmpty ? nil : prologue.valuesInPlace(scratch + prologueOffset)
        var pending = 0
        var step = steps.lowerBound
        while step < steps.upperBound {
            let block = step % stepsPerOuter
            let row = block * plan.linesPerBlock
            let count = width * min(plan.linesPerBlock, plan.tailRows - row)
            let first =
                start + ReductionPlan.start(of: step / stepsPerOuter, plan.outerReduced) + row * length
            var taken = 1
            if let inPlace {
                // All blocks but the last of an outer index have as many lines.
                let whole = plan.tailRows / plan.linesPerBlock - block
                taken = max(min(whole, steps.upperBound - step, Self.linesPerTotal - pending), 1)
                accumulate(
                    rule, inPlace + first * 4, count, lanes, lines: taken,
                    step: plan.linesPerBlock * length * 4)
            } else {
                let values = prologue.evaluate(
                    scratch + prologueOffset, from: first, count: count, accumulator: nil)
                accumulate(rule, values, count, lanes, lines: 1, step: 0)
            }
            step += taken
            pending += taken
            if pending == Self.linesPerTotal {
                flush(rule, lanes, blockLength, into: totals)
                pending = 0
            }
        }
        flush(rule, lanes, blockLength, into: totals)
        for line in 1..<max(plan.linesPerBlock, 1) {
            for index in 0..<width {
                totals[index] = Rule.combine(totals[index], totals[line * width + index])
            }
        }
    }

    private func clear<Rule: ReductionRule>(_ rule: Rule.Type, _ lanes: UnsafeMutableRawPointer) {
        for offset in stride(from: 0, to: Tier.blockLength * 4, by: 32) {
            (lanes + offset).storeBytes(of: Rule.identityLanes, as: Rule.Lanes.self)
        }
    }

    /// Combines the lanes with `lines` lines of `count` values each, `step` bytes apart, one line after another.
    @inline(__always)
    private func accumulate<Rule: ReductionRule>(
        _ rule: Rule.Type, _ values: UnsafeRawPointer, _ count: Int, _ lanes: UnsafeMutableRawPointer,
        lines: Int, step: Int
    ) {
        var done = 0
        if let kind = Rule.foldKind, let machineFold {
            done = machineFold.combine(kind, lanes, values, count, lines: lines, step: step)
        }
        if done == count { return }
        for line in 0..<lines {
            accumulate(rule, values + line * step, done * 4..<count * 4, lanes)
        }
    }

    @inline(__always)
    private func accumulate<Rule: ReductionRule>(
        _ rule: Rule.Type, _ values: UnsafeRawPointer, _ bytes: Range<Int>,
        _ lanes: UnsafeMutableRawPointer
    ) {
        var offset = bytes.lowerBound
        while offset + 32 <= bytes.upperBound {
            let sum = Rule.combine(
                (lanes + offset).loadUnaligned(as: Rule.Lanes.self),
                (values + offset).loadUnaligned(as: Rule.Lanes.self))
            (lanes + offset).storeBytes(of: sum, as: Rule.Lanes.self)
            offset += 32
        }
        if offset == bytes.upperBound { return }
        // The lanes after the last value must stay as they are.
        var last = Rule.identityLanes
        for lane in 0..<(bytes.upperBound - offset) / 4 {
            last[lane] = (values + offset + lane * 4).loadUnaligned(as: Rule.Lanes.Scalar.self)
        }
        let sum = Rule.combine((lanes + offset).loadUnaligned(as: Rule.Lanes.self), last)
        (lanes + offset).storeBytes(of: sum, as: Rule.Lanes.self)
    }

    private func flush<Rule: ReductionRule>(
        _ rule: Rule.Type, _ lanes: UnsafeMutableRawPointer, _ count: Int,
        into totals: UnsafeMutablePointer<Rule.Total>
    ) {
        let values = lanes.assumingMemoryBound(to: Rule.Lanes.Scalar.self)
        for index in 0..<count { totals[index] = Rule.combine(totals[index], Rule.total(values[index])) }
        clear(rule, lanes)
    }
}
