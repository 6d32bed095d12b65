import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints the gradient of a convolution toward its filters. The positions are cut into pieces by the shape alone;
/// one kernel sums over each piece, a second one adds the pieces in their order and runs the epilogue.
struct FilterGradientPrinter {
    let gradient: Kernel.FilterGradient
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    private var count: Int { gradient.filterShape.reduce(1, *) }

    func plan() -> CallPlan {
        if count == 0 { return CallPlan() }
        let layout = ConvolutionLayout(
            gradient, pieces: Self.mostPieces, joinsNarrowParts: target.style == .cpu)
        if let winograd = WinogradPrinter(
            WinogradShape(gradient), inputTypes: inputTypes, outputTypes: outputTypes, target: target
        )?.plan(gradient, layout: layout, count: count) {
            var plan = sum(1, after: winograd.kernels)
            plan.scratchByteCount = winograd.scratchByteCount
            return plan
        }
        let (partial, pieces) =
            layout.isDepthwise
            ? depthwiseKernel(layout)
            : target.style == .cpu ? vectorKernel(layout) : groupKernel(layout)
        return sum(pieces, after: [partial, zeros(pieces)].compactMap { $0 })
    }

    /// The sum of the pieces that kernels leave in scratch memory.
    private func sum(_ pieces: Int, after kernels: [KernelPlan]) -> CallPlan {
        PieceSum(
            pieces: pieces, shape: gradient.filterShape, epilogue: gradient.epilogue, inputTypes: inputTypes,
            outputTypes: outputTypes, target: target
        ).plan(after: kernels)
    }

    /// The largest number of pieces.
    private static let mostPieces = 64

    /// How many pieces the positions are cut into, when one piece is `items` work-items or groups: enough to keep
    /// a device busy, and not so many that adding them takes long.
    func pieces(_ layout: ConvolutionLayout, items: Int, wanted: Int, least: Int) -> Int {
        max(
            1,
            min((wanted + items - 1) / max(1, items), layout.largest.positions / least, Self.mostPieces))
    }

    /// The positions of a piece, for each part.
    func share(_ layout: ConvolutionLayout, _ pieces: Int) -> [Int] {
        layout.parts.map { max(1, (layout.positions($0) + pieces - 1) / pieces) }
    }

    /// The kernel's signature: all inputs, and the pieces.
    func signature(local: [Int]) -> KernelSignature {
        KernelSignature(inputTypes: inputTypes, outputTypes: [.float32], local: local)
    }

    func kernel(_ text: String, global: [Int], local: [Int]) -> KernelPlan {
        KernelPlan(
            text: text, buffers: inputTypes.indices.map { .input($0) } + [.scratch(0)],
            types: inputTypes + [.float32], global: global, local: local)
    }

    // MARK: Sums over pieces

    private func vectorKernel(_ layout: ConvolutionLayout) -> (KernelPlan?, Int) {
        var depths = layout.depths(limit: 576, breaksAtRuns: true)
        let tuned = target.vectorTile(for: .filterGradient(gradient))
        let columns = tuned.columns ?? (layout.largest.channels <= 16 ? 16 : 32)
        let panels = tuned.panels ?? max(1, min(4, (layout.largest.channels + columns - 1) / columns))
        let tile = VectorTile(
            rows: tuned.rows ?? VectorTile.rows(toCover: depths.runs.map { $0[2] }), columns: columns,
            panels: panels)
        let tiledDepth = placeInTiles(&depths, rows: tile.rows)
        let strips = ConvolutionStrips(gradientOf: layout, depths)
        func items(_ part: Int) -> Int {
            depths.ranges[part].count * tile.blocks(layout.parts[part].channels.count)
        }
        let all = layout.parts.indices.reduce(0) { $0 + items($1) }
        let pieces = pieces(layout, items: all, wanted: 32, least: 512)
        if layout.parts.isEmpty { return (nil, pieces) }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { tile.blocks($0.channels.count) })
        parts.add("FIRST_BLOCK", depths.ranges.map(\.lowerBound))
        parts.add("LAST_BLOCK", depths.ranges.map(\.upperBound))
        parts.add(
            "MEMBER_CHANNELS", zip(layout.parts, layout.members).map { $0.channels.count / $1.count })
        parts.add("TILES", strips.counts)
        parts.add("STRIPS", strips.countsInRow)
        parts.add("PIECE", strips.counts.map { max(1, ($0 + pieces - 1) / pieces) })
        parts.share(layout.parts.indices.map { items($0) * pieces })
        let store =
            gradient.filterResultStride == 1
            ? "store_float(result, PARTIALS + piece * FILTER_COUNT + (place), count - c);"
            : "store_strided_float(result, PARTIALS + piece * FILTER_COUNT + (place), FILTER_RESULT, count - c);"
        let body =
            KernelSection.text("gather", of: KernelSources.convolution)
            + KernelSection.text("cpu", of: KernelSources.filterGradient)
        let text = KernelTemplate.tiled(body).text(
            layout.definitions + parts.definitions + tile.definitions + strips.definitions + [
                ("DEPTH", "\(depths.largest)"), ("STRIP", "\(strips.rows)"),
                ("SEGMENTS", "\(strips.segments)"), ("LEFT_ROW", "1"),
                ("LEFT_STEP", strips.areStriped ? "\(strips.step)" : "DEPTH"),
                ("TILED_DEPTH", "\(tiledDepth)"), ("PARTIAL(place)", store),
            ], signature: signature(local: [1]),
            tables: parts.text + KernelTemplate.table("runs", depths.runs)
                + KernelTemplate.table("pieces", depths.pieces)
                + KernelTemplate.table("blocks", depths.blocks))
        return (kernel(text, global: [all * pieces], local: [1]), pieces)
    }

    /// Makes the pieces of the filters know their places in a block whose runs are cut into tiles of `rows` rows, and
    /// returns the largest size of such a block.
    private func placeInTiles(_ depths: inout ConvolutionDepth, rows: Int) -> Int {
        var largest = rows
        for block in depths.blocks.indices.dropLast() {
            let (first, after) = (depths.blocks[block], depths.blocks[block + 1])
            var place = 0
            var piece = first[1]
            for run in depths.runs[first[0]..<after[0]] {
                while piece < after[1], depths.pieces[piece][2] < run[3] + run[2] {
                    depths.pieces[piece][2] += place - run[3]
                    piece += 1
                }
                place += (run[2] + rows - 1) / rows * rows
            }
            largest = max(largest, place)
        }
        return largest
    }

    private func groupKernel(_ layout: ConvolutionLayout) -> (KernelPlan?, Int) {
        func blocks(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
        // Pieces fill the device, whatever the tile.
        let largest = layout.largest
        let tile = target.groupTile(
            for: .filterGradient(gradient), parts: [(largest.depth, largest.channels)], fillsAnyway: true)
        func items(_ part: ConvolutionPart) -> Int {
            blocks(part.depth, tile.m) * blocks(part.channels.count, tile.n)
        }
        let all = layout.parts.reduce(0) { $0 + items($1) }
        let pieces = pieces(layout, items: all, wanted: 512, least: 128)
        if layout.parts.isEmpty { return (nil, pieces) }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { blocks($0.channels.count, tile.n) })
        parts.add("DEPTH_BLOCKS", layout.parts.map { blocks($0.depth, tile.m) })
        parts.add("PIECE", share(layout, pieces))
        let taps = ConvolutionTaps(layout.parts, table: &parts)
        parts.share(layout.parts.map { items($0) * pieces })
        let body =
            taps.section + KernelSection.text("gpu", of: KernelSources.filterGradient)
            + KernelSection.text("end", of: KernelSources.convolution)
        let text = KernelTemplate.grouped(body, target).text(
            layout.definitions + parts.definitions + tile.definitions,
            signature: signature(local: [tile.threads]), tables: parts.text + taps.table)
        return (kernel(text, global: [all * pieces * tile.threads], local: [tile.threads]), pieces)
    }

    // MARK: The elements that are masked

    /// The kernel that clears what no part gives, where there is such.
    private func zeros(_ pieces: Int) -> KernelPlan? {
        let given = gradient.parts.reduce(0) { $0 + $1.depth * $1.channels.count }
        if given == count { return nil }
        let gaps = gaps(gradient.parts)
        let signature = KernelSignature(inputTypes: [], outputTypes: [.float32], local: [1])
        let text = KernelTemplate(body: KernelSection.text("zeros", of: KernelSources.maskedConvolution))
            .text(
                [("PARTIALS", "out0"), ("FILTER_COUNT", "\(count)")], signature: signature,
                tables: KernelTemplate.table("gaps", gaps))
        return KernelPlan(
            text: text, buffers: [.scratch(0)], types: [.float32], global: [gaps.count, pieces],
            local: [1, 1])
    }

    /// What no part gives: (first element, length, number of such stretches, distance from one to the next).
    private func gaps(_ parts: [ConvolutionPart]) -> [[Int]] {
        var isGiven = [Bool](repeating: false, count: count)
        for part in parts {
            for tap in part.taps {
                for channel in 0..<part.tapChannels {
                    for result in 0..<part.channels.count {
                        isGiven[
                            tap.filter + channel * gradient.filterChannelStride
                                + result * gradient.filterResultStride] = true
                    }
                }
            }
        }
        var gaps: [[Int]] = []
        var first = 0
        while first < count {
            if isGiven[first] {
                first += 1
                continue
            }
            var end = first
            while end < count, !isGiven[end] { end += 1 }
            if let last = gaps.last, last[1] == end - first,
                last[2] == 1 || last[0] + last[2] * last[3] == first
            {
                gaps[gaps.count - 1] = [last[0], last[1], last[2] + 1, (first - last[0]) / last[2]]
            } else {
                gaps.append([first, end - first, 1, 0])
            }
            first = end
        }
        return gaps
    }
}
