import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a matrix product: `matmul.cl` with the extents, the strides and the epilogue of one call.
struct MatrixProductPrinter {
    let product: Kernel.MatrixProduct
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget
    /// The most products that are added one by one, at least 64, where that is to be fewer than is fastest.
    var longestSum = Int.max

    func plan() -> CallPlan {
        guard product.batch * product.m * product.n > 0 else { return CallPlan() }
        return target.style == .cpu ? vectorPlan() : groupPlan()
    }

    var isWide: Bool {
        func reach(_ operand: Kernel.MatrixProduct.Operand, _ rows: Int, _ columns: Int) -> Int {
            abs(operand.offset) + abs(operand.batchStride) * product.batch + abs(operand.rowStride) * rows
                + abs(operand.columnStride) * columns
        }
        return KernelSignature.needsWideIndex(
            [product.epilogue], count: product.batch * product.m * product.n,
            others: [reach(product.a, product.m, product.k), reach(product.b, product.k, product.n)])
    }

    func definitions(
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
        let blocking = ProductBlocking(
            m: m, n: n, k: product.k, batch: product.batch, longestSum: longestSum,
            computeUnits: target.computeUnits, tuned: target.vectorTile(for: .matrixProduct(product)))

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
            definitions(m: m, n: n, a: a, b: b) + blocking.definitions(copiesRows: a.columnStride == 1) + [
                ("RIGHT_ROW", "(INDEX)(B_ROW)"), ("RIGHT_COLUMN", "(INDEX)(B_COLUMN)"),
                ("RIGHT_ROW_IS_ONE", "B_ROW_IS_ONE"), ("RIGHT_COLUMN_IS_ONE", "B_COLUMN_IS_ONE"),
                ("SHARED", printer.sharedLines.joined(separator: " \\\n    ")),
                ("EPILOGUE", epilogue.lines.joined(separator: " \\\n    ")),
            ], signature: signature)
        return CallPlan(
            kernels: [
                KernelPlan(
                    text: text, buffers: signature.buffers, types: inputTypes + outputTypes,
                    global: [product.batch * blocking.items], local: [1])
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
