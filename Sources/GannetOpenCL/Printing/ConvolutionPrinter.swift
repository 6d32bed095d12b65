import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a convolution, or its gradient toward the images: `convolution.cl` with the extents, the parts and the
/// epilogue of one call.
struct ConvolutionPrinter {
    let convolution: Kernel.Convolution
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    func plan() -> CallPlan {
        let layout = ConvolutionLayout(convolution, joinsNarrowParts: target.style == .cpu)
        if layout.parts.isEmpty { return CallPlan() }
        if layout.isDepthwise { return depthwisePlan(layout) }
        // As on the CPU, the most special way comes first; but for tests Winograd's filtering wherever it can be.
        if target.winograd == .wherePossible, let plan = winogradPlan(layout) { return plan }
        if let plan = spreadPlan() ?? winogradPlan(layout) { return plan }
        return target.style == .cpu ? vectorPlan(layout) : groupPlan(layout)
    }

    /// The plan by Winograd's minimal filtering, nil where that is not possible or not faster.
    private func winogradPlan(_ layout: ConvolutionLayout) -> CallPlan? {
        WinogradPrinter(
            WinogradShape(convolution), inputTypes: inputTypes, outputTypes: outputTypes, target: target
        )?.plan(
            convolution, layout: layout,
            epilogue: target.style == .cpu ? vectorEpilogue(layout) : scalarEpilogue(layout))
    }

    /// The plan where results have few channels, nil where they have many.
    private func spreadPlan() -> CallPlan? {
        SpreadConvolutionPrinter(
            convolution, inputTypes: inputTypes, outputTypes: outputTypes, target: target
        )?.plan()
    }

    // MARK: CPU style

    private func vectorPlan(_ layout: ConvolutionLayout) -> CallPlan {
        let largest = layout.largest
        let tuned = target.vectorTile(for: .convolution(convolution))
        let columns = tuned.columns ?? (largest.channels <= 16 ? 16 : 32)
        let panels = tuned.panels ?? max(1, min(4, (largest.channels + columns - 1) / columns))
        // The panels of a block stay in the second-level cache.
        var depths = layout.depths(limit: max(16, min(2048, 131_072 / (panels * columns))))
        let strips = ConvolutionStrips(layout, depths, rows: tuned.rows)
        let tile = VectorTile(rows: strips.rows, columns: columns, panels: panels)
        func items(_ tiles: Int) -> [Int] {
            zip(strips.counts, layout.parts).map { ($0 + tiles - 1) / tiles * tile.blocks($1.channels.count) }
        }
        var tiles = 24
        while tiles > 4, items(tiles).reduce(0, +) < 4 * target.computeUnits { tiles -= 4 }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { tile.blocks($0.channels.count) })
        parts.add("FIRST_BLOCK", depths.ranges.map(\.lowerBound))
        parts.add("LAST_BLOCK", depths.ranges.map(\.upperBound))
        parts.add("TILES", strips.counts)
        parts.add("STRIPS", strips.countsInRow)
        parts.share(items(tiles))

        let (packing, packedCount) = pack(layout, &depths, tile)
        let (epilogue, printer) = vectorEpilogue(layout)
        let signature = KernelSignature(
            inputTypes: inputTypes + [.float32], outputTypes: outputTypes, local: [1])
        let body = ["gather", "cpu"].map { KernelSection.text($0, of: KernelSources.convolution) }
        let hasOneBlock = depths.ranges.allSatisfy { $0.count <= 1 }
        let text = KernelTemplate.tiled(body.joined()).text(
            layout.definitions + parts.definitions + tile.definitions + strips.definitions + [
                ("PACKED", "in\(inputTypes.count)"), ("DEPTH", "\(depths.largest)"), ("TILES", "\(tiles)"),
                ("SUM_TILES", "\(hasOneBlock ? 1 : tiles)"), ("LEFT_STEP", "1"),
                ("LEFT_ROW", strips.areStriped ? "\(strips.step)" : "DEPTH"),
                ("SHARED", printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.joined(separator: " \\\n    ")),
            ], signature: signature,
            tables: parts.text + KernelTemplate.table("runs", depths.runs)
                + KernelTemplate.table("blocks", depths.blocks))
        let kernel = KernelPlan(
            text: text,
            buffers: inputTypes.indices.map { .input($0) } + [.scratch(0)]
                + outputTypes.indices.map { .output($0) },
            types: inputTypes + [.float32] + outputTypes, global: [items(tiles).reduce(0, +)], local: [1])
        return CallPlan(
            kernels: [packing, kernel].compactMap { $0 },
            // A kernel that packs nothing has the argument all the same.
            scratchByteCount: max(packedCount, 1) * ScalarType.float32.byteCount,
            functions: printer.functions)
    }

    /// The kernel that packs the filters once for all work-items, nil where there are no taps, and the number of
    /// elements packed; each block gets to know where its own are.
    private func pack(_ layout: ConvolutionLayout, _ depths: inout ConvolutionDepth, _ tile: VectorTile) -> (
        KernelPlan?, Int
    ) {
        var next = 0
        var rows: [[Int]] = []
        var panels = 1
        for (number, range) in depths.ranges.enumerated() {
            let part = layout.parts[number]
            let memberChannels = part.channels.count / layout.members[number].count
            let count = (part.channels.count + tile.columns - 1) / tile.columns
            panels = max(panels, count)
            for block in range {
                let size = depths.blocks[block][2] * tile.columns
                depths.blocks[block][3] = next
                for piece in depths.pieces[depths.blocks[block][1]..<depths.blocks[block + 1][1]] {
                    rows.append(
                        [
                            piece[0], piece[1], next + piece[2] * tile.columns, size, part.channels.count,
                            piece[3], memberChannels,
                        ])
                }
                next += count * size
            }
        }
        if rows.isEmpty { return (nil, next) }
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: [.float32], local: [1])
        let text = KernelTemplate.tiled(KernelSection.text("pack", of: KernelSources.convolution)).text(
            layout.definitions + [("PACKED", "out0"), ("COLUMNS", "\(tile.columns)")], signature: signature,
            tables: KernelTemplate.numbers("pieces", rows))
        return (
            KernelPlan(
                text: text, buffers: inputTypes.indices.map { .input($0) } + [.scratch(0)],
                types: inputTypes + [.float32], global: [rows.count, panels], local: [1, 1]), next
        )
    }

    /// The axes of the results' index space, and the element of the outputs that is written.
    private func index(_ layout: ConvolutionLayout, channel: AxisIndex) -> (IndexPrinter, place: String) {
        let (row, column) = layout.isTransposed ? ("x", "y") : ("y", "x")
        let place =
            "((batch * \(convolution.resultHeight) + \(row)) * \(convolution.resultWidth) + \(column)) * "
            + "\(convolution.resultChannels) + i"
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar(row), .scalar(column), channel], flat: nil,
            isWide: layout.isWide, width: target.width)
        return (index, place)
    }

    /// The statements of the epilogue for a vector of channels, and what printed them.
    func vectorEpilogue(_ layout: ConvolutionLayout) -> ([String], ExpressionPrinter) {
        let (index, place) = index(layout, channel: .lanes(first: "i", vector: "iv"))
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: true))
        let values = printer.print(convolution.epilogue)
        let hasTail = layout.parts.contains { $0.channels.count % target.width != 0 }
        var numbers = "i + \(LaneNames.numbers(isWide: layout.isWide, width: target.width))"
        if hasTail { numbers = "min(\(numbers), (\(index.scalarType))\(convolution.resultChannels - 1))" }
        let lines =
            ["const \(index.vectorType) iv = \(numbers);"] + printer.lines
            + printer.stores(
                convolution.epilogue, values, outputTypes: outputTypes, at: place,
                lanes: hasTail ? "lanes" : nil)
        return (lines, printer)
    }

    // MARK: GPU style

    private func groupPlan(_ layout: ConvolutionLayout) -> CallPlan {
        let tile = target.groupTile(
            for: .convolution(convolution),
            parts: layout.parts.map { (layout.positions($0), $0.channels.count) })
        func blocks(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
        let groups = layout.parts.map {
            blocks(layout.positions($0), tile.m) * blocks($0.channels.count, tile.n)
        }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { blocks($0.channels.count, tile.n) })
        let taps = ConvolutionTaps(layout.parts, table: &parts)
        parts.share(groups)
        let (epilogue, printer) = scalarEpilogue(layout)
        let signature = KernelSignature(
            inputTypes: inputTypes, outputTypes: outputTypes, local: [tile.threads])
        let body =
            taps.section + KernelSection.text("gpu", of: KernelSources.convolution)
            + KernelSection.text("end", of: KernelSources.convolution)
        let text = KernelTemplate.grouped(body, target).text(
            layout.definitions + parts.definitions + tile.definitions + [
                ("EPILOGUE", epilogue.joined(separator: " \\\n    "))
            ], signature: signature, tables: parts.text + taps.table)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [groups.reduce(0, +) * tile.threads], local: [tile.threads])
            ], functions: printer.functions)
    }

    /// The statements of the epilogue for one result, and what printed them.
    func scalarEpilogue(_ layout: ConvolutionLayout) -> ([String], ExpressionPrinter) {
        let (index, place) = index(layout, channel: .scalar("i"))
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: false))
        let values = printer.print(convolution.epilogue)
        let lines =
            printer.lines
            + printer.stores(
                convolution.epilogue, values, outputTypes: outputTypes, at: place, lanes: nil)
        return (lines, printer)
    }
}
