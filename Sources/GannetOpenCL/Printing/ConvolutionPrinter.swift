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
        let layout = ConvolutionLayout(convolution)
        if layout.parts.isEmpty { return CallPlan() }
        if layout.isDepthwise { return depthwisePlan(layout) }
        return target.style == .cpu ? vectorPlan(layout) : groupPlan(layout)
    }

    /// The element of the outputs that is written.
    private var place: String {
        "((batch * \(convolution.resultHeight) + y) * \(convolution.resultWidth) + x) * "
            + "\(convolution.resultChannels) + i"
    }

    // MARK: CPU style

    private func vectorPlan(_ layout: ConvolutionLayout) -> CallPlan {
        let tile = VectorTile(rows: layout.largest.positions, channels: layout.largest.channels)
        let depths = layout.depths(limit: 256)
        func items(_ rowBlock: Int) -> [Int] {
            layout.parts.map { part in
                (layout.positions(part) + rowBlock - 1) / rowBlock * tile.blocks(part.channels.count)
            }
        }
        // As many rows as share a packed panel, unless that leaves processors without work.
        var rowBlock = 20 * tile.rows
        while rowBlock > 4 * tile.rows, items(rowBlock).reduce(0, +) < 4 * target.computeUnits {
            rowBlock -= 4 * tile.rows
        }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { tile.blocks($0.channels.count) })
        parts.add("FIRST_BLOCK", depths.ranges.map(\.lowerBound))
        parts.add("LAST_BLOCK", depths.ranges.map(\.upperBound))
        parts.share(items(rowBlock))

        let (epilogue, printer) = vectorEpilogue(layout)
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [1])
        let strides = (convolution.filterChannelStride, convolution.filterResultStride)
        let body = ["gather", "cpu"].map { KernelSection.text($0, of: KernelSources.convolution) }
        let text = KernelTemplate.tiled(body.joined()).text(
            layout.definitions + parts.definitions + tile.definitions + [
                ("DEPTH", "\(depths.largest)"), ("ROW_BLOCK", "\(rowBlock)"), ("LEFT_ROW", "DEPTH"),
                ("LEFT_STEP", "1"), ("RIGHT_ROW", "(INDEX)(FILTER_CHANNEL)"),
                ("RIGHT_COLUMN", "(INDEX)(FILTER_RESULT)"), ("RIGHT_ROW_IS_ONE", strides.0 == 1 ? "1" : "0"),
                ("RIGHT_COLUMN_IS_ONE", strides.1 == 1 ? "1" : "0"),
                ("SHARED", printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.joined(separator: " \\\n    ")),
            ], signature: signature, tables: parts.text + depths.text)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [items(rowBlock).reduce(0, +)], local: [1])
            ], functions: printer.functions)
    }

    /// The statements of the epilogue for a vector of channels, and what printed them.
    func vectorEpilogue(_ layout: ConvolutionLayout) -> ([String], ExpressionPrinter) {
        let lanes = AxisIndex.lanes(first: "i", vector: "iv")
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar("y"), .scalar("x"), lanes], flat: nil, isWide: layout.isWide,
            width: target.width)
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
        let tile = GroupTile.chosen(
            target, parts: layout.parts.map { (layout.positions($0), $0.channels.count) })
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
        let text = KernelTemplate(body: body).text(
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
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar("y"), .scalar("x"), .scalar("i")], flat: nil,
            isWide: layout.isWide, width: 1)
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
