import GannetCompiler

/// Convolutions, and their gradients toward images.
extension WinogradPrinter {
    /// The kernels of a convolution; nil where neither channels nor results lie side by side in the filters, and where
    /// there is too much to map.
    func plan(
        _ convolution: Kernel.Convolution, layout: ConvolutionLayout,
        epilogue: (lines: [String], printer: ExpressionPrinter)
    ) -> CallPlan? {
        let (tiles, channels, results) = (shape.tileCount, shape.channels, shape.resultChannels)
        let isResultMajor = convolution.filterResultStride == 1
        guard isResultMajor || convolution.filterChannelStride == 1 else { return nil }
        let (lines, lineChannels) = isResultMajor ? (channels, results) : (results, channels)
        let linePitch = pitch(lineChannels)
        var scratch = ScratchPlaces()
        let images = scratch.take(Self.products * tiles * pitch(channels))
        let filters = scratch.take(Self.products * lines * linePitch)
        let products = scratch.take(Self.products * tiles * results)
        if scratch.isTooLarge { return nil }
        let mapFilters = map(
            "filters", .filters,
            layout.definitions + [
                ("MAPPED", "out0"), ("LINES", "\(lines)"), ("LINE_CHANNELS", "\(lineChannels)"),
                (
                    "LINE_STRIDE",
                    "\(isResultMajor ? convolution.filterChannelStride : convolution.filterResultStride)"
                ),
            ], lines: lines, channels: lineChannels, to: filters, tables: tapTable)
        let product = multiply(
            batch: Self.products, m: tiles, n: results, k: channels,
            a: .init(
                input: 0, offset: 0, batchStride: tiles * pitch(channels), rowStride: pitch(channels),
                columnStride: 1
            ),
            b: .init(
                input: 1, offset: 0, batchStride: lines * linePitch,
                rowStride: isResultMajor ? linePitch : 1, columnStride: isResultMajor ? 1 : linePitch),
            from: [images, filters], to: products, behind: scratch)
        let (global, local, each) = target.share(lines: tiles, of: results)
        let signature = KernelSignature(
            inputTypes: inputTypes + [.float32], outputTypes: outputTypes, local: [local])
        let text = template("products").text(
            layout.definitions + definitions(.products, threads: local, each: each) + [
                ("PRODUCTS", "in\(inputTypes.count)"),
                ("SHARED", epilogue.printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.lines.joined(separator: " \\\n    ")),
            ], signature: signature)
        let finish = KernelPlan(
            text: text,
            buffers: inputTypes.indices.map { .input($0) } + [.scratch(products)]
                + outputTypes.indices.map { .output($0) },
            types: inputTypes + [.float32] + outputTypes, global: [global], local: [local])
        let mapImages = mapImages(
            layout.definitions, .images, tiles: tiles, first: (shape.firstRow, shape.firstColumn),
            channels: channels, to: images)
        return CallPlan(
            kernels: [mapImages, mapFilters] + product.kernels + [finish],
            scratchByteCount: scratch.byteCount + product.scratchByteCount,
            functions: epilogue.printer.functions.union(product.functions))
    }
}
