import GannetCompiler
import GannetGraph

/// Gradients of convolutions toward their filters by Winograd's minimal filtering: see ``WinogradTransform``.
///
/// All threads map the images and the results' gradient, tile by tile. For each of 36 products, the two are multiplied,
/// channels × tiles times tiles × channels of results, which sums over the tiles; a product is cut into rows and columns
/// to be shared out. Where there are many tiles, so many at a time are gone through, and their sums added in order.
/// The sums are mapped to the gradient at the end. The order of all sums follows from the shape alone.
final class WinogradFilterGradient: PreparedKernel {
    private let gradient: Kernel.FilterGradient
    private let shape: WinogradShape
    private let tile: MatrixTile
    private let maps: WinogradMaps
    private let evaluator: any BlockEvaluator
    /// The elements from tile to tile of mapped images and of mapped gradients.
    private let imagePitch: Int
    private let resultPitch: Int
    /// The tiles that are mapped at a time, and the elements from product to product.
    private let tilesAtATime: Int
    private let imagePlane: Int
    private let resultPlane: Int
    private let sumPlane: Int

    private static let (pixels, results) = (WinogradTransform.pixelCount, WinogradTransform.resultCount)
    private static let products = WinogradTransform.productCount
    /// The most bytes that are mapped at a time.
    private static let mappedByteCount = 1 << 25
    /// The fewest tiles that are gone through at a time.
    private static let leastTiles = 512
    /// The panels of rows and columns that a task has at most: what they read of a stretch of tiles stays in the
    /// second cache.
    private static let (mostRowPanels, mostColumns) = (24, 256)

    /// Prepares `gradient`, whose inputs have the given types, if its filters are such and the tier is to make it so.
    init?(_ gradient: Kernel.FilterGradient, inputTypes: [ScalarType], tier: Tier) {
        guard gradient.filterResultStride == 1, let maps = tier.winograd,
            let shape = WinogradShape(gradient)
        else { return nil }
        switch tier.winogradUse {
        case .never: return nil
        case .wherePossible: break
        case .whereFaster: if !WinogradCost(shape).isFaster { return nil }
        }
        self.gradient = gradient
        (self.shape, self.maps, tile) = (shape, maps, WinogradShape.tile(tier.matrix))
        evaluator = tier.makeEvaluator(gradient.epilogue, inputTypes, false)
        imagePitch = WinogradPitch.row(shape.channels)
        resultPitch = WinogradPitch.row(shape.resultChannels)
        let count = max(shape.tileCount, 1)
        let most = Self.mappedByteCount / (Self.products * (imagePitch + resultPitch) * 4)
        let turns = (count - 1) / max(most, Self.leastTiles) + 1
        tilesAtATime = (count + turns - 1) / turns
        imagePlane = WinogradPitch.plane(tilesAtATime * imagePitch)
        resultPlane = WinogradPitch.plane(tilesAtATime * resultPitch)
        sumPlane = WinogradPitch.plane(shape.channels * resultPitch)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let filterCount = gradient.filterShape.reduce(1, *)
        if filterCount == 0 { return }
        let images = HostBuffer(byteCount: Self.products * imagePlane * 4)
        let results = HostBuffer(byteCount: Self.products * resultPlane * 4)
        let sums = HostBuffer(byteCount: Self.products * sumPlane * 4)
        let filters = HostBuffer(byteCount: filterCount * 4)
        let filterBase = filters.address.assumingMemoryBound(to: Float.self)
        for first in stride(from: 0, to: shape.tileCount, by: tilesAtATime) {
            let tiles = first..<min(first + tilesAtATime, shape.tileCount)
            threads.share(
                tiles.count, cost: tiles.count * Self.products * (imagePitch + resultPitch) * 4, workspace
            ) { range, workspace in
                map(tiles, range, images.address, results.address, buffers, workspace)
            }
            multiply(
                count: tiles.count, images.address, results.address, sums.address, adds: first > 0, threads,
                workspace)
        }
        if shape.tileCount == 0 {
            filterBase.update(repeating: 0, count: filterCount)
        } else {
            threads.share(
                shape.channels, cost: shape.channels * Self.products * resultPitch, workspace
            ) { range, workspace in finish(range, sums.address, into: filterBase, workspace) }
        }
        evaluator.evaluateAll(
            gradient.filterShape, accumulators: filterBase, buffers, threads, workspace)
        withExtendedLifetime((images, results, sums, filters)) {}
    }

    /// Maps the images and gradients of those of some tiles that `range` counts.
    private func map(
        _ tiles: Range<Int>, _ range: Range<Int>, _ images: UnsafeMutableRawPointer,
        _ results: UnsafeMutableRawPointer, _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        var layout = ScratchLayout()
        let sourceOffset = layout.append(Self.products * 8)
        let targetOffset = layout.append(Self.products * 8)
        let zeroOffset = layout.append(max(shape.channels, shape.resultChannels) * 4)
        let mapOffset = layout.append(WinogradMaps.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let sources = (scratch + sourceOffset).assumingMemoryBound(to: Int.self)
        let targets = (scratch + targetOffset).assumingMemoryBound(to: Int.self)
        let zeros = (scratch + zeroOffset).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: max(shape.channels, shape.resultChannels))
        /// Maps squares of planes, one an image, whose places are `first` behind those of the results.
        func map(
            _ kind: WinogradMaps.Kind, input: Int, height: Int, width: Int, channels: Int,
            first: (row: Int, column: Int), size: Int, into mapped: UnsafeMutableRawPointer, plane: Int,
            pitch: Int
        ) {
            for product in 0..<Self.products {
                targets[product] = Int(bitPattern: mapped + product * plane * 4)
            }
            let base = Int(bitPattern: buffers.inputs[input])
            let pixel = channels * 4
            for number in range {
                let tile = shape.tile(tiles.lowerBound + number)
                WinogradPlane(
                    base: base + tile.image * height * width * pixel, height: height, width: width,
                    rowStride: width * pixel, pixelStride: pixel
                ).locate(
                    row: tile.row * Self.results + first.row,
                    column: tile.column * Self.results + first.column, size: size,
                    outside: Int(bitPattern: zeros), into: sources)
                maps.map(
                    kind, sources, into: targets, targetOffset: number * pitch * 4, channels: channels,
                    scratch: scratch + mapOffset)
            }
        }
        map(
            .images, input: gradient.images, height: shape.height, width: shape.width,
            channels: shape.channels, first: (shape.firstRow, shape.firstColumn), size: Self.pixels,
            into: images, plane: imagePlane, pitch: imagePitch)
        map(
            .resultGradients, input: gradient.results, height: shape.resultHeight, width: shape.resultWidth,
            channels: shape.resultChannels, first: (0, 0), size: Self.results, into: results,
            plane: resultPlane, pitch: resultPitch)
    }

    /// Multiplies the mapped images with the mapped gradients of `count` tiles, and adds to the sums or sets them.
    private func multiply(
        count: Int, _ images: UnsafeMutableRawPointer, _ results: UnsafeMutableRawPointer,
        _ sums: UnsafeMutableRawPointer, adds: Bool, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let rowPanels = (shape.channels + tile.rows - 1) / tile.rows
        let columnPanels = tile.panelCount(shape.resultChannels)
        let rowTasks = (rowPanels + Self.mostRowPanels - 1) / Self.mostRowPanels
        let mostPanels = max(Self.mostColumns / tile.columns, 1)
        let columnTasks = (columnPanels + mostPanels - 1) / mostPanels
        threads.share(
            Self.products * rowTasks * columnTasks,
            cost: Self.products * count * shape.channels * shape.resultChannels / 2, workspace
        ) { range, workspace in
            for task in range {
                let product = task / (rowTasks * columnTasks)
                multiply(
                    count: count,
                    rowPanels: WorkDivision.range(
                        of: task / columnTasks % rowTasks, pieces: rowTasks, count: rowPanels),
                    of: rowPanels,
                    columnPanels: WorkDivision.range(
                        of: task % columnTasks, pieces: columnTasks, count: columnPanels),
                    images.assumingMemoryBound(to: Float.self) + product * imagePlane,
                    results.assumingMemoryBound(to: Float.self) + product * resultPlane,
                    sums.assumingMemoryBound(to: Float.self) + product * sumPlane, adds: adds, workspace)
            }
        }
    }

    /// Multiplies some rows and columns of one product.
    private func multiply(
        count: Int, rowPanels: Range<Int>, of rowPanelCount: Int, columnPanels: Range<Int>,
        _ images: UnsafePointer<Float>, _ results: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>,
        adds: Bool, _ workspace: Workspace
    ) {
        let stretch = tile.stretch(of: count)
        var layout = ScratchLayout()
        let leftOffset = layout.append(stretch * 8)
        let rightOffset = layout.append(columnPanels.count * stretch * 8)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let left = (scratch + leftOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let right = (scratch + rightOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let first = columnPanels.lowerBound * tile.columns
        let columnCount = min(columnPanels.upperBound * tile.columns, shape.resultChannels) - first
        var start = 0
        while start < count {
            let own = min(stretch, count - start)
            for index in 0..<own {
                (left + index).initialize(to: images + (start + index) * imagePitch)
                let line = results + ((start + index) * resultPitch + first)
                for panel in 0..<columnPanels.count {
                    (right + (panel * own + index)).initialize(to: line + panel * tile.columns)
                }
            }
            for panel in rowPanels {
                let rows = WorkDivision.range(of: panel, pieces: rowPanelCount, count: shape.channels)
                tile.addOuterProducts(
                    OuterProducts(
                        count: own, left: left, leftOffset: rows.lowerBound, rowCount: rows.count,
                        right: right, columnCount: columnCount,
                        target: sums + (rows.lowerBound * resultPitch + first), stride: resultPitch,
                        adds: adds || start > 0), scratch + tileOffset)
            }
            start += own
        }
    }

    /// Maps the sums of some channels to the gradient.
    private func finish(
        _ channels: Range<Int>, _ sums: UnsafeMutableRawPointer, into filters: UnsafeMutablePointer<Float>,
        _ workspace: Workspace
    ) {
        var layout = ScratchLayout()
        let sourceOffset = layout.append(Self.products * 8)
        let targetOffset = layout.append(shape.taps.count * 8)
        let mapOffset = layout.append(WinogradMaps.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let sources = (scratch + sourceOffset).assumingMemoryBound(to: Int.self)
        let targets = (scratch + targetOffset).assumingMemoryBound(to: Int.self)
        for product in 0..<Self.products { sources[product] = Int(bitPattern: sums + product * sumPlane * 4) }
        for (number, tap) in shape.taps.enumerated() { targets[number] = Int(bitPattern: filters + tap) }
        for channel in channels {
            maps.map(
                .filterGradients, sources, offset: channel * resultPitch * 4, into: targets,
                targetOffset: channel * gradient.filterChannelStride * 4, channels: shape.resultChannels,
                scratch: scratch + mapOffset)
        }
    }
}
