import GannetCompiler
import GannetGraph

/// Convolutions by Winograd's minimal filtering: see ``WinogradTransform``.
///
/// The filters are mapped first, by all threads. Then each thread takes a block of tiles and some panels of the results'
/// channels: 36 matrix products tiles × channels × channels of results, whose results stay in the second cache until they
/// are mapped to results, row of tiles by row of tiles, each with its epilogue. The images are mapped block by block
/// just before, where the block is long enough with all its channels in the second cache; else all threads map those
/// of many tiles, and then share out the blocks. No result depends on how it is cut.
final class WinogradConvolution: PreparedKernel {
    private let convolution: Kernel.Convolution
    private let shape: WinogradShape
    private let tile: MatrixTile
    private let maps: WinogradMaps
    private let epilogue: ContractionEpilogue
    private let filters: WinogradFilters
    /// The elements from tile to tile of mapped images.
    private let pitch: Int
    /// The longest stretch of the channels that is multiplied at a time.
    private let stretch: Int

    private static let (pixels, results) = (WinogradTransform.pixelCount, WinogradTransform.resultCount)
    private static let products = WinogradTransform.productCount
    /// The bytes of a block's mapped images and products that stay in the second cache.
    private static let blockByteCount = 5 << 18
    /// The fewest tiles for which it pays to go through all filters.
    private static let leastTiles = 24
    /// The tiles of a block, and the channels of results, where blocks share mapped images.
    private static let (sharedTiles, sharedChannels) = (64, 64)
    /// The most bytes of images that are mapped before their blocks are shared out.
    private static let mappedByteCount = 1 << 25

    /// Prepares `convolution`, whose inputs have the given types, if it has such filters and the tier is to make it so.
    init?(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        guard let maps = tier.winograd, let shape = WinogradShape(convolution) else { return nil }
        switch tier.winogradUse {
        case .never: return nil
        case .wherePossible: break
        case .whereFaster: if !WinogradCost(shape).isFaster { return nil }
        }
        self.convolution = convolution
        (self.shape, self.maps, tile) = (shape, maps, tier.matrix)
        epilogue = ContractionEpilogue(convolution.epilogue, inputTypes: inputTypes, tier: tier)
        filters = WinogradFilters(
            shape, channelStride: convolution.filterChannelStride,
            resultStride: convolution.filterResultStride, tile: tile, maps: maps)
        pitch = WinogradPitch.row(shape.channels)
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
        let resultPitch = WinogradPitch.row(shape.resultChannels)
        let most = Self.blockByteCount / (Self.products * (pitch + resultPitch) * 4)
        if most >= Self.leastTiles {
            let blocks = blockCount(count, most: most, threads)
            threads.parallel(blocks, workspace) { block, workspace in
                compute(
                    WorkDivision.range(of: block, pieces: blocks, count: count), mapped, buffers, workspace)
            }
        } else {
            let tiles = max(Self.mappedByteCount / (Self.products * pitch * 4), Self.sharedTiles)
            let images = HostBuffer(
                byteCount: Self.products * WinogradPitch.plane(min(tiles, count) * pitch) * 4)
            for first in stride(from: 0, to: count, by: tiles) {
                share(
                    first..<min(first + tiles, count),
                    images.address.assumingMemoryBound(to: Float.self), mapped, buffers, threads, workspace)
            }
            withExtendedLifetime(images) {}
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
        var layout = ScratchLayout()
        let imageOffset = layout.append(Self.products * plane * 4)
        let memory = BlockMemory(&layout, of: self, tiles: tiles.count, channels: shape.resultChannels)
        let scratch = workspace.scratch(layout.byteCount)
        let images = (scratch + imageOffset).assumingMemoryBound(to: Float.self)
        mapImages(tiles, into: images, planeStride: plane, scratch, memory, buffers)
        multiply(
            tiles, 0..<tile.panelCount(shape.resultChannels), images, planeStride: plane, filters, scratch,
            memory, buffers)
    }

    /// Maps the images of some tiles, and then shares out blocks of these and of channels of results.
    private func share(
        _ tiles: Range<Int>, _ images: UnsafeMutablePointer<Float>, _ filters: UnsafePointer<Float>,
        _ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let plane = WinogradPitch.plane(tiles.count * pitch)
        let pieces = WorkDivision.pieces(
            of: tiles.count, cost: tiles.count * Self.products * shape.channels * 4, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let own = WorkDivision.range(of: piece, pieces: pieces, count: tiles.count)
            var layout = ScratchLayout()
            let memory = BlockMemory(&layout, of: self, tiles: 0, channels: 0)
            mapImages(
                tiles.lowerBound + own.lowerBound..<tiles.lowerBound + own.upperBound,
                into: images + own.lowerBound * pitch, planeStride: plane,
                workspace.scratch(layout.byteCount), memory, buffers)
        }
        let blocks = (tiles.count + Self.sharedTiles - 1) / Self.sharedTiles
        let panels = tile.panelCount(shape.resultChannels)
        let wanted = max(Self.sharedChannels / tile.columns, 1)
        let chunks = (panels + wanted - 1) / wanted
        let tasks = blocks * chunks
        threads.parallel(tasks, workspace) { task, workspace in
            // Threads that work at the same time read the same filters.
            let own = WorkDivision.range(of: task % blocks, pieces: blocks, count: tiles.count)
            let panels = WorkDivision.range(of: task / blocks, pieces: chunks, count: panels)
            var layout = ScratchLayout()
            let memory = BlockMemory(
                &layout, of: self, tiles: own.count, channels: panels.count * tile.columns)
            multiply(
                tiles.lowerBound + own.lowerBound..<tiles.lowerBound + own.upperBound, panels,
                images + own.lowerBound * pitch, planeStride: plane, filters,
                workspace.scratch(layout.byteCount), memory, buffers)
        }
    }

    /// Where in a thread's memory is what blocks need.
    private struct BlockMemory {
        let products: Int
        let sums: Int
        let frame: Int
        /// What lies outside the images, and takes what lies outside the results.
        let zeros: Int
        let bin: Int
        let sources: Int
        let targets: Int
        let rows: Int
        let tile: Int
        let map: Int
        /// The elements from tile to tile of the products, and from product to product.
        let pitch: Int
        let planeStride: Int

        init(
            _ layout: inout ScratchLayout, of kernel: WinogradConvolution, tiles: Int, channels: Int
        ) {
            let (shape, size) = (kernel.shape, WinogradConvolution.products)
            pitch = WinogradPitch.row(channels)
            planeStride = WinogradPitch.plane(tiles * pitch)
            products = layout.append(size * planeStride * 4)
            let width = min(tiles, shape.tileColumns) * WinogradConvolution.results
            sums = layout.append(
                kernel.epilogue.isStore ? 0 : WinogradConvolution.results * width * channels * 4 + 64)
            frame = layout.append(kernel.epilogue.frameByteCount)
            zeros = layout.append(shape.channels * 4)
            bin = layout.append(channels * 4)
            sources = layout.append(size * 8)
            targets = layout.append(size * 8)
            rows = layout.append(RowTable.byteCount(rows: kernel.tile.rows, segments: 1))
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

    /// Computes the results of a block in some panels of the channels; `images` are where its mapped images begin.
    private func multiply(
        _ tiles: Range<Int>, _ panels: Range<Int>, _ images: UnsafePointer<Float>, planeStride: Int,
        _ filters: UnsafePointer<Float>, _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory,
        _ buffers: KernelBuffers
    ) {
        let channels =
            panels.lowerBound * tile.columns..<min(panels.upperBound * tile.columns, shape.resultChannels)
        let products = (scratch + memory.products).assumingMemoryBound(to: Float.self)
        let rowPanels = (tiles.count + tile.rows - 1) / tile.rows
        for product in 0..<Self.products {
            let from = images + product * planeStride
            let to = products + product * memory.planeStride
            let right =
                filters + (product * self.filters.planeStride + panels.lowerBound * self.filters.panelStride)
            var start = 0
            while start < shape.channels {
                let count = min(stretch, shape.channels - start)
                for panel in 0..<rowPanels {
                    let rows = WorkDivision.range(of: panel, pieces: rowPanels, count: tiles.count)
                    var table = RowTable(scratch + memory.rows, rows: tile.rows)
                    table.append(elementCount: count)
                    for row in rows { table.set(0, row: row - rows.lowerBound, from + (row * pitch + start)) }
                    tile.multiply(
                        TileRow(
                            left: table, rowCount: rows.count, right: right + start * tile.columns,
                            panelStride: self.filters.panelStride, columnCount: channels.count,
                            target: to + rows.lowerBound * memory.pitch, stride: memory.pitch, adds: start > 0),
                        scratch + memory.tile)
                }
                start += count
            }
        }
        var first = tiles.lowerBound
        while first < tiles.upperBound {
            let row = first / shape.tileColumns
            let end = min((row + 1) * shape.tileColumns, tiles.upperBound)
            finish(
                first..<end, channels, products + (first - tiles.lowerBound) * memory.pitch, scratch, memory,
                buffers)
            first = end
        }
    }

    /// Maps the products of neighbouring tiles to results and computes their epilogue.
    private func finish(
        _ tiles: Range<Int>, _ channels: Range<Int>, _ products: UnsafePointer<Float>,
        _ scratch: UnsafeMutableRawPointer, _ memory: BlockMemory, _ buffers: KernelBuffers
    ) {
        let sources = (scratch + memory.sources).assumingMemoryBound(to: Int.self)
        let targets = (scratch + memory.targets).assumingMemoryBound(to: Int.self)
        for product in 0..<Self.products {
            sources[product] = Int(bitPattern: products + product * memory.planeStride)
        }
        let tile = shape.tile(tiles.lowerBound)
        let (row, column) = (tile.row * Self.results, tile.column * Self.results)
        let (height, width) = (
            min(shape.resultHeight - row, Self.results),
            min(shape.resultWidth - column, tiles.count * Self.results)
        )
        let position = (tile.image * shape.resultHeight + row) * shape.resultWidth + column
        let start = position * shape.resultChannels + channels.lowerBound
        let sums = (scratch + memory.sums).assumingMemoryBound(to: Float.self)
        let pixel = (epilogue.isStore ? shape.resultChannels : channels.count) * 4
        let plane = WinogradPlane(
            base: Int(bitPattern: epilogue.isStore ? epilogue.output(buffers) + start : sums), height: height,
            width: width, rowStride: (epilogue.isStore ? shape.resultWidth : width) * pixel,
            pixelStride: pixel)
        for number in tiles {
            plane.locate(
                row: 0, column: (number - tiles.lowerBound) * Self.results, size: Self.results,
                outside: Int(bitPattern: scratch + memory.bin), into: targets)
            maps.map(
                .products, sources, offset: (number - tiles.lowerBound) * memory.pitch * 4, into: targets,
                channels: channels.count, scratch: scratch + memory.map)
        }
        if epilogue.isStore { return }
        let isWhole = width == shape.resultWidth
        for line in 0..<(isWhole ? 1 : height) {
            epilogue.evaluate(
                scratch + memory.frame, buffers, from: start + line * shape.resultWidth * shape.resultChannels,
                rows: isWhole ? height * width : width, columns: channels.count,
                stride: shape.resultChannels, sums + line * width * channels.count)
        }
    }
}
