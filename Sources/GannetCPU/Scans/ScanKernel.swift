import GannetCompiler
import GannetGraph

/// Elements combined with all before them.
///
/// A *tile* is a run of neighbouring columns of one matrix, walked row by row. Where there are few tiles and columns
/// are long, these are cut into *chunks*: first what each chunk comes to, then what stands before each, then all
/// chunks at once. How a scan is cut follows from its shape alone. Sums and products of `float32` are made in
/// `Double`, so that each result is rounded once.
final class ScanKernel: PreparedKernel {
    private let scan: Kernel.Scan
    /// The columns of a tile (fewer in the last), and the tiles of a matrix.
    private let width: Int
    private let tilesPerMatrix: Int
    /// The chunks of a column.
    private let chunks: Int

    /// The most columns of a tile.
    private static let mostColumns = 256
    /// So many tiles are enough to share out.
    private static let enoughTiles = 16
    /// What a chunk should have to combine, and the most chunks of a column.
    private static let chunkElements = 16384
    private static let mostChunks = 64

    /// Prepares `scan`.
    init(_ scan: Kernel.Scan) {
        self.scan = scan
        let cuts = max((scan.columns + Self.mostColumns - 1) / Self.mostColumns, 1)
        width = max((scan.columns + cuts - 1) / cuts, 1)
        tilesPerMatrix = (scan.columns + width - 1) / width
        let tiles = scan.batch * tilesPerMatrix
        chunks =
            tiles >= Self.enoughTiles
            ? 1 : max(min(width * scan.length / Self.chunkElements, scan.length, Self.mostChunks), 1)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if scan.count == 0 { return }
        switch (scan.function, scan.type) {
        case (.sum, .float32): run(FloatSum.self, buffers, threads, workspace)
        case (.sum, _): run(WordSum.self, buffers, threads, workspace)
        case (.product, .float32): run(FloatProduct.self, buffers, threads, workspace)
        case (.product, _): run(WordProduct.self, buffers, threads, workspace)
        case (.maximum, .float32): run(FloatMaximum.self, buffers, threads, workspace)
        case (.maximum, .int32): run(IntMaximum.self, buffers, threads, workspace)
        case (.maximum, _): run(WordMaximum.self, buffers, threads, workspace)
        case (.minimum, .float32): run(FloatMinimum.self, buffers, threads, workspace)
        case (.minimum, .int32): run(IntMinimum.self, buffers, threads, workspace)
        case (.minimum, _): run(WordMinimum.self, buffers, threads, workspace)
        }
    }

    private func run<Rule: CombinationRule>(
        _ rule: Rule.Type, _ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let tiles = scan.batch * tilesPerMatrix
        let parts = tiles * chunks
        let input = UnsafePointer(buffers.inputs[0].assumingMemoryBound(to: Rule.Element.self))
        let output = buffers.outputs[0].assumingMemoryBound(to: UInt32.self)
        let pieces = WorkDivision.pieces(of: parts, cost: 4 * scan.count, threads: threads)
        if chunks == 1 {
            threads.parallel(pieces, workspace) { piece, workspace in
                let totals = workspace.scratch(Self.mostColumns * 8).assumingMemoryBound(to: Rule.Total.self)
                for tile in WorkDivision.range(of: piece, pieces: pieces, count: tiles) {
                    totals.update(repeating: Rule.identity, count: width)
                    cumulate(rule, tile, rows: 0..<scan.length, input, output, totals)
                }
            }
            return
        }
        let memory = HostBuffer(byteCount: parts * width * 8)
        let totals = memory.address.assumingMemoryBound(to: Rule.Total.self)
        totals.update(repeating: Rule.identity, count: parts * width)
        threads.parallel(pieces, workspace) { piece, _ in
            for part in WorkDivision.range(of: piece, pieces: pieces, count: parts) {
                combine(rule, part / chunks, rows: rows(of: part), input, totals + part * width)
            }
        }
        for tile in 0..<tiles {
            for column in 0..<width {
                var total = Rule.identity
                for chunk in tile * chunks..<(tile + 1) * chunks {
                    let own = totals[chunk * width + column]
                    totals[chunk * width + column] = total
                    total = Rule.combine(total, own)
                }
            }
        }
        threads.parallel(pieces, workspace) { piece, _ in
            for part in WorkDivision.range(of: piece, pieces: pieces, count: parts) {
                cumulate(rule, part / chunks, rows: rows(of: part), input, output, totals + part * width)
            }
        }
        withExtendedLifetime(memory) {}
    }

    /// The rows of a part, counted in the direction of the walk.
    private func rows(of part: Int) -> Range<Int> {
        WorkDivision.range(of: part % chunks, pieces: chunks, count: scan.length)
    }

    /// Where a tile's row is that comes at place `row` of the walk, and the number of its elements.
    @inline(__always)
    private func place(_ tile: Int, row: Int) -> (start: Int, count: Int) {
        let first = tile % tilesPerMatrix * width
        let row = scan.isReversed ? scan.length - 1 - row : row
        return (
            (tile / tilesPerMatrix * scan.length + row) * scan.columns + first,
            min(width, scan.columns - first)
        )
    }

    /// Combines what `totals` hold with all elements of some rows.
    @inline(__always)
    private func combine<Rule: CombinationRule>(
        _ rule: Rule.Type, _ tile: Int, rows: Range<Int>, _ input: UnsafePointer<Rule.Element>,
        _ totals: UnsafeMutablePointer<Rule.Total>
    ) {
        if scan.columns == 1 {
            // Four walks at once: one would wait for each of its sums.
            let start = place(tile, row: scan.isReversed ? rows.upperBound - 1 : rows.lowerBound).start
            var t = (Rule.identity, Rule.identity, Rule.identity, Rule.identity)
            var row = 0
            while row &+ 4 <= rows.count {
                let x = input + start + row
                t.0 = Rule.combine(t.0, Rule.total(x[0]))
                t.1 = Rule.combine(t.1, Rule.total(x[1]))
                t.2 = Rule.combine(t.2, Rule.total(x[2]))
                t.3 = Rule.combine(t.3, Rule.total(x[3]))
                row &+= 4
            }
            while row < rows.count {
                t.0 = Rule.combine(t.0, Rule.total(input[start + row]))
                row &+= 1
            }
            totals[0] = Rule.combine(
                totals[0], Rule.combine(Rule.combine(t.0, t.1), Rule.combine(t.2, t.3)))
            return
        }
        for row in rows {
            let (start, count) = place(tile, row: row)
            let x = input + start
            for column in 0..<count {
                totals[column] = Rule.combine(totals[column], Rule.total(x[column]))
            }
        }
    }

    /// Combines what `totals` hold with the elements of some rows, one row after another, and writes what each comes
    /// to.
    @inline(__always)
    private func cumulate<Rule: CombinationRule>(
        _ rule: Rule.Type, _ tile: Int, rows: Range<Int>, _ input: UnsafePointer<Rule.Element>,
        _ output: UnsafeMutablePointer<UInt32>, _ totals: UnsafeMutablePointer<Rule.Total>
    ) {
        if scan.columns == 1 {
            var total = totals[0]
            let step = scan.isReversed ? -1 : 1
            var at = place(tile, row: rows.lowerBound).start
            for _ in rows {
                total = Rule.combine(total, Rule.total(input[at]))
                output[at] = Rule.finish(total)
                at &+= step
            }
            return
        }
        for row in rows {
            let (start, count) = place(tile, row: row)
            let (x, y) = (input + start, output + start)
            for column in 0..<count {
                let total = Rule.combine(totals[column], Rule.total(x[column]))
                totals[column] = total
                y[column] = Rule.finish(total)
            }
        }
    }
}
