import GannetCompiler

/// How the results of a part of a convolution are made strip by strip: a strip is a few neighbouring positions of a row.
///
/// Neighbouring positions share most of what they read. So what a strip reads of each row of an image is brought into one
/// line, with zeros for what lies outside, and the taps are stretches of these lines; rows above and below the image
/// are left out. Each element is summed in an order that follows from the part alone.
struct ConvolutionStrips: Sendable {
    /// What some taps read of one row of an image: channels of neighbouring pixels.
    private struct Line: BitwiseCopyable, Sendable {
        /// The row, and the first pixel's column, relative to the first position's.
        var row: Int
        var column: Int
        /// The pixels that one position spans.
        var span: Int
        /// The first channel.
        var channel: Int
        /// The runs of taps.
        var firstRun: Int
        var runCount: Int
        /// Where among the lines that are read at a time it begins.
        var place: Int
    }

    /// Taps that a position reads one after another.
    private struct Run: BitwiseCopyable, Sendable {
        /// Where in the line the first position's begin.
        var place: Int
        var count: Int
        /// The number of the first among the rows of the packed filters.
        var first: Int
    }

    /// Taps, or some channels of one tap, that are multiplied at a time.
    private struct Piece: BitwiseCopyable, Sendable {
        var firstLine: Int
        var lineCount: Int
        /// The channels that each tap reads.
        var channels: Int
    }

    private let part: ConvolutionPart
    private let tile: MatrixTile
    private let height: Int
    private let width: Int
    private let channels: Int
    private let pieces: FrozenArray<Piece>
    private let lines: FrozenArray<Line>
    private let runs: FrozenArray<Run>
    /// The memory that ``compute(_:_:rows:columns:scratch:stride:target:)`` works in: first a table of runs, then the lines,
    /// then what the tile needs.
    let scratchByteCount: Int
    private let lineOffset: Int
    private let tileOffset: Int

    /// How much of a tile that is not faster in part strips may leave empty.
    private static let mostEmpty = 1.05

    /// Prepares `part` of `convolution`; nil where its rows are so short that strips would leave too much of a tile empty.
    init?(_ part: ConvolutionPart, of convolution: Kernel.Convolution, tile: MatrixTile) {
        let strips = (part.columns.count + tile.rows - 1) / tile.rows
        if part.columns.count == 0 || part.columns.count / strips * 2 <= tile.rows || part.depth == 0 {
            return nil
        }
        let isFull = Double(strips * tile.rows) <= Self.mostEmpty * Double(part.columns.count)
        if !tile.isFasterInPart && !isFull { return nil }
        (self.part, self.tile) = (part, tile)
        (height, width, channels) = (convolution.height, convolution.width, convolution.channels)
        var (pieces, lines, runs): ([Piece], [Line], [Run]) = ([], [], [])
        var (lineElements, mostRuns) = (0, 0)
        /// Appends the piece of some taps and of a range of their channels.
        func append(_ taps: Range<Int>, _ channels: Range<Int>) {
            let (firstLine, firstRun) = (lines.count, runs.count)
            var place = 0
            var rest = Array(taps)
            while let first = rest.first {
                let (row, channel) = (part.taps[first].row, part.taps[first].channel)
                let own = rest.filter { part.taps[$0].row == row && part.taps[$0].channel == channel }
                rest.removeAll(where: own.contains)
                let columns = own.map { part.taps[$0].column }
                let (column, span) = (columns.min()!, columns.max()! - columns.min()! + 1)
                let lineRuns = runs.count
                var last: Int?
                for tap in own {
                    let from = (part.taps[tap].column - column) * channels.count
                    if let last, tap == last + 1,
                        from == runs[runs.count - 1].place + runs[runs.count - 1].count
                    {
                        runs[runs.count - 1].count += channels.count
                    } else {
                        runs.append(
                            Run(
                                place: from, count: channels.count,
                                first: tap * part.tapChannels + channels.lowerBound))
                    }
                    last = tap
                }
                lines.append(
                    Line(
                        row: row, column: column, span: span, channel: channel + channels.lowerBound,
                        firstRun: lineRuns, runCount: runs.count - lineRuns, place: place))
                place += ((tile.rows - 1) * part.columns.stride + span) * channels.count
            }
            pieces.append(
                Piece(firstLine: firstLine, lineCount: lines.count - firstLine, channels: channels.count))
            lineElements = max(lineElements, place)
            mostRuns = max(mostRuns, runs.count - firstRun)
        }
        let taps = part.taps.count
        if part.tapChannels > tile.depth {
            let cuts = (part.tapChannels + tile.depth - 1) / tile.depth
            for tap in 0..<taps {
                for cut in 0..<cuts {
                    append(
                        tap..<tap + 1, WorkDivision.range(of: cut, pieces: cuts, count: part.tapChannels))
                }
            }
        } else {
            let most = tile.depth / part.tapChannels
            let cuts = (taps + most - 1) / most
            for cut in 0..<cuts {
                append(WorkDivision.range(of: cut, pieces: cuts, count: taps), 0..<part.tapChannels)
            }
        }
        (self.pieces, self.lines, self.runs) = (FrozenArray(pieces), FrozenArray(lines), FrozenArray(runs))
        var layout = ScratchLayout()
        _ = layout.append(mostRuns * MemoryLayout<TileRun>.stride)
        lineOffset = layout.append(lineElements * 4)
        tileOffset = layout.append(tile.scratchByteCount)
        scratchByteCount = layout.byteCount
    }

    /// Makes the results at some rows, counted through all images, and columns of the part.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - filters: The part's packed filters.
    ///   - scratch: Memory of ``scratchByteCount`` bytes.
    ///   - stride: What is added from the result at one position of a row to the next.
    ///   - target: Where the result at a position goes.
    func compute(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>, rows: Range<Int>,
        columns: Range<Int>, scratch: UnsafeMutableRawPointer, stride: Int,
        target: (_ row: Int, _ column: Int) -> UnsafeMutablePointer<Float>
    ) {
        let table = scratch.assumingMemoryBound(to: TileRun.self)
        let memory = (scratch + lineOffset).assumingMemoryBound(to: Float.self)
        let strips = (columns.count + tile.rows - 1) / tile.rows
        for number in 0..<pieces.count {
            let piece = pieces.base[number]
            for row in rows {
                let image = row / part.rows.count
                let y = (row - image * part.rows.count) * part.rows.stride
                for strip in 0..<strips {
                    let own = WorkDivision.range(of: strip, pieces: strips, count: columns.count)
                    let first = columns.lowerBound + own.lowerBound
                    var count = 0
                    for index in piece.firstLine..<piece.firstLine + piece.lineCount {
                        let line = lines.base[index]
                        if y + line.row < 0 || y + line.row >= height { continue }
                        let place = memory + line.place
                        copy(
                            line, piece.channels, images + (image * height + y + line.row) * width * channels,
                            column: first * part.columns.stride + line.column,
                            count: (own.count - 1) * part.columns.stride + line.span, into: place)
                        for run in line.firstRun..<line.firstRun + line.runCount {
                            let run = runs.base[run]
                            (table + count).initialize(
                                to: TileRun(left: place + run.place, count: run.count, first: run.first))
                            count += 1
                        }
                    }
                    if count == 0, number > 0 { continue }
                    tile.multiply(
                        TileRow(
                            runs: UnsafeBufferPointer(start: table, count: count),
                            leftStride: part.columns.stride * piece.channels, rowCount: own.count,
                            right: filters, panelStride: part.depth * tile.columns,
                            columnCount: part.channels.count, target: target(row, first), stride: stride,
                            adds: number > 0), scratch + tileOffset)
                }
            }
        }
    }

    /// Copies `count` pixels of a row of an image from `column` on; outside are zeros.
    @inline(__always)
    private func copy(
        _ line: Line, _ lineChannels: Int, _ row: UnsafePointer<Float>, column: Int, count: Int,
        into place: UnsafeMutablePointer<Float>
    ) {
        let begin = min(max(-column, 0), count)
        let end = max(min(width - column, count), begin)
        place.update(repeating: 0, count: begin * lineChannels)
        (place + end * lineChannels).update(repeating: 0, count: (count - end) * lineChannels)
        let from = row + (column + begin) * channels + line.channel
        if lineChannels == channels {
            (place + begin * channels).update(from: from, count: (end - begin) * channels)
        } else {
            for pixel in 0..<end - begin {
                (place + (begin + pixel) * lineChannels).update(
                    from: from + pixel * channels, count: lineChannels)
            }
        }
    }
}
