import GannetCompiler

/// Adds up, for each result of a convolution, what the taps give to it: the products of the pixels with each tap, which lie
/// tap by tap in the order of a ``TapGrid``, all channels of the results.
///
/// Along a row of the results, the products of a pixel with the taps of one row are neighbours too. So what comes from
/// several rows of pixels is added up first, and then, shifted by a step for each pixel, what comes from its columns.
struct TapSums: Sendable {
    private typealias Quad = SIMD4<Float>

    private let rows: [Int]
    private let rowStep: Int
    private let height: Int
    private let width: Int
    /// The products of a pixel, those of them with one row of taps, and the results that a step from pixel to pixel skips,
    /// each with all channels.
    private let productCount: Int
    private let rowCount: Int
    private let stepCount: Int
    /// The elements of a row of results, and where it begins among those that the pixels give to.
    private let resultCount: Int
    private let firstResult: Int
    /// From pixel to pixel in the sums over rows: whole vectors.
    private let pitch: Int
    /// The steps that the taps of a row are.
    private let steps: Int

    /// Describes the sums of `convolution`, which has this grid.
    init(_ grid: TapGrid, _ convolution: Kernel.Convolution) {
        let channels = convolution.resultChannels
        (rows, rowStep) = (grid.rows, grid.rowStep)
        (height, width) = (convolution.height, convolution.width)
        productCount = grid.filters.count * channels
        rowCount = grid.columnCount * channels
        stepCount = grid.columnStep * channels
        steps = grid.columnCount / grid.columnStep
        resultCount = convolution.resultWidth * channels
        firstResult = -grid.firstColumn * channels
        pitch = (rowCount + 3) & ~3
    }

    /// The memory that ``add(_:of:rows:into:_:)`` works in: the sums over rows with zeros before and behind them, and those
    /// over columns.
    var scratchByteCount: Int { (sumCount + lineCount) * 4 + 64 }
    private var sumCount: Int { (width + 2 * (steps - 1)) * pitch + 16 }
    private var lineCount: Int { (width + steps - 1) * stepCount + 16 }

    /// The rows of pixels that give something to some rows of results.
    func rowsRead(by results: Range<Int>) -> Range<Int> {
        guard let first = rows.first, let last = rows.last, !results.isEmpty else { return 0..<0 }
        // Divisions that round down, also below 0.
        let lower = (results.lowerBound - last + rowStep - 1).quotientRoundedDown(by: rowStep)
        let upper = (results.upperBound - 1 - first).quotientRoundedDown(by: rowStep) + 1
        let start = min(max(lower, 0), height)
        return start..<max(min(upper, height), start)
    }

    /// Adds up some rows of results.
    ///
    /// - Parameters:
    ///   - products: The products of the first pixel of the rows that are read.
    ///   - read: What ``rowsRead(by:)`` gives for the rows.
    ///   - own: The rows.
    ///   - target: Where the first of them begins.
    ///   - scratch: Memory of ``scratchByteCount`` bytes.
    func add(
        _ products: UnsafePointer<Float>, of read: Range<Int>, rows own: Range<Int>,
        into target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (sums, line) = (scratch, scratch + (sumCount + 15) & ~15)
        scratch.update(repeating: 0, count: sumCount)
        let places = sums + (steps - 1) * pitch
        for row in own {
            var isFirst = true
            for (number, offset) in rows.enumerated() {
                let y = (row - offset).quotientRoundedDown(by: rowStep)
                guard y * rowStep + offset == row, read.contains(y) else { continue }
                let from = products + ((y - read.lowerBound) * width * productCount + number * rowCount)
                addRow(from, to: places, isFirst: isFirst)
                isFirst = false
            }
            let to = target + (row - own.lowerBound) * resultCount
            if isFirst {
                to.update(repeating: 0, count: resultCount)
                continue
            }
            addColumns(sums, into: line)
            bring(line, to: to)
        }
    }

    /// Adds the products of a row of pixels with a row of taps.
    private func addRow(
        _ products: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, isFirst: Bool
    ) {
        var (from, to) = (UnsafeRawPointer(products), UnsafeMutableRawPointer(sums))
        let vectors = pitch / 4
        for _ in 0..<width {
            for vector in 0..<vectors {
                let value = (from + vector &* 16).loadUnaligned(as: Quad.self)
                let place = to + vector &* 16
                let sum = isFirst ? value : place.loadUnaligned(as: Quad.self) + value
                place.storeBytes(of: sum, as: Quad.self)
            }
            from += productCount * 4
            to += pitch * 4
        }
    }

    /// Adds, for each step of the results, what the pixels give to it; `sums` begins with zeros.
    private func addColumns(_ sums: UnsafePointer<Float>, into line: UnsafeMutablePointer<Float>) {
        let vectors = (stepCount + 3) / 4
        var (from, to) = (UnsafeRawPointer(sums + (steps - 1) * pitch), UnsafeMutableRawPointer(line))
        // From one pixel to the one before it, and to its next step.
        let back = (stepCount - pitch) * 4
        for _ in 0..<width + steps - 1 {
            for vector in 0..<vectors {
                var place = from + vector &* 16
                var sum = place.loadUnaligned(as: Quad.self)
                for _ in 1..<steps {
                    place += back
                    sum += place.loadUnaligned(as: Quad.self)
                }
                // What is written beyond the step is the next one's, which comes after it.
                to.storeBytes(of: sum, toByteOffset: vector &* 16, as: Quad.self)
            }
            from += pitch * 4
            to += stepCount * 4
        }
    }

    /// Copies what lies in a row of results, and zeros where no pixel gives anything.
    private func bring(_ line: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        let given = (width + steps - 1) * stepCount
        let lower = min(max(-firstResult, 0), resultCount)
        let upper = max(min(given - firstResult, resultCount), lower)
        target.update(repeating: 0, count: lower)
        (target + lower).update(from: line + (firstResult + lower), count: upper - lower)
        (target + upper).update(repeating: 0, count: resultCount - upper)
    }
}

extension Int {
    /// The quotient, rounded toward minus infinity.
    @inline(__always)
    fileprivate func quotientRoundedDown(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
