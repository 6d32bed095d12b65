extension BlockEvaluator {
    /// Computes `rows` rows of `rowLength` indices, from `start` on. Rows that are short share blocks.
    func evaluateRows(
        _ frame: UnsafeMutableRawPointer, from start: Int, rows: Int, rowLength: Int,
        accumulators: UnsafePointer<Float>
    ) {
        let isShort = rowLength <= Tier.blockLength / 2
        let (lines, length) = isShort ? (1, rows * rowLength) : (rows, rowLength)
        let blocks = (length + Tier.blockLength - 1) / Tier.blockLength
        for line in 0..<lines {
            for block in 0..<blocks {
                let range = WorkDivision.range(of: block, pieces: blocks, count: length)
                let first = line * length + range.lowerBound
                evaluate(frame, from: start + first, count: range.count, accumulator: accumulators + first)
            }
        }
    }

    /// Computes the whole index space of shape `shape`, shared out over threads.
    func evaluateAll(
        _ shape: [Int], accumulators: UnsafePointer<Float>, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let blocks = BlockDivision(shape: shape)
        threads.share(blocks.count, cost: cost * blocks.elementCount, workspace) { range, workspace in
            let frame = workspace.scratch(frameByteCount)
            begin(frame, buffers)
            for block in range {
                let (start, count) = blocks.range(block)
                evaluate(frame, from: start, count: count, accumulator: accumulators + start)
            }
        }
    }
}
