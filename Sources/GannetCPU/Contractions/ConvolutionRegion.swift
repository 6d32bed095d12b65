import GannetCompiler

/// Neighbouring results of a convolution, all channels of them: some rows, counted through all images, or a piece of
/// one row.
struct ConvolutionRegion {
    /// The rows.
    var rows: Range<Int>
    /// The columns of each row; all of them, where there are several rows.
    var columns: Range<Int>

    /// What a part has in the region: its rows, counted through all images, and its columns.
    func positions(of part: ConvolutionPart, resultHeight: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        func rowCount(before end: Int) -> Int {
            let image = end / resultHeight
            return image * part.rows.count + part.rows.count(before: end - image * resultHeight)
        }
        return (
            rowCount(before: rows.lowerBound)..<rowCount(before: rows.upperBound),
            part.columns.numbers(of: columns)
        )
    }

    /// The number within the region of a part's position.
    @inline(__always)
    func position(of part: ConvolutionPart, row: Int, column: Int, resultHeight: Int) -> Int {
        let image = row / part.rows.count
        let y = image * resultHeight + part.rows.first + (row - image * part.rows.count) * part.rows.step
        let x = part.columns.first + column * part.columns.step
        return (y - rows.lowerBound) * columns.count + x - columns.lowerBound
    }
}

extension ConvolutionPart.Positions {
    /// How many lie before place `end` of the results.
    func count(before end: Int) -> Int { max(min((end - first + step - 1) / step, count), 0) }

    /// The numbers of those that lie in a range of the results.
    func numbers(of range: Range<Int>) -> Range<Int> {
        count(before: range.lowerBound)..<count(before: range.upperBound)
    }
}

/// How the results of a convolution are cut into regions. No result depends on it.
struct ConvolutionRegions {
    /// The number of regions.
    let count: Int
    private let rowCount: Int
    private let columnCount: Int
    private let rowPieces: Int
    private let columnPieces: Int

    /// Cuts into regions of at most about `elements` elements, and smaller ones of at least `leastPositions` positions
    /// if that is needed to have `wanted` of them.
    init(_ convolution: Kernel.Convolution, elements: Int, leastPositions: Int, wanted: Int) {
        rowCount = convolution.batch * convolution.resultHeight
        columnCount = convolution.resultWidth
        let channels = convolution.resultChannels
        if rowCount == 0 || columnCount == 0 || channels == 0 {
            (count, rowPieces, columnPieces) = (0, 0, 0)
            return
        }
        let mostPositions = max(elements / channels, leastPositions)
        let fitting = min(mostPositions, max(rowCount * columnCount / wanted, leastPositions))
        if columnCount <= fitting {
            columnPieces = 1
            let rows = max(fitting / columnCount, 1)
            rowPieces = (rowCount + rows - 1) / rows
        } else {
            columnPieces = (columnCount + fitting - 1) / fitting
            rowPieces = rowCount
        }
        count = rowPieces * columnPieces
    }

    /// A region.
    subscript(_ number: Int) -> ConvolutionRegion {
        let row = number / columnPieces
        return ConvolutionRegion(
            rows: WorkDivision.range(of: row, pieces: rowPieces, count: rowCount),
            columns: WorkDivision.range(
                of: number - row * columnPieces, pieces: columnPieces, count: columnCount))
    }
}

extension Kernel.Convolution {
    /// How many rows of results a region has when each thread gets four regions.
    func evenRows(_ threads: ThreadPool) -> Int {
        (batch * resultHeight + threads.threadCount * 4 - 1) / (threads.threadCount * 4)
    }

    /// Calls `compute` for each image and each run of at most `rows` rows of its results, shared out over threads; all of
    /// it costs `cost`.
    func forEachRegion(
        rows: Int, cost: Int, _ threads: ThreadPool, _ workspace: Workspace,
        _ compute: (_ image: Int, _ rows: Range<Int>, Workspace) -> Void
    ) {
        let regionsPerImage = (resultHeight + rows - 1) / rows
        let regions = batch * regionsPerImage
        // Pieces are regions, where there is more than one: they are long.
        let pieces = WorkDivision.pieces(of: regions, cost: cost, threads: threads) == 1 ? 1 : regions
        threads.parallel(pieces, workspace) { piece, workspace in
            for region in WorkDivision.range(of: piece, pieces: pieces, count: regions) {
                let rows = WorkDivision.range(
                    of: region % regionsPerImage, pieces: regionsPerImage, count: resultHeight)
                compute(region / regionsPerImage, rows, workspace)
            }
        }
    }
}

/// Goes through rows and columns in row-major order.
struct PositionCursor {
    /// The row.
    private(set) var row: Int
    /// The column.
    private(set) var column: Int
    private let columns: Range<Int>

    /// Begins at the first row and column.
    init(rows: Range<Int>, columns: Range<Int>) {
        (row, column) = (rows.lowerBound, columns.lowerBound)
        self.columns = columns
    }

    /// Begins at position number `index` of rows from 0 on with so many columns.
    init(_ index: Int, columnCount: Int) {
        columns = 0..<columnCount
        row = index / columnCount
        column = index - row * columnCount
    }

    /// Goes to the next position.
    @inline(__always)
    mutating func advance() {
        column += 1
        if column == columns.upperBound {
            column = columns.lowerBound
            row += 1
        }
    }
}
