/// How work is shared out.
enum WorkDivision {
    /// The cost, in simple vector instructions on one element, of work that is worth another thread: some ten
    /// microseconds.
    private static let pieceCost = 1 << 16

    /// The number of pieces to cut `count` equal parts into that cost `cost` together.
    static func pieces(of count: Int, cost: Int, threads: ThreadPool) -> Int {
        max(min(cost / pieceCost, threads.threadCount * 4, count), 1)
    }

    /// The parts of a piece.
    @inline(__always)
    static func range(of piece: Int, pieces: Int, count: Int) -> Range<Int> {
        piece * count / pieces..<(piece + 1) * count / pieces
    }
}

extension ThreadPool {
    /// Shares out `count` parts of work that cost `cost` together: calls `body` for runs of neighbouring parts.
    func share(
        _ count: Int, cost: Int, _ workspace: Workspace, _ body: (Range<Int>, Workspace) -> Void
    ) {
        let pieces = WorkDivision.pieces(of: count, cost: cost, threads: self)
        parallel(pieces, workspace) { piece, workspace in
            body(WorkDivision.range(of: piece, pieces: pieces, count: count), workspace)
        }
    }
}
