import GannetCompiler

/// A place in a batch of images that the taps of a part are relative to.
struct PatchOrigin: BitwiseCopyable {
    /// The number of the element at the place, channel 0; only sums with the offset of a tap that lies inside are
    /// elements of the images.
    var element: Int
    /// The row of the place.
    var row: Int
    /// The column of the place.
    var column: Int
    /// Whether all taps lie inside the image.
    var isInside: Bool
}

/// Where the positions of a part of a convolution read the images.
struct PatchOrigins: Sendable {
    private let height: Int
    private let width: Int
    private let channels: Int
    private let rowCount: Int
    private let rowStride: Int
    private let columnStride: Int
    /// The origins for which all taps lie inside.
    private let insideRows: Range<Int>
    private let insideColumns: Range<Int>

    /// Describes the positions of `part` in images of these extents.
    init(_ part: ConvolutionPart, height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
        rowCount = part.rows.count
        (rowStride, columnStride) = (part.rows.stride, part.columns.stride)
        func inside(_ offsets: [Int], _ extent: Int) -> Range<Int> {
            let low = -(offsets.min() ?? 0)
            return low..<max(extent - (offsets.max() ?? 0), low)
        }
        insideRows = inside(part.taps.map(\.row), height)
        insideColumns = inside(part.taps.map(\.column), width)
    }

    /// The origin of row number `row` of the part, counted through all images, and its column number `column`.
    @inline(__always)
    func origin(row: Int, column: Int) -> PatchOrigin {
        let image = row / rowCount
        let y = (row - image * rowCount) * rowStride
        let x = column * columnStride
        return PatchOrigin(
            element: ((image * height + y) * width + x) * channels, row: y, column: x,
            isInside: insideRows.contains(y) && insideColumns.contains(x))
    }

    /// Whether a tap of the place lies inside the image.
    @inline(__always)
    func contains(_ origin: PatchOrigin, _ segment: TapSegment) -> Bool {
        let (y, x) = (origin.row + segment.row, origin.column + segment.column)
        return y >= 0 && y < height && x >= 0 && x < width
    }
}

/// Neighbouring channels that a tap, or several, read.
struct TapSegment: BitwiseCopyable, Sendable {
    /// What is added to the row of a position.
    var row: Int
    /// What is added to its column.
    var column: Int
    /// What is added to its element.
    var offset: Int
    /// The number of channels.
    var count: Int
}

/// The axis of taps and their channels that a convolution sums over, cut into pieces of one length.
final class TapAxis: Sendable {
    /// What a piece reads.
    struct Piece: BitwiseCopyable, @unchecked Sendable {
        /// One segment for each tap, in order.
        var segments: UnsafeBufferPointer<TapSegment>
        /// The same with neighbours in memory joined: what is read where all taps lie inside the image.
        var runs: UnsafeBufferPointer<TapSegment>
        /// The number of channels of all segments.
        var count: Int
    }

    /// The pieces.
    let pieces: FrozenArray<Piece>
    private let segments: FrozenArray<TapSegment>

    /// Cuts the taps of `part`, which read images of so many channels and columns.
    init(_ part: ConvolutionPart, pieceLength: Int, width: Int, channels: Int) {
        var segments: [TapSegment] = []
        var ranges: [(segments: Range<Int>, runs: Range<Int>, count: Int)] = []
        for start in stride(from: 0, to: part.depth, by: pieceLength) {
            let end = min(start + pieceLength, part.depth)
            var own: [TapSegment] = []
            var at = start
            while at < end {
                let tap = part.taps[at / part.tapChannels]
                let channel = at % part.tapChannels
                let count = min(part.tapChannels - channel, end - at)
                own.append(
                    TapSegment(
                        row: tap.row, column: tap.column,
                        offset: (tap.row * width + tap.column) * channels + tap.channel + channel,
                        count: count))
                at += count
            }
            var runs: [TapSegment] = []
            for segment in own {
                if let last = runs.last, last.offset + last.count == segment.offset {
                    runs[runs.count - 1].count += segment.count
                } else {
                    runs.append(segment)
                }
            }
            let first = segments.count
            segments += own
            segments += runs
            ranges.append((first..<first + own.count, first + own.count..<segments.count, end - start))
        }
        let all = FrozenArray(segments)
        self.segments = all
        pieces = FrozenArray(
            ranges.map { ranges in
                func view(_ range: Range<Int>) -> UnsafeBufferPointer<TapSegment> {
                    UnsafeBufferPointer(start: all.base + range.lowerBound, count: range.count)
                }
                return Piece(segments: view(ranges.segments), runs: view(ranges.runs), count: ranges.count)
            })
    }
}
