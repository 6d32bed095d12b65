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
}
