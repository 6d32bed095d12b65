/// Whether tiles multiply small integers, for which no order of additions rounds, and write nothing else.
struct TileCheck {
    private let tile: MatrixTile
    private let rowCount: Int
    private let columnCount: Int

    /// Runs of a row, in another order than they lie in.
    private static let runs = [6..<14, 0..<5, 5..<6]
    private static let depth = 14
    /// What is left of the memory for what is in no tile.
    private static let background: Float = 0.5

    /// Whether `tile` does so for every number of rows, and for whole and partial vectors and panels.
    static func passes(_ tile: MatrixTile) -> Bool {
        let (rows, columns) = (tile.rows, tile.columns)
        return (1...rows).allSatisfy { rowCount in
            [1, columns / 2, columns - 3, columns, columns + 5].allSatisfy { columnCount in
                let check = TileCheck(tile: tile, rowCount: rowCount, columnCount: columnCount)
                return check.multiplies(isPacked: true) && check.multiplies(isPacked: false)
                    && check.addsOuterProducts()
            }
        }
    }

    private var stride: Int { columnCount + 3 }

    /// The elements of a left operand.
    private struct Elements {
        var at: (_ row: Int, _ k: Int) -> Float
    }

    private func multiplies(isPacked: Bool) -> Bool {
        // A row after another; the columns of the panels beyond the last are there and not 0.
        let a = numbers(Self.depth * rowCount, 7, 13)
        return isRight(Elements { a[$0 * Self.depth + $1] }, isPacked: isPacked) { b, c, adds in
            a.withUnsafeBufferPointer { a in
                Self.runs.map {
                    TileRun(left: a.baseAddress! + $0.lowerBound, count: $0.count, first: $0.lowerBound)
                }.withUnsafeBufferPointer { runs in
                    let row = TileRow(
                        runs: runs, leftStride: Self.depth, rowCount: rowCount, right: b,
                        rightStep: isPacked ? nil : tile.panelCount(columnCount) * tile.columns,
                        panelStride: isPacked ? Self.depth * tile.columns : tile.columns,
                        columnCount: columnCount, target: c, stride: stride, adds: adds)
                    withMemory(UInt8.self, tile.scratchByteCount) { tile.multiply(row, $0) }
                }
            }
        }
    }

    private func addsOuterProducts() -> Bool {
        // A column after another, each behind one element that is not its own.
        let pitch = rowCount + 1
        let a = numbers(Self.depth * pitch, 7, 13)
        let panels = tile.panelCount(columnCount)
        return isRight(Elements { a[$1 * pitch + $0 + 1] }) { b, c, adds in
            a.withUnsafeBufferPointer { a in
                let left = (0..<Self.depth).map { a.baseAddress! + $0 * pitch }
                let right = (0..<panels * Self.depth).map { b + $0 * tile.columns }
                left.withUnsafeBufferPointer { left in
                    right.withUnsafeBufferPointer { right in
                        let products = OuterProducts(
                            count: Self.depth, left: left.baseAddress!, leftOffset: 1, rowCount: rowCount,
                            right: right.baseAddress!, columnCount: columnCount, target: c, stride: stride,
                            adds: adds)
                        withMemory(UInt8.self, tile.scratchByteCount) { tile.addOuterProducts(products, $0) }
                    }
                }
            }
        }
    }

    /// Whether `body`, called to set and then to add, gives twice the product of the elements of `a` at (row, depth) and the
    /// right operand that it is given, packed or row after row.
    private func isRight(
        _ a: Elements, isPacked: Bool = true,
        _ body: (_ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ adds: Bool) -> Void
    ) -> Bool {
        let panelSize = Self.depth * tile.columns
        let b = numbers(tile.panelCount(columnCount) * panelSize + 16, 5, 11)
        var c = [Float](repeating: Self.background, count: rowCount * stride)
        b.withUnsafeBufferPointer { b in
            c.withUnsafeMutableBufferPointer { c in
                for adds in [false, true] { body(b.baseAddress!, c.baseAddress!, adds) }
            }
        }
        return c.indices.allSatisfy { place in
            let (row, column) = (place / stride, place % stride)
            if column >= columnCount { return c[place] == Self.background }
            let panel = column / tile.columns * (isPacked ? panelSize : tile.columns) + column % tile.columns
            let step = isPacked ? tile.columns : tile.panelCount(columnCount) * tile.columns
            let sum = (0..<Self.depth).reduce(Float(0)) { $0 + a.at(row, $1) * b[panel + $1 * step] }
            return c[place] == 2 * sum
        }
    }

    private func numbers(_ count: Int, _ step: Int, _ modulus: Int) -> [Float] {
        (0..<count).map { Float($0 * step % modulus - modulus / 2) }
    }

    private func withMemory<Element>(
        _ type: Element.Type, _ count: Int, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
        defer { memory.deallocate() }
        body(memory)
    }
}
