import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a convolution whose results have few channels: the filters as a matrix, a product of the images with it, and the
/// kernels of `spread_convolution.cl` that add up what each pixel gives. See `TapGrid`.
struct SpreadConvolutionPrinter {
    private let convolution: Kernel.Convolution
    private let grid: TapGrid
    private let inputTypes: [ScalarType]
    private let outputTypes: [ScalarType]
    private let target: KernelTarget

    /// The most numbers of a work-item's own in the CPU style.
    private static let mostSums = 1 << 16

    /// A printer for a convolution, nil where another way to make it is better.
    init?(
        _ convolution: Kernel.Convolution, inputTypes: [ScalarType], outputTypes: [ScalarType],
        target: KernelTarget
    ) {
        guard let grid = TapGrid(spreading: convolution) else { return nil }
        (self.convolution, self.grid, self.target) = (convolution, grid, target)
        (self.inputTypes, self.outputTypes) = (inputTypes, outputTypes)
        if pixelCount == 0 || resultCount == 0 || (convolution.width + 2 * steps) * pitch > Self.mostSums {
            return nil
        }
    }

    private var pixelCount: Int { convolution.batch * convolution.height * convolution.width }
    private var resultCount: Int { convolution.batch * convolution.resultHeight * resultRow }
    private var resultRow: Int { convolution.resultWidth * convolution.resultChannels }
    /// The products of a pixel, and those of them with one row of the grid.
    private var productCount: Int { grid.filters.count * convolution.resultChannels }
    private var rowCount: Int { grid.columnCount * convolution.resultChannels }
    private var steps: Int { grid.columnCount / grid.columnStep }
    private var pitch: Int { (rowCount + 15) / 16 * 16 }

    /// The kernels; nil where there is too much to multiply.
    func plan() -> CallPlan? {
        var scratch = ScratchPlaces()
        let packed = scratch.take(convolution.channels * productCount)
        let products = scratch.take(pixelCount * productCount)
        let isStore = convolution.epilogue == .storingAccumulator(.float32)
        let sums = isStore ? nil : scratch.take(resultCount)
        if scratch.isTooLarge { return nil }
        let product = MatrixProductPrinter(
            product: Kernel.MatrixProduct(
                batch: 1, m: pixelCount, n: productCount, k: convolution.channels,
                a: .init(
                    input: 0, offset: 0, batchStride: 0, rowStride: convolution.channels, columnStride: 1),
                b: .init(input: 1, offset: 0, batchStride: 0, rowStride: productCount, columnStride: 1),
                epilogue: .storingAccumulator(.float32)), inputTypes: [.float32, .float32],
            outputTypes: [.float32], target: target
        ).plan().placed(
            inputs: [.input(convolution.images), .scratch(packed)], outputs: [.scratch(products)],
            behind: scratch.byteCount)
        var plan = CallPlan(
            kernels: [pack(to: packed)] + product.kernels
                + [add(products, to: sums.map { .scratch($0) } ?? .output(0))],
            scratchByteCount: scratch.byteCount + product.scratchByteCount, functions: product.functions)
        if let sums {
            let epilogue = finish(sums)
            plan.kernels += epilogue.kernels
            plan.functions.formUnion(epilogue.functions)
        }
        return plan
    }

    private func pack(to packed: Int) -> KernelPlan {
        let (global, local, each) = target.share(
            lines: convolution.channels * productCount, each: 2048)
        return kernel(
            "pack", from: .input(convolution.filters), to: .scratch(packed), global, local,
            [
                ("FILTERS", "in0"), ("PACKED", "out0"), ("PLACES", "\(grid.filters.count)"),
                ("CHANNELS", "\(convolution.channels)"),
                ("FILTER_CHANNEL", "\(convolution.filterChannelStride)"),
                ("FILTER_RESULT", "\(convolution.filterResultStride)"), ("EACH", "\(each)"),
            ], tables: KernelTemplate.numbers("places", grid.filters.map { [$0 ?? -1] }))
    }

    /// The kernel that adds up what the pixels give to each result.
    private func add(_ products: Int, to results: KernelPlan.Buffer) -> KernelPlan {
        let isVector = target.style == .cpu
        let (global, local, each) = target.share(
            lines: convolution.batch * convolution.resultHeight, of: resultRow)
        return kernel(
            isVector ? "cpu" : "gpu", from: .scratch(products), to: results, global, local,
            [
                ("PRODUCTS", "in0"), ("RESULTS", "out0"), ("BATCH", "\(convolution.batch)"),
                ("HEIGHT", "\(convolution.height)"), ("WIDTH", "\(convolution.width)"),
                ("RESULT_HEIGHT", "\(convolution.resultHeight)"), ("RESULT_ROW", "\(resultRow)"),
                ("PLACES", "\(grid.filters.count)"), ("ROWS", "\(grid.rows.count)"),
                ("ROW_STEP", "\(grid.rowStep)"), ("ROW_COUNT", "\(rowCount)"), ("PITCH", "\(pitch)"),
                ("STEP", "\(grid.columnStep * convolution.resultChannels)"), ("STEPS", "\(steps)"),
                ("FIRST", "\(-grid.firstColumn * convolution.resultChannels)"), ("EACH", "\(each)"),
            ], tables: KernelTemplate.numbers("rows", grid.rows.map { [$0] }))
    }

    private func kernel(
        _ section: String, from source: KernelPlan.Buffer, to result: KernelPlan.Buffer, _ global: Int,
        _ local: Int, _ facts: [(String, String)], tables: String
    ) -> KernelPlan {
        let text = KernelTemplate(body: KernelSection.text(section, of: KernelSources.spreadConvolution))
            .text(
                facts + [
                    ("RESULT_CHANNELS", "\(convolution.resultChannels)"), ("THREADS", "\(local)"),
                    ("INDEX", max(pixelCount * productCount, resultCount) > 1 << 30 ? "long" : "int"),
                ],
                signature: KernelSignature(
                    inputTypes: [.float32], outputTypes: [.float32], local: [local]), tables: tables)
        return KernelPlan(
            text: text, buffers: [source, result], types: [.float32, .float32], global: [global],
            local: [local])
    }

    /// The epilogue, of sums that lie in scratch memory.
    private func finish(_ sums: Int) -> CallPlan {
        let shape = [
            convolution.batch, convolution.resultHeight, convolution.resultWidth, convolution.resultChannels,
        ]
        return MapPrinter(
            map: Kernel.Map(
                shape: shape,
                expression: convolution.epilogue.loadingAccumulator(from: inputTypes.count, shape)),
            inputTypes: inputTypes + [.float32], outputTypes: outputTypes, target: target
        ).plan().placed(
            inputs: inputTypes.indices.map { .input($0) } + [.scratch(sums)],
            outputs: outputTypes.indices.map { .output($0) }, behind: 0)
    }
}

extension Expression {
    /// The same of what lies in an input, in the order of the index space.
    fileprivate func loadingAccumulator(from input: Int, _ shape: [Int]) -> Expression {
        var result = self
        for number in instructions.indices where instructions[number] == .accumulator {
            result.instructions[number] = .load(input: input, view: View(contiguous: shape))
        }
        return result
    }
}
