import GannetCompiler
import GannetGraph

/// Sums over the taps of filters that are moved over images of few channels, with an epilogue.
///
/// What the taps of a position read of few channels lies scattered, and to gather it takes longer than to multiply it. So
/// the images are copied into planes, one for each channel. There, what one tap reads for neighbouring positions are
/// neighbours, and the results are sums of outer products of these and of the packed filters, which nothing has to be
/// gathered for. Each element is summed in an order that follows from its part alone.
final class PlanarConvolutionKernel: PreparedKernel {
    /// A part with all that does not depend on the buffers.
    private struct Part: Sendable {
        var part: ConvolutionPart
        /// Where its packed filters begin, and the terms of its sums.
        var firstPacked: Int
        var firstTerm: Int
        /// Where the addresses of its filters' rows begin.
        var firstAddress: Int
        var panelCount: Int
        /// The length of the pieces that its sums are cut into.
        var stretch: Int
    }

    /// Where a term of the sums at position (0, 0) lies.
    private struct Term: BitwiseCopyable, Sendable {
        var channel: Int
        /// In a plane that begins with image row 0.
        var offset: Int
    }

    private let convolution: Kernel.Convolution
    private let tile: MatrixTile
    private let epilogue: ContractionEpilogue
    private let parts: [Part]
    private let planes: ImagePlanes
    private let terms: FrozenArray<Term>
    private let packedCount: Int
    private let addressCount: Int
    /// The rows that the taps read, relative to those of the positions.
    private let tapRows: ClosedRange<Int>
    private let rowStride: Int

    /// The most channels of images for which this is faster than gathering.
    private static let mostChannels = 8
    /// About how many results are computed at a time, at most.
    private static let regionElements = 1 << 15

    /// Prepares `convolution`; nil where another kernel is better.
    init?(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        guard convolution.channels <= Self.mostChannels, let first = convolution.parts.first,
            convolution.parts.allSatisfy({
                $0.rows.stride == first.rows.stride && $0.columns.stride == first.columns.stride
            }), !ChannelwisePart.joined(convolution.parts).contains(where: \.isChannelwise)
        else { return nil }
        self.convolution = convolution
        let tile = tier.matrix
        self.tile = tile
        epilogue = ContractionEpilogue(convolution.epilogue, inputTypes: inputTypes, tier: tier)
        let planes = ImagePlanes(
            convolution.parts, width: convolution.width, channels: convolution.channels)
        self.planes = planes
        rowStride = first.rows.stride
        let rows = convolution.parts.flatMap { $0.taps.map(\.row) }
        tapRows = (rows.min() ?? 0)...(rows.max() ?? 0)
        var parts: [Part] = []
        var terms: [Term] = []
        var (packed, addresses) = (0, 0)
        for part in convolution.parts {
            let panels = tile.panelCount(part.channels.count)
            parts.append(
                Part(
                    part: part, firstPacked: packed, firstTerm: terms.count, firstAddress: addresses,
                    panelCount: panels, stretch: tile.stretch(of: part.depth)))
            // Positions that there are not need no place in the planes.
            if part.positionCount > 0 {
                for tap in part.taps {
                    for channel in tap.channel..<tap.channel + part.tapChannels {
                        terms.append(
                            Term(
                                channel: channel, offset: planes.offset(row: tap.row, column: tap.column)))
                    }
                }
            }
            packed += panels * tile.columns * part.depth
            addresses += panels * part.depth
        }
        self.parts = parts
        self.terms = FrozenArray(terms)
        (packedCount, addressCount) = (packed, addresses)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let (batch, height, width) = (
            convolution.batch, convolution.resultHeight, convolution.resultWidth
        )
        let rowElements = width * convolution.resultChannels
        if batch * height * rowElements == 0 { return }
        let memory = HostBuffer(byteCount: packedCount * 4)
        let table = HostBuffer(byteCount: addressCount * MemoryLayout<UnsafePointer<Float>>.stride)
        let filters = table.address.assumingMemoryBound(to: UnsafePointer<Float>.self)
        pack(into: memory.address.assumingMemoryBound(to: Float.self), buffers)
        locateFilters(memory.address.assumingMemoryBound(to: Float.self), into: filters)
        let rows = max(
            min(Self.regionElements / rowElements, convolution.evenRows(threads), height), 1)
        let multiplications = convolution.parts.reduce(0) {
            $0 + batch * $1.positionCount * $1.channels.count * $1.depth
        }
        let cost = multiplications / 2 + batch * height * rowElements * epilogue.cost
        convolution.forEachRegion(rows: rows, cost: cost, threads, workspace) { image, rows, workspace in
            compute(image: image, rows, filters, buffers, workspace)
        }
        withExtendedLifetime((memory, table)) {}
    }

    private func pack(into packed: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers) {
        let filters = UnsafePointer(
            buffers.inputs[convolution.filters].assumingMemoryBound(to: Float.self))
        for part in parts {
            for panel in 0..<part.panelCount {
                Packing.packFilters(
                    of: part.part, panel: panel, filters, channelStride: convolution.filterChannelStride,
                    resultStride: convolution.filterResultStride, width: tile.columns,
                    into: packed + part.firstPacked)
            }
        }
    }

    /// Tells where the rows of the packed filters are: for each stretch of a part's terms, panel by panel.
    private func locateFilters(
        _ packed: UnsafePointer<Float>, into addresses: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        for part in parts {
            let depth = part.part.depth
            var to = addresses + part.firstAddress
            for first in stride(from: 0, to: depth, by: part.stretch) {
                for panel in 0..<part.panelCount {
                    for term in first..<min(first + part.stretch, depth) {
                        to.initialize(
                            to: packed + (part.firstPacked + (panel * depth + term) * tile.columns))
                        to += 1
                    }
                }
            }
        }
    }

    /// Computes some rows of the results of one image and their epilogue.
    private func compute(
        image: Int, _ rows: Range<Int>, _ filters: UnsafePointer<UnsafePointer<Float>>,
        _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        let positionRows = parts.map { $0.part.rows.numbers(of: rows) }
        let written = positionRows.filter { !$0.isEmpty }
        let firstRow = (written.map(\.lowerBound).min() ?? 0) * rowStride + tapRows.lowerBound
        let lastRow = ((written.map(\.upperBound).max() ?? 1) - 1) * rowStride + tapRows.upperBound
        let imageRows = firstRow..<lastRow + 1
        let planeCount = planes.planeCount(rows: imageRows.count)
        let (width, channels) = (convolution.resultWidth, convolution.resultChannels)
        var layout = ScratchLayout()
        let frameOffset = layout.append(epilogue.frameByteCount)
        let resultOffset = layout.append(epilogue.isStore ? 0 : rows.count * width * channels * 4 + 64)
        let planeOffset = layout.append(planeCount * convolution.channels * 4)
        let addressOffset = layout.append(terms.count * MemoryLayout<UnsafePointer<Float>>.stride)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let plane = (scratch + planeOffset).assumingMemoryBound(to: Float.self)
        let addresses = (scratch + addressOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let images = UnsafePointer(buffers.inputs[convolution.images].assumingMemoryBound(to: Float.self))
        let start = (image * convolution.resultHeight + rows.lowerBound) * width * channels
        let result =
            epilogue.isStore
            ? epilogue.output(buffers) + start
            : (scratch + resultOffset).assumingMemoryBound(to: Float.self)

        planes.copy(
            images + image * convolution.height * convolution.width * convolution.channels,
            height: convolution.height, rows: imageRows, into: plane)
        let origin = plane - firstRow * planes.rowPitch
        for index in 0..<terms.count {
            let term = terms.base[index]
            (addresses + index).initialize(to: origin + (term.channel * planeCount + term.offset))
        }
        for (part, own) in zip(parts, positionRows) {
            for row in own {
                let y = part.part.rows.first + row * part.part.rows.step - rows.lowerBound
                multiply(
                    part, addresses + part.firstTerm, offset: row * rowStride * planes.rowPitch,
                    filters + part.firstAddress, into: result + y * width * channels,
                    scratch + tileOffset)
            }
        }
        if !epilogue.isStore {
            epilogue.evaluate(
                scratch + frameOffset, buffers, from: start, rows: rows.count * width, columns: channels,
                stride: channels, result)
        }
    }

    /// Computes what a part has in a row of the results.
    private func multiply(
        _ part: Part, _ terms: UnsafePointer<UnsafePointer<Float>>, offset: Int,
        _ filters: UnsafePointer<UnsafePointer<Float>>, into row: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let (columns, depth) = (part.part.columns, part.part.depth)
        let channels = convolution.resultChannels
        let tiles = (columns.count + tile.rows - 1) / tile.rows
        for number in 0..<tiles {
            let own = WorkDivision.range(of: number, pieces: tiles, count: columns.count)
            let target =
                row + (columns.first + own.lowerBound * columns.step) * channels
                + part.part.channels.lowerBound
            var first = 0
            repeat {
                let count = min(part.stretch, depth - first)
                tile.addOuterProducts(
                    OuterProducts(
                        count: count, left: terms + first, leftOffset: offset + own.lowerBound,
                        rowCount: own.count, right: filters + first * part.panelCount,
                        columnCount: part.part.channels.count, target: target,
                        stride: columns.step * channels, adds: first > 0), scratch)
                first += count
            } while first < depth
        }
    }
}
