import GannetCompiler
import GannetGraph

/// Convolutions by Winograd's minimal filtering: see ``WinogradTransform``.
///
/// The filters are mapped first, by all threads. Then each thread takes a block of tiles, so few that all that is made of
/// them stays in its second cache: it maps their images, multiplies 36 matrices, tiles × channels, with those of the
/// filters, and maps the products to results, row after row, each with its epilogue. Where there are so many channels that
/// a block would be too short to go through all filters for it, all threads share out first the images of many tiles, then
/// the products, then the results. No result depends on how it is cut.
final class WinogradConvolution: PreparedKernel {
    private let convolution: Kernel.Convolution
    private let shape: WinogradShape
    private let tile: MatrixTile
    private let maps: WinogradMaps
    private let epilogue: ContractionEpilogue
    private let filters: WinogradFilters
    /// The elements from tile to tile of mapped images and of products.
    private let pitch: Int
    private let resultPitch: Int
    /// The longest stretch of the channels that is multiplied at a time.
    private let stretch: Int

    private static let (pixels, results) = (WinogradTransform.pixelCount, WinogradTransform.resultCount)
    private static let products = WinogradTransform.productCount
    /// The bytes of a block's mapped images and products that stay in the second cache.
    private static let blockByteCount = 5 << 18
    /// The fewest tiles for which it pays to go through all filters.
    private static let leastTiles = 24
    /// The most bytes of mapped images and products of tiles that are shared out together, and the fewest of these.
    private static let mappedByteCount = 1 << 25
    private static let leastSharedTiles = 128
    /// The most panels of rows, and columns, that are multiplied at a time: a stretch of the filters and what it is added
    /// to stay in the second cache.
    private static let (mostRowPanels, mostColumns) = (24, 256)

    /// Prepares `convolution`, whose inputs have the given types, if it has such filters and the tier is to make it so.
    init?(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        guard let maps = tier.winograd, let shape = WinogradShape(convolution) else { return nil }
        switch tier.winogradUse {
        case .never: return nil
        case .wherePossible: break
        case .whereFaster: if !WinogradCost(shape).isFaster { return nil }
        }
        self.convolution = convolution
        (self.shape, self.maps, tile) = (shape, maps, WinogradShape.tile(tier.matrix))
        epilogue = ContractionEpilogue(convolution.epilogue, inputTypes: inputTypes, tier: tier)
        filters = WinogradFilters(
            shape, channelStride: convolution.filterChannelStride,
            resultStride: convolution.filterResultStride, tile: tile, maps: maps)
        pitch = WinogradPitch.row(shape.channels)
        resultPitch = WinogradPitch.row(shape.resultChannels)
        stretch = tile.stretch(of: shape.channels)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let count = shape.tileCount
        if count == 0 || shape.resultChannels == 0 { return }
        let memory = HostBuffer(byteCount: filters.count * 4)
        let mapped = memory.address.assumingMemoryBound(to: Float.self)
        filters.map(
            buffers.inputs[convolution.filters].assumingMemoryBound(to: Float.self), into: mapped, threads,
            workspace)
        let tileByteCount = Self.products * (pitch + resultPitch) * 4
        let most = Self.blockByteCount / tileByteCount
        if most >= Self.leastTiles {
            let blocks = blockCount(count, most: most, threads)
            threads.parallel(blocks, workspace) { block, workspace in
                compute(
                    WorkDivision.range(of: block, pieces: blocks, count: count), mapped, buffers, workspace)
            }
        } else {
            let turns = (count - 1) / max(Self.mappedByteCount / tileByteCount, Self.leastSharedTiles) + 1
            let tiles = (count + turns - 1) / turns
            let images = HostBuffer(byteCount: Self.products * WinogradPitch.plane(tiles * pitch) * 4)
            let products = HostBuffer(byteCount: Self.products * WinogradPitch.plane(tiles * resultPitch) * 4)
            for first in stride(from: 0, to: count, by: tiles) {
                share(
                    first..<min(first + tiles, count),
                    images.address.assumingMemoryBound(to: Float.self),
                    products.address.assumingMemoryBound(to: Float.self), mapped, buffers, threads, workspace)
            }
            withExtendedLifetime((images, products)) {}
        }
        withExtendedLifetime(memory) {}
    }

    /// How many blocks of at most so many tiles there are: as many for each thread.
    private func blockCount(_ tiles: Int, most: Int, _ threads: ThreadPool) -> Int {
        let least = (tiles + most - 1) / most
        let turns = (least + threads.threadCount - 1) / threads.threadCount
        let work =
            tiles * Self.products * shape.channels * shape.resultChannels / 2
        let isSmall = WorkDivision.pieces(of: tiles, cost: work, threads: threads) == 1
        return isSmall ? least : min(turns * threads.threadCount, tiles)
    }

    /// Maps the images of a block and computes its results.
    private func compute(
        _ tiles: Range<Int>, _ filters: UnsafePointer<Float>, _ buffers: KernelBuffers,
        _ workspace: Workspace
    ) {
        let plane = WinogradPitch.plane(tiles.count * pitch)
        let resultPlane = WinogradPitch.plane(tiles.count * resultPitch)
        var layout = ScratchLayout()
        let imageOffset = layout.append(Self.products * plane * 4)
        let productOffset = layout.append(Self.products * resultPlane * 4)
        let memory = BlockMemory(&layout, of: self, tiles: tiles.count)
        let scratch = workspace.scratch(layout.byteCount)
        let images = (scratch + imageOffset).assumingMemoryBound(to: Float.self)
        let products = (scratch + productOffset).assumingMemoryBound(to: Float.self)
        mapImages(tiles, into: images, planeStride: plane, scratch, memory, buffers)
        let rowPanels = (tiles.count + tile.rows - 1) / tile.rows
        for product in 0..<Self.products {
            multiply(
                product, rowPanels: 0..<rowPanels, of: tiles.count,
                columnPanels: 0..<tile.panelCount(shape.resultChannels), images + product * plane, filters,
                into: products + product * resultPlane, scratch, memory)
        }
        finish(tiles, products, planeStride: resultPlane, scratch, memory, buffers)
    }

    /// Maps the images of some tiles, multiplies all and maps the products to results, each step shared out.
    private func share(
        _ tiles: Range<Int>, _ images: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>,
        _ filters: UnsafePointer<Float>, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let plane = WinogradPitch.plane(tiles.count * pitch)
        let resultPlane = WinogradPitch.plane(tiles.count * resultPitch)
        let pieces = WorkDivision.pieces(
            of: tiles.count, cost: tiles.count * Self.products * pitch * 4, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let own = WorkDivision.range(of: piece, pieces: pieces, count: tiles.count)
            var layout = ScratchLayout()
            let memory = BlockMemory(&layout, of: self, tiles: 0)
            mapImages(
                tiles.lowerBound + own.lowerBound..<tiles.lowerBound + own.upperBound,
                into: images + own.lowerBound * pitch, planeStride: plane,
                workspace.scratch(layout.byteCount), memory, buffers)
        }
        let rowPanels = (tiles.count + tile.rows - 1) / tile.rows
        let columnPanels = tile.panelCount(shape.resultChannels)
        let rowTasks = (rowPanels + Self.mostRowPanels - 1) / Self.mostRowPanels
        let mostPanels = max(Self.mostColumns / tile.columns, 1)
        let columnTasks = (columnPanels + mostPanels - 1) / mostPanels
        let tasks = Self.products * rowTasks * columnTasks
        let productPieces = WorkDivision.pieces(
            of: tasks, cost: tiles.count * Self.products * shape.channels * shape.resultChannels / 2,
            threads: threads)
        threads.parallel(productPieces, workspace) { piece, workspace in
            var layout = ScratchLayout()
            let memory = BlockMemory(&layout, of: self, tiles: 0)
            let scratch = workspace.scratch(layout.byteCount)
            for task in WorkDivision.range(of: piece, pieces: productPieces, count: tasks) {
                let product = task / (rowTasks * columnTasks)
                multiply(
                    product,
                    rowPanels: WorkDivision.range(
                        of: task % rowTasks, pieces: rowTasks, count: rowPanels),
                    of: tiles.count,
                    columnPanels: WorkDivision.range(
                        of: task / rowTasks % columnTasks, pieces: columnTasks, count: columnPanels),
                    images + product * plane, filters, into: products + product * resultPlane, scratch,
                    memory)
            }
        }
        let resultCost = Self.results * Self.results * shape.resultChannels * (epilogue.cost + 16)
        let resultPieces = WorkDivision.pieces(
            of: tiles.count, cost: tiles.count * resultCost, threads: threads)
        threads.parallel(resultPieces, workspace) { piece, workspace in
            let own = WorkDivision.range(of: piece, pieces: resultPieces, count: tiles.count)
            var layout = ScratchLayout()
            let memory = BlockMemory(&layout, of: self, tiles: own.count)
            finish(
                tiles.lowerBound + own.lowerBound..<tiles.lowerBound + own.upperBound,
                products + own.lowerBound * resultPitch, planeStride: resultPlane,
                workspace.scratch(layout.byteCount), memory, buffers)
        }
    }

    /// Where in a thread's memory is what is needed beside mapped images and products.
    private struct BlockMemory {
        let sums: Int
        let frame: Int
        /// What lies outside the images, and takes what lies outside the results.
        let zeros: Int
        let bin: Int
        let sources: Int
        let targets: Int
        let tile: Int
        let map: Int

        init(_ layout: inout ScratchLayout, of kernel: WinogradConvolution, tiles: Int) {
            let (shape, size) = (kernel.shape, WinogradConvolution.products)
            let width = min(tiles, shape.tileColumns) * WinogradConvolution.results
            sums = layout.append(
                kernel.epilogue.isStore
                    ? 0 : WinogradConvolution.results * width * shape.resultChannels * 4 + 64)
            frame = layout.append(kernel.epilogue.frameByteCount)
            zeros = layout.append(shape.channels * 4)
            bin = layout.append(shape.resultChannels * 4)
            sources = layout.append(size * 8)
            targets = layout.append(size * 8)
            tile = layout.append(kernel.tile.scratchByteCount)
            map = layout.append(WinogradMaps.scratchByteCount)
        }
    }

    /// Maps the images of some tiles.
    private func mapImages(
        _ tiles: Range<Int>, into mapped: UnsafeMutablePointer<Float>, planeStride: Int,
        _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory, _ buffers: KernelBuffers
    ) {
        let zeros = (scratch + memory.zeros).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: shape.channels)
        let sources = (scratch + memory.sources).assumingMemoryBound(to: Int.self)
        let targets = (scratch + memory.targets).assumingMemoryBound(to: Int.self)
        for product in 0..<Self.products {
            targets[product] = Int(bitPattern: mapped + product * planeStride)
        }
        let pixel = shape.channels * 4
        let size = shape.height * shape.width * pixel
        let images = Int(bitPattern: buffers.inputs[convolution.images])
        for number in tiles {
            let tile = shape.tile(number)
            WinogradPlane(
                base: images + tile.image * size, height: shape.height, width: shape.width,
                rowStride: shape.width * pixel, pixelStride: pixel
            ).locate(
                row: tile.row * Self.results + shape.firstRow,
                column: tile.column * Self.results + shape.firstColumn, size: Self.pixels,
                outside: Int(bitPattern: zeros), into: sources)
            maps.map(
                .images, sources, into: targets, targetOffset: (number - tiles.lowerBound) * pitch * 4,
                channels: shape.channels, scratch: scratch + memory.map)
        }
    }

    /// Multiplies mapped images with filters for one product, in some panels of the rows, which are `count` tiles, and
    /// some of the columns.
    private func multiply(
        _ product: Int, rowPanels: Range<Int>, of count: Int, columnPanels: Range<Int>,
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        into products: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory
    ) {
        let column = columnPanels.lowerBound * tile.columns
        let columns = min(columnPanels.upperBound * tile.columns, shape.resultChannels) - column
        let right =
            filters
            + (product * self.filters.planeStride + columnPanels.lowerBound * self.filters.panelStride)
        let panelCount = (count + tile.rows - 1) / tile.rows
        var start = 0
        while start < shape.channels {
            let depth = min(stretch, shape.channels - start)
            for panel in rowPanels {
                let rows = WorkDivision.range(of: panel, pieces: panelCount, count: count)
                tile.multiply(
                    TileRun(
                        left: images + (rows.lowerBound * pitch + start), count: depth, first: start),
                    leftStride: pitch, rowCount: rows.count, right: right,
                    panelStride: self.filters.panelStride, columnCount: columns,
                    into: products + (rows.lowerBound * resultPitch + column), stride: resultPitch,
                    adds: start > 0, scratch + memory.tile)
            }
            start += depth
        }
    }

    /// Maps the products of some tiles to results, and computes their epilogue, row after row.
    private func finish(
        _ tiles: Range<Int>, _ products: UnsafePointer<Float>, planeStride: Int,
        _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory, _ buffers: KernelBuffers
    ) {
        let sources = (scratch + memory.sources).assumingMemoryBound(to: Int.self)
        for product in 0..<Self.products {
            sources[product] = Int(bitPattern: products + product * planeStride)
        }
        var first = tiles.lowerBound
        while first < tiles.upperBound {
            let end = min((first / shape.tileColumns + 1) * shape.tileColumns, tiles.upperBound)
            finishRow(first..<end, from: first - tiles.lowerBound, scratch, memory, buffers)
            first = end
        }
    }

    /// Maps the products of neighbouring tiles, of which the first has number `place` among the products, to results.
    private func finishRow(
        _ tiles: Range<Int>, from place: Int, _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory,
        _ buffers: KernelBuffers
    ) {
        let sources = (scratch + memory.sources).assumingMemoryBound(to: Int.self)
        let targets = (scratch + memory.targets).assumingMemoryBound(to: Int.self)
        let tile = shape.tile(tiles.lowerBound)
        let (row, column) = (tile.row * Self.results, tile.column * Self.results)
        let (height, width) = (
            min(shape.resultHeight - row, Self.results),
            min(shape.resultWidth - column, tiles.count * Self.results)
        )
        let channels = shape.resultChannels
        let start = ((tile.image * shape.resultHeight + row) * shape.resultWidth + column) * channels
        let sums = (scratch + memory.sums).assumingMemoryBound(to: Float.self)
        let plane = WinogradPlane(
            base: Int(bitPattern: epilogue.isStore ? epilogue.output(buffers) + start : sums), height: height,
            width: width, rowStride: (epilogue.isStore ? shape.resultWidth : width) * channels * 4,
            pixelStride: channels * 4)
        for index in 0..<tiles.count {
            plane.locate(
                row: 0, column: index * Self.results, size: Self.results,
                outside: Int(bitPattern: scratch + memory.bin), into: targets)
            maps.map(
                .products, sources, offset: (place + index) * resultPitch * 4, into: targets,
                channels: channels, scratch: scratch + memory.map)
        }
        if epilogue.isStore { return }
        // Whole rows follow one another.
        let isWhole = width == shape.resultWidth
        for line in 0..<(isWhole ? 1 : height) {
            epilogue.evaluate(
                scratch + memory.frame, buffers, from: start + line * shape.resultWidth * channels,
                rows: isWhole ? height * width : width, columns: channels, stride: channels,
                sums + line * width * channels)
        }
    }
}
