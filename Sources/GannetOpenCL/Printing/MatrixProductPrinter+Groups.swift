import GannetCompiler
import GannetGraph
import GannetKernels

/// The GPU style.
extension MatrixProductPrinter {
    func groupPlan() -> CallPlan {
        if let reduce = directReduction() {
            return ReducePrinter(
                reduce, inputTypes: inputTypes, outputTypes: outputTypes, target: target
            ).plan()
        }
        let (tile, piece) = tileAndPiece()
        let pieces = (product.k + piece - 1) / piece
        if pieces <= 1 {
            let (epilogue, printer) = scalarEpilogue()
            return CallPlan(
                kernels: [
                    kernel(
                        tile, piece: piece, epilogue: epilogue,
                        KernelSignature(
                            inputTypes: inputTypes, outputTypes: outputTypes, local: [tile.threads]))
                ], functions: printer.functions)
        }
        let place = "((piece * \(product.batch) + batch) * \(product.m) + row) * \(product.n) + i"
        var partial = kernel(
            tile, piece: piece, epilogue: ["out0[\(place)] = result;"],
            KernelSignature(inputTypes: inputTypes, outputTypes: [.float32], local: [tile.threads]))
        partial.buffers = inputTypes.indices.map { .input($0) } + [.scratch(0)]
        return PieceSum(
            pieces: pieces, shape: shape, epilogue: product.epilogue, inputTypes: inputTypes,
            outputTypes: outputTypes, target: target
        ).plan(after: [partial])
    }

    private var shape: [Int] { [product.batch, product.m, product.n] }

    // MARK: Tiles

    /// The fewest products of a piece: with fewer, pieces take longer to add than to make.
    private static let leastPiece = 128
    /// The largest number of pieces.
    private static let mostPieces = 256

    /// The tile of a group, and the number of products that it sums. Where there are too few results to fill the device
    /// with groups, sums are cut into pieces: of the largest tile of which pieces do, or else into as many as there can be.
    private func tileAndPiece() -> (GroupTile, Int) {
        let parts = [(m: product.m, n: product.n)]
        let tuned = target.tunedGroupTile(for: .matrixProduct(product))
        let tile = tuned ?? target.groupTile(for: .matrixProduct(product), parts: parts, batch: product.batch)
        let wanted = 2 * target.computeUnits
        let most = min(product.k / Self.leastPiece, Self.mostPieces)
        func groups(_ tile: GroupTile) -> Int { tile.groups(parts, batch: product.batch) }
        if most < 2 || groups(tile) >= wanted { return (tile, max(product.k, 1)) }
        func pieces(_ tile: GroupTile) -> Int { (wanted + groups(tile) / 2) / groups(tile) }
        let larger = target.usableGroupTiles.first {
            $0.suits(rows: product.m, columns: product.n) && ($0.n > 16 || product.n <= 16)
                && pieces($0) <= most
        }
        let cut = tuned ?? larger ?? tile
        let count = max(1, min(pieces(cut), most))
        // A piece is a whole number of slabs.
        let slabs = (product.k + cut.depth - 1) / cut.depth
        return (cut, (slabs + count - 1) / count * cut.depth)
    }

    /// The kernel that makes the sums of `piece` products each.
    private func kernel(
        _ tile: GroupTile, piece: Int, epilogue: [String], _ signature: KernelSignature
    ) -> KernelPlan {
        let columnBlocks = (product.n + tile.n - 1) / tile.n
        let rowBlocks = (product.m + tile.m - 1) / tile.m
        let pieces = max(1, (product.k + piece - 1) / piece)
        let body = KernelSection.text("gpu", of: KernelSources.matmul)
        let text = KernelTemplate.grouped(body, target).text(
            definitions(m: product.m, n: product.n, a: product.a, b: product.b) + tile.definitions + [
                ("BATCH", "\(product.batch)"), ("PIECE", "\(piece)"),
                ("ROW_BLOCKS", "\(rowBlocks)"), ("COLUMN_BLOCKS", "\(columnBlocks)"),
                ("LONGEST_SUM", piece > longestSum ? "\(longestSum / tile.depth * tile.depth)" : "0"),
                ("EPILOGUE", epilogue.joined(separator: " \\\n    ")),
            ], signature: signature)
        return KernelPlan(
            text: text, buffers: signature.buffers,
            types: signature.inputTypes + signature.outputTypes,
            global: [pieces * product.batch * rowBlocks * columnBlocks * tile.threads], local: [tile.threads])
    }

    /// The statements of the epilogue for one result, and what printed them.
    private func scalarEpilogue() -> ([String], ExpressionPrinter) {
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar("row"), .scalar("i")], flat: nil, isWide: isWide, width: 1)
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: false))
        let values = printer.print(product.epilogue)
        let place = "(batch * \(product.m) + row) * \(product.n) + i"
        let lines =
            printer.lines
            + printer.stores(
                product.epilogue, values, outputTypes: outputTypes, at: place, lanes: nil)
        return (lines, printer)
    }

    // MARK: No tiles

    /// The product as a reduction, whose work-items read both operands as they go: where tiles would be mostly empty, or
    /// would take longer to set up than to fill. Nil for all other products.
    private func directReduction() -> Kernel.Reduce? {
        let (m, n, k) = (product.m, product.n, product.k)
        // The operand that is read most lies along the sums, or across them.
        let isAlong =
            n >= m
            ? product.b.rowStride == 1 && product.b.columnStride != 1
            : product.a.columnStride == 1 && product.a.rowStride != 1
        let isNarrow = min(m, n) <= 4 && (product.batch * m * n < 65536 || !isAlong)
        guard isNarrow || m * n * k <= 4096 else { return nil }
        let reduced = isAlong ? shape + [k] : [shape[0], k] + shape[1...]
        func view(_ operand: Kernel.MatrixProduct.Operand, row: Int, column: Int, step: Int) -> View {
            let strides = [operand.batchStride, row, column]
            let order = isAlong ? strides + [step] : [strides[0], step] + strides[1...]
            return View(stages: [.init(shape: reduced, strides: order, offset: operand.offset)])
        }
        let (a, b) = (product.a, product.b)
        var prologue = Expression()
        let left = prologue.append(
            .load(input: a.input, view: view(a, row: a.rowStride, column: 0, step: a.columnStride)),
            type: .float32)
        let right = prologue.append(
            .load(input: b.input, view: view(b, row: 0, column: b.columnStride, step: b.rowStride)),
            type: .float32)
        _ = prologue.append(.binary(.multiply, left, right), type: .float32)
        return Kernel.Reduce(
            function: .sum, type: .float32, shape: reduced,
            isReduced: isAlong ? [false, false, false, true] : [false, true, false, false],
            prologue: prologue, epilogue: product.epilogue)
    }
}
