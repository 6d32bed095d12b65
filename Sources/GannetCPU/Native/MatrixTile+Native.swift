import GannetAssembler

extension MatrixTile {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The tile of an instruction set, in machine code.
    static func native(_ instructionSet: InstructionSet) throws -> MatrixTile {
        let extents = TileCode.Extents(instructionSet)
        let (bytes, offsets) = try TileCode.assemble(instructionSet)
        let code = try MachineCode(bytes)
        let functions = FrozenArray(offsets.map { code.function(at: $0, as: Function.self) })
        let masks = laneMasks
        /// Calls the code for tile after tile of a row; `arguments` are those of the first, and `right` gives the right
        /// operand of each panel. A tile may take no longer than a hundred steps, so this divides by nothing.
        @Sendable
        func call(
            _ form: TileCode.Form, _ arguments: TileCode.Arguments, rows: Int, columns: Int,
            _ right: (_ panel: Int) -> UnsafeRawPointer
        ) {
            let base = functions.base + ((form == .rows ? 0 : extents.vectors * extents.rows) + rows - 1)
            var own = arguments
            var (panel, column) = (0, 0)
            while column < columns {
                var (vectors, lanes) = (1, min(columns - column, extents.columns))
                while lanes > extents.lanes {
                    vectors += 1
                    lanes -= extents.lanes
                }
                own.right = right(panel)
                own.mask = (1 << lanes) - 1
                own.laneMask = masks.base[min(lanes, 8)]
                base[(vectors - 1) * extents.rows](&own)
                own.target += extents.columns
                panel += 1
                column += extents.columns
            }
            withExtendedLifetime((code, functions)) {}
        }
        let tile = MatrixTile(
            rows: extents.rows, columns: extents.columns, depth: 512, columnsAtATime: extents.columns,
            isFasterInPart: true,
            scratchByteCount: 0,
            multiply: { row, _ in
                call(
                    .rows,
                    TileCode.Arguments(
                        left: UnsafeRawPointer(row.runs.baseAddress!), count: row.runs.count,
                        right: row.right, target: row.target, stride: row.stride * 4,
                        adds: row.adds ? 1 : 0, mask: 0, leftStride: row.leftStride * 4,
                        rightStep: (row.rightStep ?? extents.columns) * 4, laneMask: .zero),
                    rows: row.rowCount, columns: row.columnCount
                ) { UnsafeRawPointer(row.right + $0 * row.panelStride) }
            },
            addOuterProducts: { products, _ in
                call(
                    .outer,
                    TileCode.Arguments(
                        left: products.left, count: products.count, right: products.right,
                        target: products.target, stride: products.stride * 4, adds: products.adds ? 1 : 0,
                        mask: 0, leftOffset: products.leftOffset * 4, laneMask: .zero),
                    rows: products.rowCount, columns: products.columnCount
                ) { UnsafeRawPointer(products.right + $0 * products.count) }
            })
        if !TileCheck.passes(tile) {
            throw WrongCode(kernel: "the matrix product of \(instructionSet.rawValue)")
        }
        return tile
    }

    /// For each number of lanes, ones in so many.
    private static let laneMasks = FrozenArray(
        (0...8).map { count in SIMD8<UInt32>((0..<8).map { $0 < count ? .max : 0 }) })
}
