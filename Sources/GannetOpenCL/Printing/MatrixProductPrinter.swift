import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a matrix product: `matmul.cl` with the extents, the strides and the epilogue of one call.
struct MatrixProductPrinter {
    let product: Kernel.MatrixProduct
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    func plan() -> CallPlan {
        guard product.batch * product.m * product.n > 0 else { return CallPlan() }
        return target.style == .cpu ? vectorPlan() : groupPlan()
    }

    private var isWide: Bool {
        func reach(_ operand: Kernel.MatrixProduct.Operand, _ rows: Int, _ columns: Int) -> Int {
            abs(operand.offset) + abs(operand.batchStride) * product.batch + abs(operand.rowStride) * rows
                + abs(operand.columnStride) * columns
        }
        return KernelSignature.needsWideIndex(
            [product.epilogue], count: product.batch * product.m * product.n,
            others: [reach(product.a, product.m, product.k), reach(product.b, product.k, product.n)])
    }

    private func definitions(
        m: Int, n: Int, a: Kernel.MatrixProduct.Operand, b: Kernel.MatrixProduct.Operand
    ) -> [(String, String)] {
        var result = [
            ("M", "\(m)"), ("N", "\(n)"), ("K", "\(product.k)"), ("INDEX", isWide ? "long" : "int"),
            ("A", "in\(a.input)"), ("B", "in\(b.input)"),
        ]
        for (name, operand) in [("A", a), ("B", b)] {
            result += [
                ("\(name)_OFFSET", "\(operand.offset)"), ("\(name)_BATCH", "\(operand.batchStride)"),
                ("\(name)_ROW", "\(operand.rowStride)"), ("\(name)_COLUMN", "\(operand.columnStride)"),
                ("\(name)_ROW_IS_ONE", operand.rowStride == 1 ? "1" : "0"),
                ("\(name)_COLUMN_IS_ONE", operand.columnStride == 1 ? "1" : "0"),
            ]
        }
        return result
    }

    // MARK: CPU style

    private func vectorPlan() -> CallPlan {
        // Vectors run along the columns; where those are few, along the rows of the transposed product.
        let isTransposed = product.n < 16 && product.m > product.n
        var (m, n, a, b) = (product.m, product.n, product.a, product.b)
        if isTransposed {
            (m, n) = (n, m)
            (a, b) = (b.transposed, a.transposed)
        }
        let columns = n <= 16 ? 16 : 32
        let rows = VectorTile.rows(m)
        let depthBlocks = max(1, (product.k + 319) / 320)
        let depth = (product.k + depthBlocks - 1) / depthBlocks
        let columnBlocks = (n + columns - 1) / columns
        var rowBlock = 256
        while rowBlock > 4 * rows,
            product.batch * columnBlocks * ((m + rowBlock - 1) / rowBlock) < 4 * target.computeUnits
        {
            rowBlock /= 2
        }
        let parts = (m + rowBlock - 1) / rowBlock
        rowBlock = ((m + parts - 1) / parts + rows - 1) / rows * rows
        let rowBlocks = (m + rowBlock - 1) / rowBlock

        var index = IndexPrinter(axes: [], flat: nil, isWide: isWide, width: target.width)
        let lanes = AxisIndex.lanes(first: "i", vector: "iv")
        index.axes =
            isTransposed
            ? [.scalar("batch"), lanes, .scalar("row")] : [.scalar("batch"), .scalar("row"), lanes]
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: true))
        let values = printer.print(product.epilogue)
        var epilogue = CodeWriter()
        let hasTail = n % target.width != 0
        let numbers = "i + \(LaneNames.numbers(isWide: isWide, width: target.width))"
        epilogue.add(
            "const \(index.vectorType) iv = \(hasTail ? "min(\(numbers), (\(index.vectorType))(\(n - 1)))" : numbers);"
        )
        epilogue.add(printer.lines)
        if isTransposed, product.n > 1 {
            for store in product.epilogue.stores {
                let memory = InstructionTable.memoryType(outputTypes[store.output])
                let value = InstructionTable.toMemory(
                    printer.widened(values[store.value]), outputTypes[store.output], width: target.width)
                epilogue.add(
                    "store_strided_\(memory)(\(value), out\(store.output) + (batch * \(n) + i) * \(m) + row, "
                        + "\(m), lanes);")
            }
        } else {
            epilogue.add(
                printer.stores(
                    product.epilogue, values, outputTypes: outputTypes, at: "(batch * \(m) + row) * \(n) + i",
                    lanes: hasTail ? "lanes" : nil))
        }
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: outputTypes, local: [1])
        let text = KernelTemplate.tiled(KernelSection.text("cpu", of: KernelSources.matmul)).text(
            definitions(m: m, n: n, a: a, b: b) + [
                ("LEFT_ROW", "(INDEX)(A_ROW)"), ("LEFT_STEP", "A_COLUMN"), ("RIGHT_ROW", "(INDEX)(B_ROW)"),
                ("RIGHT_COLUMN", "(INDEX)(B_COLUMN)"), ("RIGHT_ROW_IS_ONE", "B_ROW_IS_ONE"),
                ("RIGHT_COLUMN_IS_ONE", "B_COLUMN_IS_ONE"), ("ROWS", "\(rows)"), ("COLUMNS", "\(columns)"),
                ("K_BLOCK", "\(depth)"),
                ("ROW_BLOCK", "\(rowBlock)"), ("ROW_BLOCKS", "\(rowBlocks)"),
                ("COLUMN_BLOCKS", "\(columnBlocks)"), ("EACH_ROW(X)", VectorTile.eachRow(rows)),
                ("SHARED", printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.lines.joined(separator: " \\\n    ")),
            ], signature: signature)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [product.batch * rowBlocks * columnBlocks], local: [1])
            ], functions: printer.functions)
    }

    // MARK: GPU style

    private func groupPlan() -> CallPlan {
        let tile = target.groupTile(
            for: .matrixProduct(product), parts: [(m: product.m, n: product.n)], batch: product.batch)
        let columnBlocks = (product.n + tile.n - 1) / tile.n
        let rowBlocks = (product.m + tile.m - 1) / tile.m
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar("row"), .scalar("i")], flat: nil, isWide: isWide, width: 1)
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: false))
        let values = printer.print(product.epilogue)
        let place = "(batch * \(product.m) + row) * \(product.n) + i"
        let epilogue =
            printer.lines
            + printer.stores(
                product.epilogue, values, outputTypes: outputTypes, at: place, lanes: nil)
        let signature = KernelSignature(
            inputTypes: inputTypes, outputTypes: outputTypes, local: [tile.threads])
        let text = KernelTemplate.grouped(KernelSection.text("gpu", of: KernelSources.matmul)).text(
            definitions(m: product.m, n: product.n, a: product.a, b: product.b) + tile.definitions + [
                ("ROW_BLOCKS", "\(rowBlocks)"), ("COLUMN_BLOCKS", "\(columnBlocks)"),
                ("EPILOGUE", epilogue.joined(separator: " \\\n    ")),
            ], signature: signature)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [product.batch * rowBlocks * columnBlocks * tile.threads], local: [tile.threads])
            ], functions: printer.functions)
    }
}

extension Kernel.MatrixProduct.Operand {
    /// The operand with rows and columns exchanged.
    fileprivate var transposed: Self {
        var result = self
        (result.rowStride, result.columnStride) = (columnStride, rowStride)
        return result
    }
}
