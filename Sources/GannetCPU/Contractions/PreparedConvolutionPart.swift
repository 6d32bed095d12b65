import GannetCompiler

/// A part of a convolution with all that does not depend on buffers, and how its results at some positions are made.
struct PreparedConvolutionPart: Sendable {
    /// The ways to make results; which one serves follows from the part alone.
    private enum Method {
        /// A matrix product whose left operand, a row for each position and a column for each tap and channel, is
        /// gathered from the images a panel of rows and a stretch of the columns at a time.
        case tiles
        /// Dot products of patches of the images, where there are few channels of results.
        case dots
        /// Sums over the taps of all channels at once, where each channel of results sees one channel of images.
        case channelwise
    }

    /// The part.
    let part: ConvolutionPart
    /// Where its positions read the images.
    let origins: PatchOrigins
    /// Where its packed filters begin among those of all parts, and how many elements they are.
    let firstPacked: Int
    let packedCount: Int
    /// The number of its first panel of filters among those of all parts, and how many it has.
    let firstPanel: Int
    let panelCount: Int
    /// The elements that are written for a position.
    let width: Int
    /// The bytes of memory that are needed to compute results.
    var scratchByteCount: Int { method == .tiles ? memory.byteCount : part.tapChannels * 4 }
    /// Whether all results of the convolution are the part's and are written just where they belong.
    let isWhole: Bool

    private let method: Method
    private let axis: TapAxis
    private let tile: MatrixTile
    private let memory: TileMemory
    private let filterStride: Int

    /// The most channels of results that are made of dot products.
    private static let mostDots = 7

    /// Prepares a part.
    init(
        _ joined: ChannelwisePart, of convolution: Kernel.Convolution, tile: MatrixTile, firstPacked: Int,
        firstPanel: Int
    ) {
        part = joined.part
        (self.tile, self.firstPacked, self.firstPanel) = (tile, firstPacked, firstPanel)
        filterStride = joined.filterStride
        let count = part.channels.count
        // Dot products of short pieces cost more than tiles that are used in part.
        let isShort = part.tapChannels % 8 != 0
        method = joined.isChannelwise ? .channelwise : count <= Self.mostDots && !isShort ? .dots : .tiles
        let panels = (count + tile.columns - 1) / tile.columns
        let depth = part.depth
        let isWhole =
            part.rows.step == 1 && part.rows.count == convolution.resultHeight && part.columns.step == 1
            && part.columns.count == convolution.resultWidth && count == convolution.resultChannels
        switch method {
        case .tiles:
            panelCount = panels
            packedCount = panels * tile.columns * depth
        case .dots: (panelCount, packedCount) = (1, count * depth)
        case .channelwise: (panelCount, packedCount) = (1, depth)
        }
        (width, self.isWhole) = (count, isWhole)
        axis = TapAxis(
            part, pieceLength: method == .tiles ? tile.stretch(of: depth) : max(depth, 1),
            width: convolution.width, channels: convolution.channels)
        memory = TileMemory(
            part: part, tile: tile, stretch: tile.stretch(of: depth), isUsed: method == .tiles)
        origins = PatchOrigins(
            part, height: convolution.height, width: convolution.width, channels: convolution.channels)
    }

    /// Packs a panel of the filters; `packed` is where the part's begin.
    func pack(
        _ panel: Int, _ filters: UnsafePointer<Float>, channelStride: Int, resultStride: Int,
        into packed: UnsafeMutablePointer<Float>
    ) {
        switch method {
        case .tiles:
            Packing.packFilters(
                of: part, panel: panel, filters, channelStride: channelStride, resultStride: resultStride,
                width: tile.columns, into: packed)
        case .dots:
            var to = packed
            for channel in 0..<part.channels.count {
                for tap in part.taps {
                    let from = filters + tap.filter + channel * resultStride
                    for index in 0..<part.tapChannels { to[index] = from[index * channelStride] }
                    to += part.tapChannels
                }
            }
        case .channelwise:
            var to = packed
            for tap in part.taps {
                let from = filters + tap.filter
                for channel in 0..<part.channels.count { to[channel] = from[channel * filterStride] }
                to += part.channels.count
            }
        }
    }

    /// Makes the results at `count` positions.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - filters: The part's packed filters.
    ///   - origins: The positions.
    ///   - scratch: Memory of ``scratchByteCount`` bytes.
    ///   - target: Where the results at the first position go.
    ///   - stride: What is added from one position to the next.
    func compute(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        origins: UnsafePointer<PatchOrigin>, count: Int, scratch: UnsafeMutableRawPointer,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        if part.depth == 0 {
            for index in 0..<count { (target + index * stride).update(repeating: 0, count: width) }
            return
        }
        switch method {
        case .tiles: multiply(images, filters, origins, count, scratch, target, stride)
        case .dots: multiplyPatches(images, filters, origins, count, scratch, target, stride)
        case .channelwise:
            let taps = axis.pieces.base[0].segments
            for index in 0..<count {
                ChannelwiseSums.convolve(
                    images, origins[index], self.origins, taps, filters, channels: part.channels.count,
                    into: target + index * stride)
            }
        }
    }

    private func multiply(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        _ origins: UnsafePointer<PatchOrigin>, _ count: Int, _ scratch: UnsafeMutableRawPointer,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let zeros = (scratch + memory.zeroOffset).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: part.tapChannels)
        var start = 0
        for number in 0..<axis.pieces.count {
            let piece = axis.pieces.base[number]
            var row = 0
            while row < count {
                let own = min(tile.rows, count - row)
                tile.multiply(
                    TileRow(
                        left: rows(images, piece, origins + row, own, scratch, UnsafePointer(zeros)),
                        rowCount: own,
                        right: filters + start * tile.columns, panelStride: part.depth * tile.columns,
                        columnCount: part.channels.count, target: target + row * stride, stride: stride,
                        adds: start > 0), scratch + memory.tileOffset)
                row += own
            }
            start += piece.count
        }
    }

    /// Where some positions' patches lie: in the images; outside of these are zeros. Patches of many short segments
    /// are copied first, where some lie outside.
    @inline(__always)
    private func rows(
        _ images: UnsafePointer<Float>, _ piece: TapAxis.Piece, _ origins: UnsafePointer<PatchOrigin>,
        _ count: Int,
        _ scratch: UnsafeMutableRawPointer, _ zeros: UnsafePointer<Float>
    ) -> RowTable {
        var table = RowTable(scratch + memory.tableOffset, rows: tile.rows)
        var areInside = true
        for row in 0..<count { areInside = areInside && origins[row].isInside }
        if areInside {
            for run in piece.runs {
                table.append(elementCount: run.count)
                for row in 0..<count {
                    table.set(table.count - 1, row: row, images + (origins[row].element + run.offset))
                }
            }
        } else if memory.copiesPatches {
            let patches = (scratch + memory.patchOffset).assumingMemoryBound(to: Float.self)
            PatchPacking.gather(
                images, piece, self.origins, UnsafeBufferPointer(start: origins, count: count),
                width: memory.patchPitch, into: patches)
            table.append(elementCount: piece.count)
            for row in 0..<count { table.set(0, row: row, patches + row * memory.patchPitch) }
        } else {
            for segment in piece.segments {
                table.append(elementCount: segment.count)
                for row in 0..<count {
                    table.set(
                        table.count - 1, row: row,
                        origins[row].isInside || self.origins.contains(origins[row], segment)
                            ? images + (origins[row].element + segment.offset) : zeros)
                }
            }
        }
        return table
    }

    private func multiplyPatches(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        _ origins: UnsafePointer<PatchOrigin>, _ count: Int, _ scratch: UnsafeMutableRawPointer,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let depth = part.depth
        let piece = axis.pieces.base[0]
        let zeros = scratch.assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: part.tapChannels)
        for first in Swift.stride(from: 0, to: count, by: 4) {
            let own = min(4, count - first)
            /// A position; the last one again where there are fewer than four.
            func origin(_ index: Int) -> PatchOrigin { origins[first + min(index, own - 1)] }
            let (o0, o1, o2, o3) = (origin(0), origin(1), origin(2), origin(3))
            let isInside = o0.isInside && o1.isInside && o2.isInside && o3.isInside
            for channel in 0..<part.channels.count {
                var dots = DotProducts()
                var filter = filters + channel * depth
                // No run or segment ends amid the lanes of a sum, so that both ways have the same order.
                if isInside {
                    for run in piece.runs {
                        let from = images + run.offset
                        dots.add(
                            filter, from + o0.element, from + o1.element, from + o2.element,
                            from + o3.element, count: run.count)
                        filter += run.count
                    }
                } else {
                    for segment in piece.segments {
                        func place(_ origin: PatchOrigin) -> UnsafePointer<Float> {
                            self.origins.contains(origin, segment)
                                ? images + (origin.element + segment.offset) : UnsafePointer(zeros)
                        }
                        dots.add(
                            filter, place(o0), place(o1), place(o2), place(o3), count: segment.count)
                        filter += segment.count
                    }
                }
                let values = dots.sums
                for index in 0..<own { target[(first + index) * stride + channel] = values[index] }
            }
        }
    }
}

/// What a part keeps in memory while it multiplies tiles: where rows lie, what lies outside the images, copies of
/// patches, and what the tile needs.
private struct TileMemory: Sendable {
    private(set) var zeroOffset = 0
    private(set) var patchOffset = 0
    private(set) var tableOffset = 0
    private(set) var tileOffset = 0
    private(set) var byteCount = 0
    /// The elements from patch to patch.
    let patchPitch: Int
    /// Whether patches that lie outside the images in part are copied.
    let copiesPatches: Bool

    /// The fewest channels of a tap for which it pays to say where each lies.
    private static let leastSegment = 16

    init(part: ConvolutionPart, tile: MatrixTile, stretch: Int, isUsed: Bool) {
        patchPitch = stretch + 16
        copiesPatches = part.tapChannels < Self.leastSegment
        if !isUsed { return }
        var layout = ScratchLayout()
        zeroOffset = layout.append(part.tapChannels * 4)
        patchOffset = layout.append(copiesPatches ? tile.rows * patchPitch * 4 : 0)
        // A stretch may begin and end amid a tap.
        let segments = min(part.taps.count, stretch / max(part.tapChannels, 1) + 2)
        tableOffset = layout.append(RowTable.byteCount(rows: tile.rows, segments: segments))
        tileOffset = layout.append(tile.scratchByteCount)
        byteCount = layout.byteCount
    }
}
