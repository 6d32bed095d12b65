import GannetCompiler

/// Gradients of convolutions toward their filters.
extension WinogradPrinter {
    /// The kernels of a gradient, which leave it at the start of the scratch memory, `count` numbers; nil where results do
    /// not lie side by side in the filters, and where there is too much to map.
    func plan(_ gradient: Kernel.FilterGradient, layout: ConvolutionLayout, count: Int) -> CallPlan? {
        guard gradient.filterResultStride == 1 else { return nil }
        let (channels, results) = (shape.channels, shape.resultChannels)
        let parts = (shape.tileCount + Self.mostTiles - 1) / Self.mostTiles
        let part = (shape.tileCount + parts - 1) / parts
        // The tiles behind the last one hold zeros.
        let tiles = parts * part
        var scratch = ScratchPlaces()
        _ = scratch.take(count)
        let images = scratch.take(Self.products * tiles * pitch(channels))
        let gradients = scratch.take(Self.products * tiles * pitch(results))
        let sums = scratch.take(Self.products * parts * channels * results)
        if scratch.isTooLarge { return nil }
        let product = multiply(
            batch: Self.products * parts, m: channels, n: results, k: part,
            a: .init(
                input: 0, offset: 0, batchStride: part * pitch(channels), rowStride: 1,
                columnStride: pitch(channels)),
            b: .init(
                input: 1, offset: 0, batchStride: part * pitch(results), rowStride: pitch(results),
                columnStride: 1),
            from: [images, gradients], to: sums, behind: scratch)
        let resultsAsImages = [
            ("IMAGES", "in\(gradient.results)"), ("HEIGHT", "\(shape.resultHeight)"),
            ("WIDTH", "\(shape.resultWidth)"), ("CHANNELS", "\(results)"),
        ]
        let mapped = [
            mapImages(
                layout.definitions, .images, tiles: tiles, first: (shape.firstRow, shape.firstColumn),
                channels: channels, to: images),
            mapImages(
                layout.definitions.filter { known in !resultsAsImages.contains { $0.0 == known.0 } }
                    + resultsAsImages, .resultGradients, tiles: tiles, first: (0, 0), channels: results,
                to: gradients),
        ]
        let (global, local, each) = target.share(lines: channels, of: results)
        let signature = KernelSignature(inputTypes: [.float32], outputTypes: [.float32], local: [local])
        let text = template("filter gradient").text(
            layout.definitions + definitions(.filterGradients, threads: local, each: each) + [
                ("SUMS", "in0"), ("PARTS", "\(parts)"),
            ], signature: signature, tables: tapTable)
        let finish = KernelPlan(
            text: text, buffers: [.scratch(sums), .scratch(0)], types: [.float32, .float32],
            global: [global], local: [local])
        return CallPlan(
            kernels: mapped + product.kernels + [finish],
            scratchByteCount: scratch.byteCount + product.scratchByteCount, functions: product.functions)
    }

    /// The most tiles of a part, whose sum a batch of products makes: longer sums have larger errors.
    private static let mostTiles = 512
}
