import GannetCompiler
import GannetKernels

/// Convolutions of each channel by itself: `depthwise_convolution.cl`.
extension ConvolutionPrinter {
    func depthwisePlan(_ layout: ConvolutionLayout) -> CallPlan {
        let vectors = DepthwiseTile.vectors(layout, width: target.width)
        let block = vectors * target.width
        // Enough work-items to share, each long enough to be worth a call.
        var rowBlock = 512
        func items(_ rowBlock: Int) -> [Int] {
            layout.parts.map { part in
                (layout.positions(part) + rowBlock - 1) / rowBlock
                    * ((part.channels.count + block - 1) / block)
            }
        }
        while rowBlock > 32, items(rowBlock).reduce(0, +) < 4 * target.computeUnits { rowBlock /= 2 }
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", layout.parts.map { ($0.channels.count + block - 1) / block })
        let taps = ConvolutionTaps(layout.parts, table: &parts)
        let isCPU = target.style == .cpu
        let shares =
            isCPU ? items(rowBlock) : layout.parts.map { layout.positions($0) * $0.channels.count }
        parts.share(shares)
        let local = target.groupSize
        let (epilogue, printer) = isCPU ? vectorEpilogue(layout) : scalarEpilogue(layout)
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [local])
        let text = DepthwiseTile.template(isCPU ? "cpu" : "gpu", taps).text(
            layout.definitions + parts.definitions + [
                ("VECTORS", "\(vectors)"), ("ROW_BLOCK", "\(rowBlock)"), ("THREADS", "\(local)"),
                ("SHARED", printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.joined(separator: " \\\n    ")),
            ], signature: signature, tables: parts.text + taps.table)
        let total = shares.reduce(0, +)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [(total + local - 1) / local * local], local: [local])
            ], functions: printer.functions)
    }
}

/// How work-items share the channels of a depthwise convolution.
enum DepthwiseTile {
    /// The vectors of channels that a work-item makes.
    static func vectors(_ layout: ConvolutionLayout, width: Int) -> Int {
        max(1, min(4, (layout.largest.channels + width - 1) / width))
    }

    /// A section of `depthwise_convolution.cl` that knows its taps.
    static func template(_ section: String, _ taps: ConvolutionTaps) -> KernelTemplate {
        KernelTemplate(
            body: taps.section + KernelSection.text(section, of: KernelSources.depthwiseConvolution)
                + KernelSection.text("end", of: KernelSources.convolution))
    }
}

extension FilterGradientPrinter {
    func depthwiseKernel(_ layout: ConvolutionLayout) -> (KernelPlan?, Int) {
        let isCPU = target.style == .cpu
        let vectors = DepthwiseTile.vectors(layout, width: target.width)
        let block = isCPU ? vectors * target.width : 1
        let blocks = layout.parts.map { ($0.channels.count + block - 1) / block }
        let items = isCPU ? blocks : layout.parts.map { $0.taps.count * $0.channels.count }
        let all = items.reduce(0, +)
        let pieces = pieces(layout, items: all, wanted: isCPU ? 32 : 65536, least: isCPU ? 512 : 64)
        var parts = layout.partTable
        parts.add("COLUMN_BLOCKS", blocks)
        parts.add("PIECE", share(layout, pieces))
        let taps = ConvolutionTaps(layout.parts, table: &parts)
        parts.share(items.map { $0 * pieces })
        let local = target.groupSize
        let section = isCPU ? "filter gradient cpu" : "filter gradient gpu"
        let text = DepthwiseTile.template(section, taps).text(
            layout.definitions + parts.definitions + [
                ("VECTORS", "\(vectors)"), ("THREADS", "\(local)"), ("PIECES", "\(pieces)"),
                ("MOST_TAPS", "\(layout.parts.map(\.taps.count).max() ?? 1)"),
            ], signature: signature(local: [local]), tables: parts.text + taps.table)
        return (kernel(text, global: [(all * pieces + local - 1) / local * local], local: [local]), pieces)
    }
}
