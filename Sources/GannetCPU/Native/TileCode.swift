import GannetAssembler

/// Writes the inner kernel of matrix products for packed panels, as ``MatrixTile/multiply`` describes it.
///
/// All sums stay in registers. In each step a row of the right panel is loaded, and each element of the left panel's column
/// is spread over a vector and multiplied with it.
struct TileCode {
    /// The rows of a tile.
    var rows: Int
    /// The vectors of a row.
    var vectors: Int
    /// What instructions there are.
    var instructionSet: InstructionSet

    /// As many sums as leave registers for a row of the right panel and two spread elements.
    static func best(for instructionSet: InstructionSet) -> TileCode {
        TileCode(rows: instructionSet == .avx512 ? 12 : 6, vectors: 2, instructionSet: instructionSet)
    }

    /// The elements of a vector.
    var lanes: Int { instructionSet == .avx512 ? 16 : 8 }
    /// The columns of a tile.
    var columns: Int { vectors * lanes }
    /// How many steps are written out one after another.
    private static let unrolled = 4

    private func vector(_ number: Int) -> VectorRegister {
        instructionSet == .avx512 ? .zmm(number) : .ymm(number)
    }
    private func sum(_ row: Int, _ column: Int) -> VectorRegister { vector(row * vectors + column) }
    private func right(_ column: Int) -> VectorRegister { vector(rows * vectors + column) }
    private func spread(_ row: Int) -> VectorRegister { vector((rows + 1) * vectors + row % 2) }
    private var vectorBytes: Int { lanes * 4 }

    // The arguments, in the registers of the System V convention.
    private let (depth, left, rightPanel): (GeneralRegister, GeneralRegister, GeneralRegister) = (.rdi, .rsi, .rdx)
    private let (target, stride, adds): (GeneralRegister, GeneralRegister, GeneralRegister) = (.rcx, .r8, .r9)

    init(rows: Int, vectors: Int, instructionSet: InstructionSet) {
        (self.rows, self.vectors, self.instructionSet) = (rows, vectors, instructionSet)
    }

    /// The code of a function of (depth, left panel, right panel, target, stride in elements, 1 to add or 0 to set).
    func assemble() -> [UInt8] {
        var code = Assembler(instructionSet: instructionSet == .avx512 ? .avx512 : .avx2)
        code.shl(stride, 2)
        for number in 0..<rows * vectors { code.vxorps(vector(number), vector(number), vector(number)) }
        let (many, few, single, finish) = (code.makeLabel(), code.makeLabel(), code.makeLabel(), code.makeLabel())
        code.sub(depth, Self.unrolled)
        code.jump(if: .less, to: few)
        code.bind(many)
        for step in 0..<Self.unrolled { multiply(&code, step) }
        advance(&code, Self.unrolled)
        code.sub(depth, Self.unrolled)
        code.jump(if: .greaterOrEqual, to: many)
        code.bind(few)
        code.add(depth, Self.unrolled)
        code.jump(if: .lessOrEqual, to: finish)
        code.bind(single)
        multiply(&code, 0)
        advance(&code, 1)
        code.sub(depth, 1)
        code.jump(if: .greater, to: single)
        code.bind(finish)
        store(&code)
        code.vzeroupper()
        code.ret()
        return code.finish()
    }

    private func multiply(_ code: inout Assembler, _ step: Int) {
        for column in 0..<vectors {
            code.vmovups(right(column), Memory(rightPanel, (step * vectors + column) * vectorBytes))
        }
        for row in 0..<rows {
            code.vbroadcastss(spread(row), Memory(left, (step * rows + row) * 4))
            for column in 0..<vectors { code.vfmadd231ps(sum(row, column), spread(row), right(column)) }
        }
    }

    private func advance(_ code: inout Assembler, _ steps: Int) {
        code.add(left, steps * rows * 4)
        code.add(rightPanel, steps * vectors * vectorBytes)
    }

    private func store(_ code: inout Assembler) {
        let sets = code.makeLabel()
        code.test(adds, adds)
        code.jump(if: .equal, to: sets)
        code.mov(left, target)
        for row in 0..<rows {
            for column in 0..<vectors {
                code.vaddps(sum(row, column), sum(row, column), Memory(left, column * vectorBytes))
            }
            if row + 1 < rows { code.add(left, stride) }
        }
        code.bind(sets)
        for row in 0..<rows {
            for column in 0..<vectors { code.vmovups(Memory(target, column * vectorBytes), sum(row, column)) }
            if row + 1 < rows { code.add(target, stride) }
        }
    }
}
