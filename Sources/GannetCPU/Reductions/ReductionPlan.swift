import GannetCompiler

/// How a reduction is cut up; all of it follows from the shape alone.
///
/// Neighbouring axes that are both kept or both reduced are one. The last two then are the *tail*, along which
/// blocks of the prologue run: either kept rows × a reduced last axis, or reduced rows × a kept last axis. The
/// axes before it are walked over one index at a time.
///
/// A *tile* is a run of neighbouring results. What is reduced into it is cut into *steps*, one line or group of
/// lines each, and where there are few tiles and much to reduce, the steps into *chunks*, whose partial results
/// are combined in order.
struct ReductionPlan: Sendable {
    /// Whether the last axis is the reduced one.
    let reducesLastAxis: Bool
    /// The extents of the tail's two axes.
    let tailRows: Int
    let tailColumns: Int
    /// The axes before the tail, outermost first.
    let outerKept: [(extent: Int, stride: Int)]
    let outerReduced: [(extent: Int, stride: Int)]
    /// The products of their extents.
    let outerKeptCount: Int
    let outerReducedCount: Int

    /// Of the tail's kept axis, the results in one tile (fewer in the last), and the number of tiles.
    let tileWidth: Int
    let tilesPerTail: Int
    /// Where the last axis is reduced: the lines that share a block, and the pieces a long line is cut into.
    /// Where it is kept: the lines that share a block, and 1.
    let linesPerBlock: Int
    let piecesPerLine: Int
    /// The steps of a tile, and of one chunk of them.
    let steps: Int
    let chunks: Int

    /// Where the last axis is reduced, but so short that it is kept at first: its extent, else 1. So many neighbouring
    /// results are one in the end.
    let folded: Int

    /// How many runs of indices there are at most that neighbouring results come from: the extent of the first axis if
    /// that is kept, else 1.
    let leadingKeptCount: Int

    /// A run of neighbouring results, those that are still to be folded counted one by one.
    struct Tile {
        /// The index in the kept axes before the tail.
        var outer: Int
        /// Of the tail's kept axis the indices.
        var first: Int
        var width: Int
    }

    /// The extent of the tail's kept axis.
    var keptExtent: Int { reducesLastAxis ? tailRows : tailColumns }

    /// The tile of a number.
    @inline(__always)
    func tile(_ number: Int) -> Tile {
        let first = number % tilesPerTail * tileWidth
        return Tile(outer: number / tilesPerTail, first: first, width: min(tileWidth, keptExtent - first))
    }

    /// The number of results.
    var resultCount: Int { outerKeptCount * keptExtent / folded }
    /// The number of tiles.
    var tiles: Int { outerKeptCount * tilesPerTail }

    /// Plans a reduction over `shape`.
    init(shape: [Int], isReduced: [Bool]) {
        var axes: [(extent: Int, isReduced: Bool)] = []
        for (extent, isReduced) in zip(shape, isReduced) where extent != 1 {
            if let last = axes.last, last.isReduced == isReduced {
                axes[axes.count - 1].extent *= extent
            } else {
                axes.append((extent, isReduced))
            }
        }
        if axes.isEmpty { axes = [(1, true)] }
        if axes.count == 1 { axes.insert((1, !axes[0].isReduced), at: 0) }
        if let short = Self.shortLine(axes) {
            axes.removeLast()
            axes[axes.count - 1].extent *= short
            folded = short
        } else {
            folded = 1
        }
        let (rows, columns) = (axes[axes.count - 2].extent, axes[axes.count - 1].extent)
        reducesLastAxis = axes[axes.count - 1].isReduced
        (tailRows, tailColumns) = (rows, columns)
        leadingKeptCount = axes[0].isReduced ? 1 : axes[0].extent

        var (kept, reduced) = ([(extent: Int, stride: Int)](), [(extent: Int, stride: Int)]())
        var stride = rows * columns
        for axis in axes.dropLast(2).reversed() {
            if axis.isReduced {
                reduced.insert((axis.extent, stride), at: 0)
            } else {
                kept.insert((axis.extent, stride), at: 0)
            }
            stride *= axis.extent
        }
        (outerKept, outerReduced) = (kept, reduced)
        outerKeptCount = kept.reduce(1) { $0 * $1.extent }
        outerReducedCount = reduced.reduce(1) { $0 * $1.extent }

        let block = Tier.blockLength
        let elementsPerResult: Int
        if reducesLastAxis {
            piecesPerLine = max((columns + block - 1) / block, 1)
            linesPerBlock = columns >= block ? 1 : max(min(block / max(columns, 1), rows), 1)
            elementsPerResult = columns * outerReducedCount
            let wanted = max(Self.tileElements / max(elementsPerResult, 1), linesPerBlock)
            let whole = wanted / linesPerBlock * linesPerBlock
            tileWidth = max(min(whole, rows, block), 1)
            tilesPerTail = (rows + tileWidth - 1) / tileWidth
            steps = elementsPerResult == 0 ? 0 : outerReducedCount * piecesPerLine
        } else {
            piecesPerLine = 1
            let widest = block / folded * folded
            let cuts = max((columns + widest - 1) / widest, 1)
            tileWidth = max(((columns + cuts - 1) / cuts + folded - 1) / folded * folded, 1)
            tilesPerTail = (columns + tileWidth - 1) / tileWidth
            linesPerBlock = tilesPerTail > 1 ? 1 : max(min(block / tileWidth, rows), 1)
            elementsPerResult = rows * outerReducedCount
            steps =
                elementsPerResult == 0
                ? 0 : outerReducedCount * ((rows + linesPerBlock - 1) / linesPerBlock)
        }
        let tiles = outerKeptCount * tilesPerTail
        let perTile = tileWidth * elementsPerResult
        chunks =
            tiles >= Self.enoughTiles || steps == 0
            ? 1 : max(min(perTile / Self.chunkElements, steps, Self.mostChunks), 1)
    }

    /// The extent of the last axis, where that and the one before the axis before it are reduced, if it is short and
    /// there is much that can be added lane by lane instead.
    private static func shortLine(_ axes: [(extent: Int, isReduced: Bool)]) -> Int? {
        guard axes.count >= 3, let last = axes.last, last.isReduced, (2...longestShortLine) ~= last.extent,
            axes[axes.count - 3].extent >= 8
        else { return nil }
        return last.extent
    }

    private static let longestShortLine = 32

    /// What a tile of whole lines should have to reduce.
    private static let tileElements = 8192
    /// So many tiles are enough to share out.
    private static let enoughTiles = 16
    /// What a chunk should have to reduce, and the most chunks of a tile.
    private static let chunkElements = 8192
    private static let mostChunks = 64

    /// The linear index at which an index of the outer axes begins.
    @inline(__always)
    static func start(of index: Int, _ axes: [(extent: Int, stride: Int)]) -> Int {
        var (rest, start) = (index, 0)
        for axis in axes.reversed() {
            start += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return start
    }
}
