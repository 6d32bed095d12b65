import GannetGraph

/// Machine code that does not compute what it should.
struct WrongCode: Error, CustomStringConvertible {
    /// What the code is.
    var kernel: String

    var description: String { "\(kernel) was tried and gave wrong numbers" }
}

extension MatrixTile {
    private typealias Function = @convention(c) @Sendable (
        Int, UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer, Int, Int
    ) -> Void

    /// The tile of an instruction set, in machine code.
    static func native(_ instructionSet: InstructionSet) throws -> MatrixTile {
        let layout = TileCode.best(for: instructionSet)
        let code = try MachineCode(layout.assemble())
        let function = code.function(as: Function.self)
        let tile = MatrixTile(
            rows: layout.rows, columns: layout.columns, repetition: 1, depth: 256,
            multiply: { depth, a, b, c, stride, adds in
                function(depth, a, b, c, stride, adds ? 1 : 0)
                withExtendedLifetime(code) {}
            })
        if !tile.multipliesRight() { throw WrongCode(kernel: "the matrix product of \(instructionSet.rawValue)") }
        return tile
    }

    /// Whether the tile multiplies small integers, for which no order of additions rounds.
    private func multipliesRight() -> Bool {
        let depth = 11
        let stride = columns + 3
        let a = (0..<depth * rows).map { Float($0 * 7 % 13 - 6) }
        let b = (0..<depth * columns).map { Float($0 * 5 % 11 - 5) }
        var c = [Float](repeating: 0.5, count: rows * stride)
        let before = c
        for adds in [false, true] {
            a.withUnsafeBytes { a in
                b.withUnsafeBytes { b in
                    c.withUnsafeMutableBytes { c in
                        multiply(depth, a.baseAddress!, b.baseAddress!, c.baseAddress!, stride, adds)
                    }
                }
            }
        }
        return (0..<rows).allSatisfy { row in
            (0..<stride).allSatisfy { column in
                let place = row * stride + column
                if column >= columns { return c[place] == before[place] }
                let sum = (0..<depth).reduce(Float(0)) { $0 + a[$1 * rows + row] * b[$1 * columns + column] }
                return c[place] == 2 * sum
            }
        }
    }
}
