import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints a matrix product: `matmul.cl` with the extents, the strides and the epilogue of one call.
struct MatrixProductPrinter {
    let product: Kernel.MatrixProduct
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    /// How a group of a GPU shares a tile of results.
    struct Tile: Hashable {
        var m: Int
        var n: Int
        var threadM: Int
        var threadN: Int
        var depth: Int
        /// The number of work-items.
        var threads: Int { m / threadM * (n / threadN) }
    }

    /// The tiles of the GPU style, largest first.
    static let tiles = [
        Tile(m: 128, n: 128, threadM: 8, threadN: 8, depth: 8),
        Tile(m: 64, n: 64, threadM: 4, threadN: 4, depth: 16),
        Tile(m: 32, n: 32, threadM: 2, threadN: 2, depth: 16),
        Tile(m: 32, n: 32, threadM: 4, threadN: 4, depth: 16),
        Tile(m: 16, n: 16, threadM: 4, threadN: 4, depth: 16),
    ]

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

    /// The template with its names defined before it and undefined after it.
    private func text(_ section: String, _ definitions: [(String, String)], signature: KernelSignature)
        -> String
    {
        let head = signature.head()
        let parameters = head[1].dropFirst("void \(KernelPlan.name)(".count).dropLast()
        let all =
            definitions + [
                ("PARAMETERS", String(parameters)),
                ("POINTERS", head.dropFirst(3).joined(separator: " \\\n    ")),
            ]
        return all.map { "#define \($0) \($1)\n" }.joined()
            + KernelSection.text(section, of: KernelSources.matmul)
            + all.map { "#undef \($0.0.prefix { $0 != "(" })\n" }.joined()
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
        let rows = Self.tileRows(m)
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

        let type = isWide ? "long" : "int"
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
            "const \(index.vectorType) iv = \(hasTail ? "min(\(numbers), (\(type))\(n - 1))" : numbers);")
        epilogue.add(printer.lines)
        if isTransposed, product.n > 1 {
            for store in product.epilogue.stores {
                let memory = InstructionTable.memoryType(outputTypes[store.output])
                var value = printer.widened(values[store.value])
                if outputTypes[store.output] == .bool { value = "convert_uchar\(target.width)(\(value) & 1)" }
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
        let eachRow = (0..<rows).map { "X(\($0))" }.joined(separator: " ")
        let text = text(
            "cpu",
            definitions(m: m, n: n, a: a, b: b) + [
                ("ROWS", "\(rows)"), ("COLUMNS", "\(columns)"), ("K_BLOCK", "\(depth)"),
                ("ROW_BLOCK", "\(rowBlock)"), ("ROW_BLOCKS", "\(rowBlocks)"),
                ("COLUMN_BLOCKS", "\(columnBlocks)"), ("EACH_ROW(X)", eachRow),
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

    /// The rows of a tile: from 8 to 12, as few as possible too many.
    static func tileRows(_ m: Int) -> Int {
        if m <= 12 { return m }
        return (8...12).min { ((m + $0 - 1) / $0 * $0, -$0) < ((m + $1 - 1) / $1 * $1, -$1) } ?? 12
    }

    // MARK: GPU style

    private func groupPlan() -> CallPlan {
        let tile = chosenTile()
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
        let text = text(
            "gpu",
            definitions(m: product.m, n: product.n, a: product.a, b: product.b) + [
                ("TILE_M", "\(tile.m)"), ("TILE_N", "\(tile.n)"), ("THREAD_M", "\(tile.threadM)"),
                ("THREAD_N", "\(tile.threadN)"), ("DEPTH", "\(tile.depth)"),
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

    /// The largest tile that the device can run and that leaves enough groups to fill it.
    private func chosenTile() -> Tile {
        let usable = Self.tiles.filter { $0.threads <= target.largestGroup }
        func groups(_ tile: Tile) -> Int {
            product.batch * ((product.m + tile.m - 1) / tile.m) * ((product.n + tile.n - 1) / tile.n)
        }
        return usable.first { groups($0) >= 2 * target.computeUnits && $0.m <= 2 * product.m }
            ?? usable.first { $0.m == 32 } ?? usable[usable.count - 1]
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
