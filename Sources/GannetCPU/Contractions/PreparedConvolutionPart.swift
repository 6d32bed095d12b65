import GannetCompiler

/// A part of a convolution with all that does not depend on buffers, and how its results at some positions are made.
struct PreparedConvolutionPart: Sendable {
    /// The ways to make results; which one serves follows from the part alone.
    private enum Method {
        /// A matrix product whose left operand, a row for each position and a column for each tap and channel, is
        /// gathered from the images a panel of rows and a stretch of the columns at a time.
        case patches
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
    var scratchByteCount: Int {
        strips?.scratchByteCount ?? (method == .patches ? memory.byteCount : part.tapChannels * 4)
    }
    /// How the part is computed strip by strip; nil where it is in one of the other ways.
    let strips: ConvolutionStrips?
    /// Whether all results of the convolution are the part's and are written just where they belong.
    let isWhole: Bool

    private let method: Method
    private let axis: TapAxis
    private let tile: MatrixTile
    private let memory: PatchMemory
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
        let isTiled = !joined.isChannelwise && (count > Self.mostDots || isShort)
        strips = isTiled ? ConvolutionStrips(part, of: convolution, tile: tile) : nil
        method = joined.isChannelwise ? .channelwise : isTiled ? .patches : .dots
        let panels = (count + tile.columns - 1) / tile.columns
        let depth = part.depth
        let isWhole =
            part.rows.step == 1 && part.rows.count == convolution.resultHeight && part.columns.step == 1
            && part.columns.count == convolution.resultWidth && count == convolution.resultChannels
        switch method {
        case .patches:
            panelCount = panels
            packedCount = panels * tile.columns * depth
        case .dots: (panelCount, packedCount) = (1, count * depth)
        case .channelwise: (panelCount, packedCount) = (1, depth)
        }
        (width, self.isWhole) = (count, isWhole)
        axis = TapAxis(
            part, pieceLength: method == .patches ? tile.stretch(of: depth) : max(depth, 1),
            width: convolution.width, channels: convolution.channels)
        memory = PatchMemory(
            tile: tile, stretch: tile.stretch(of: depth), isUsed: isTiled && strips == nil)
        origins = PatchOrigins(
            part, height: convolution.height, width: convolution.width, channels: convolution.channels)
    }

    /// Packs a panel of the filters; `packed` is where the part's begin.
    func pack(
        _ panel: Int, _ filters: UnsafePointer<Float>, channelStride: Int, resultStride: Int,
        into packed: UnsafeMutablePointer<Float>
    ) {
        switch method {
        case .patches:
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

    /// Makes the results at `count` positions, where not ``strips`` do.
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
        case .patches: multiplyPatches(images, filters, origins, count, scratch, target, stride)
        case .dots: multiplyDots(images, filters, origins, count, scratch, target, stride)
        case .channelwise:
            let taps = axis.pieces.base[0].segments
            for index in 0..<count {
                ChannelwiseSums.convolve(
                    images, origins[index], self.origins, taps, filters, channels: part.channels.count,
                    into: target + index * stride)
            }
        }
    }

    private func multiplyPatches(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        _ origins: UnsafePointer<PatchOrigin>, _ count: Int, _ scratch: UnsafeMutableRawPointer,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let patches = (scratch + memory.patchOffset).assumingMemoryBound(to: Float.self)
        var start = 0
        for number in 0..<axis.pieces.count {
            let piece = axis.pieces.base[number]
            for row in Swift.stride(from: 0, to: count, by: tile.rows) {
                let own = min(tile.rows, count - row)
                PatchPacking.gather(
                    images, piece, self.origins, UnsafeBufferPointer(start: origins + row, count: own),
                    width: memory.patchPitch, into: patches)
                tile.multiply(
                    TileRun(left: patches, count: piece.count, first: start), leftStride: memory.patchPitch,
                    rowCount: own, right: filters, panelStride: part.depth * tile.columns,
                    columnCount: part.channels.count, into: target + row * stride, stride: stride,
                    adds: start > 0, scratch + memory.tileOffset)
            }
            start += piece.count
        }
    }

    private func multiplyDots(
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

/// What a part keeps in memory while it multiplies patches: copies of them, and what the tile needs.
private struct PatchMemory: Sendable {
    private(set) var patchOffset = 0
    private(set) var tileOffset = 0
    private(set) var byteCount = 0
    /// The elements from patch to patch.
    let patchPitch: Int

    init(tile: MatrixTile, stretch: Int, isUsed: Bool) {
        // Of whole vectors, and no power of two.
        patchPitch = ((stretch + 15) & ~15) + 16
        if !isUsed { return }
        var layout = ScratchLayout()
        patchOffset = layout.append(tile.rows * patchPitch * 4)
        tileOffset = layout.append(tile.scratchByteCount)
        byteCount = layout.byteCount
    }
}
