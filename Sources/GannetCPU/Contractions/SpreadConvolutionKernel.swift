import GannetCompiler
import GannetGraph

/// Sums over the taps of filters that are moved over images, where the results have few channels, with an epilogue.
///
/// Each pixel of the images is multiplied with all taps, and the products are added up where they belong; see `TapGrid`.
/// Each element is summed in an order that follows from the shape alone.
final class SpreadConvolutionKernel: PreparedKernel {
    private let convolution: Kernel.Convolution
    private let tile: MatrixTile
    private let epilogue: ContractionEpilogue
    private let grid: TapGrid
    private let sums: TapSums
    private let stretch: Int
    private let panelCount: Int
    /// The products of a pixel.
    private let productCount: Int

    /// About the most bytes that the products of a region take.
    private static let productByteLimit = 1 << 18

    /// Prepares `convolution`; nil where another kernel is better.
    init?(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        guard let grid = TapGrid(spreading: convolution) else { return nil }
        self.convolution = convolution
        self.grid = grid
        tile = tier.matrix
        epilogue = ContractionEpilogue(convolution.epilogue, inputTypes: inputTypes, tier: tier)
        sums = TapSums(grid, convolution)
        stretch = tile.stretch(of: convolution.channels)
        productCount = grid.filters.count * convolution.resultChannels
        panelCount = tile.panelCount(productCount)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let batch = convolution.batch
        let results =
            batch * convolution.resultHeight * convolution.resultWidth * convolution.resultChannels
        if results == 0 { return }
        let memory = HostBuffer(byteCount: panelCount * tile.columns * convolution.channels * 4)
        let packed = memory.address.assumingMemoryBound(to: Float.self)
        pack(into: packed, buffers)
        let products = batch * convolution.height * convolution.width * productCount
        let cost = products * (convolution.channels / 2 + 1) + results * epilogue.cost
        convolution.forEachRegion(rows: regionRows(threads), cost: cost, threads, workspace) {
            image, rows, workspace in compute(image: image, rows, packed, buffers, workspace)
        }
        withExtendedLifetime(memory) {}
    }

    /// About how many rows of results are computed at a time: what several regions need of the images is multiplied for
    /// each of them, so that they should have more rows than the taps.
    private func regionRows(_ threads: ThreadPool) -> Int {
        let fitting = Self.productByteLimit / max(convolution.width * productCount * 4, 1) * grid.rowStep
        let tapRows = (grid.rows.last ?? 0) - (grid.rows.first ?? 0) + 1
        return min(max(min(convolution.evenRows(threads), fitting), 2 * tapRows), convolution.resultHeight)
    }

    /// Packs the filters as a matrix of the images' channels and, for each tap, the results' channels.
    private func pack(into packed: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers) {
        let filters = buffers.inputs[convolution.filters].assumingMemoryBound(to: Float.self)
        let (channels, results) = (convolution.channels, convolution.resultChannels)
        packed.update(repeating: 0, count: panelCount * tile.columns * channels)
        for (place, first) in grid.filters.enumerated() {
            guard let first else { continue }
            for result in 0..<results {
                let column = place * results + result
                let panel = column / tile.columns
                let to = packed + (panel * channels * tile.columns + column - panel * tile.columns)
                let from = filters + (first + result * convolution.filterResultStride)
                for channel in 0..<channels {
                    to[channel * tile.columns] = from[channel * convolution.filterChannelStride]
                }
            }
        }
    }

    /// Computes some rows of the results of one image and their epilogue.
    private func compute(
        image: Int, _ rows: Range<Int>, _ packed: UnsafePointer<Float>, _ buffers: KernelBuffers,
        _ workspace: Workspace
    ) {
        let (width, channels) = (convolution.resultWidth, convolution.resultChannels)
        let read = sums.rowsRead(by: rows)
        var layout = ScratchLayout()
        let frameOffset = layout.append(epilogue.frameByteCount)
        let resultOffset = layout.append(epilogue.isStore ? 0 : rows.count * width * channels * 4 + 64)
        let productOffset = layout.append(read.count * convolution.width * productCount * 4 + 64)
        let sumOffset = layout.append(sums.scratchByteCount)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let products = (scratch + productOffset).assumingMemoryBound(to: Float.self)
        let start = (image * convolution.resultHeight + rows.lowerBound) * width * channels
        let result =
            epilogue.isStore
            ? epilogue.output(buffers) + start
            : (scratch + resultOffset).assumingMemoryBound(to: Float.self)

        let images = UnsafePointer(buffers.inputs[convolution.images].assumingMemoryBound(to: Float.self))
        multiply(
            images + (image * convolution.height + read.lowerBound) * convolution.width
                * convolution.channels,
            count: read.count * convolution.width, packed, into: products, scratch + tileOffset)
        sums.add(
            products, of: read, rows: rows, into: result,
            (scratch + sumOffset).assumingMemoryBound(to: Float.self))
        if !epilogue.isStore {
            epilogue.evaluate(
                scratch + frameOffset, buffers, from: start, rows: rows.count * width, columns: channels,
                stride: channels, result)
        }
    }

    /// Multiplies some neighbouring pixels with all taps.
    private func multiply(
        _ pixels: UnsafePointer<Float>, count: Int, _ packed: UnsafePointer<Float>,
        into products: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutableRawPointer
    ) {
        let channels = convolution.channels
        for first in Swift.stride(from: 0, to: channels, by: stretch) {
            let depth = min(stretch, channels - first)
            var row = 0
            while row < count {
                let own = min(tile.rows, count - row)
                tile.multiply(
                    TileRun(left: pixels + (row * channels + first), count: depth, first: first),
                    leftStride: channels, rowCount: own, right: packed,
                    panelStride: channels * tile.columns, columnCount: productCount,
                    into: products + row * productCount, stride: productCount, adds: first > 0, scratch)
                row += own
            }
        }
    }
}
