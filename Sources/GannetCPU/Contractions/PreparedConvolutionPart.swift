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
    /// The elements that are written for a position, with those that fill the last tile.
    let width: Int
    /// The elements of memory that are needed to gather images.
    let gatheredCount: Int
    /// Whether all results of the convolution are the part's and are written just where they belong.
    let isWhole: Bool

    private let method: Method
    private let axis: TapAxis
    private let tile: MatrixTile
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
            (width, panelCount) = (panels * tile.columns, panels)
            packedCount = width * depth
            gatheredCount = tile.rows * tile.depth * tile.repetition
            self.isWhole = isWhole && count % tile.columns == 0
        case .dots:
            (width, panelCount) = (count, 1)
            packedCount = count * depth
            gatheredCount = part.tapChannels
            self.isWhole = isWhole
        case .channelwise:
            (width, panelCount) = (count, 1)
            packedCount = depth
            gatheredCount = 0
            self.isWhole = isWhole
        }
        axis = TapAxis(
            part, pieceLength: method == .tiles ? tile.stretch(of: depth) : max(depth, 1),
            width: convolution.width, channels: convolution.channels)
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
            packTiles(
                panel, filters, channelStride: channelStride, resultStride: resultStride, into: packed)
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

    private func packTiles(
        _ panel: Int, _ filters: UnsafePointer<Float>, channelStride: Int, resultStride: Int,
        into packed: UnsafeMutablePointer<Float>
    ) {
        var to = packed + panel * part.depth * tile.columns
        let first = panel * tile.columns
        let columns = first..<min(first + tile.columns, part.channels.count)
        for tap in part.taps {
            Packing.packRight(
                Packing.Source(
                    base: filters + tap.filter, rowStride: channelStride, columnStride: resultStride),
                rows: 0..<part.tapChannels, columns: columns, width: tile.columns, into: to)
            to += part.tapChannels * tile.columns
        }
    }

    /// Makes the results at `count` positions.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - filters: The part's packed filters.
    ///   - origins: The positions.
    ///   - gathered: Memory for what is gathered.
    ///   - target: Where the results at the first position go. Tiles are written whole, so there must be room for a
    ///     tile's rows.
    ///   - stride: What is added from one position to the next.
    func compute(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        origins: UnsafePointer<PatchOrigin>, count: Int, gathered: UnsafeMutablePointer<Float>,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        if part.depth == 0 { return target.update(repeating: 0, count: count * stride) }
        switch method {
        case .tiles: multiply(images, filters, origins, count, gathered, target, stride)
        case .dots: multiplyPatches(images, filters, origins, count, gathered, target, stride)
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
        _ origins: UnsafePointer<PatchOrigin>, _ count: Int, _ left: UnsafeMutablePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        var start = 0
        for number in 0..<axis.pieces.count {
            let piece = axis.pieces.base[number]
            var row = 0
            while row < count {
                PatchPacking.packLeft(
                    images, piece, self.origins, origins + row, count: min(tile.rows, count - row),
                    height: tile.rows, repetition: tile.repetition, into: left)
                for column in 0..<panelCount {
                    tile.multiply(
                        piece.count, left, filters + (column * part.depth + start) * tile.columns,
                        target + row * stride + column * tile.columns, stride, start > 0)
                }
                row += tile.rows
            }
            start += piece.count
        }
    }

    private func multiplyPatches(
        _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        _ origins: UnsafePointer<PatchOrigin>, _ count: Int, _ zeros: UnsafeMutablePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let depth = part.depth
        let piece = axis.pieces.base[0]
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
