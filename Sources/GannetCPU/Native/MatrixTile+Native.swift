import GannetAssembler

extension MatrixTile {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The tile of an instruction set, in machine code.
    static func native(_ instructionSet: InstructionSet) throws -> MatrixTile {
        let extents = TileCode.Extents(instructionSet)
        let (bytes, offsets) = try TileCode.assemble(instructionSet)
        let code = try MachineCode(bytes)
        let functions = FrozenArray(offsets.map { code.function(at: $0, as: Function.self) })
        let tile = MatrixTile(
            rows: extents.rows, columns: extents.columns, depth: 512, scratchByteCount: 0,
            multiply: { row, _ in
                var column = 0
                while column < row.columnCount {
                    let count = min(row.columnCount - column, extents.columns)
                    let vectors = (count + extents.lanes - 1) / extents.lanes
                    let lanes = count - (vectors - 1) * extents.lanes
                    var arguments = TileCode.Arguments(
                        segments: row.left.segments, segmentCount: row.left.count,
                        right: row.right + column / extents.columns * row.panelStride,
                        target: row.target + column, stride: row.stride * 4, adds: row.adds ? 1 : 0,
                        mask: (1 << lanes) - 1, laneMask: laneMasks[min(lanes, 8)])
                    functions.base[(vectors - 1) * extents.rows + row.rowCount - 1](&arguments)
                    column += extents.columns
                }
                withExtendedLifetime((code, functions)) {}
            })
        if !tile.multipliesRight() {
            throw WrongCode(kernel: "the matrix product of \(instructionSet.rawValue)")
        }
        return tile
    }

    /// For each number of lanes, ones in so many.
    private static let laneMasks: [SIMD8<UInt32>] = (0...8).map { count in
        SIMD8((0..<8).map { $0 < count ? .max : 0 })
    }

    /// Whether tiles of all extents multiply small integers, for which no order of additions rounds, and write nothing
    /// else.
    private func multipliesRight() -> Bool {
        (1...rows).allSatisfy { rows in
            [1, columns / 2, columns - 3, columns, columns + 5].allSatisfy { multipliesRight(rows, $0) }
        }
    }

    private func multipliesRight(_ rowCount: Int, _ columnCount: Int) -> Bool {
        // Segments of a row, one after another; the columns beyond the last are there and not 0.
        let segments = [5, 1, 8]
        let depth = segments.reduce(0, +)
        let panels = panelCount(columnCount)
        let stride = columnCount + 3
        let a = (0..<depth * rowCount).map { Float($0 * 7 % 13 - 6) }
        let b = (0..<depth * panels * columns).map { Float($0 * 5 % 11 - 5) }
        var c = [Float](repeating: 0.5, count: rowCount * stride)
        var memory = [Int](repeating: 0, count: (rows + 1) * segments.count)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    memory.withUnsafeMutableBytes { memory in
                        for adds in [false, true] {
                            var table = RowTable(memory.baseAddress!, rows: rows)
                            var first = 0
                            for (number, count) in segments.enumerated() {
                                table.append(elementCount: count)
                                for row in 0..<rowCount {
                                    table.set(number, row: row, a.baseAddress! + row * depth + first)
                                }
                                first += count
                            }
                            multiply(
                                TileRow(
                                    left: table, rowCount: rowCount, right: b.baseAddress!,
                                    panelStride: depth * columns, columnCount: columnCount,
                                    target: c.baseAddress!, stride: stride, adds: adds), memory.baseAddress!)
                        }
                    }
                }
            }
        }
        return c.indices.allSatisfy { place in
            let (row, column) = (place / stride, place % stride)
            if column >= columnCount { return c[place] == 0.5 }
            let panel = column / columns * depth * columns + column % columns
            let sum = (0..<depth).reduce(Float(0)) { $0 + a[row * depth + $1] * b[panel + $1 * columns] }
            return c[place] == 2 * sum
        }
    }
}
