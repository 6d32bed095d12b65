import GannetAssembler

/// Writes the inner kernels of contractions: a few rows, equally far apart in memory, times a panel of a right operand, and
/// sums of outer products of what lies anywhere.
///
/// All sums stay in registers. In each step a row of the right operand is loaded, and each element of the left operand's
/// column is spread over a vector and multiplied with it.
struct TileCode {
    /// What the code is given: the address of these words.
    struct Arguments {
        /// The runs, each a ``TileRun``, or the addresses of the left operand's columns.
        var left: UnsafeRawPointer
        /// The number of these.
        var count: Int
        /// The panel, or the addresses of the right operand's rows.
        var right: UnsafeRawPointer
        /// Where the product goes, and the bytes from row to row.
        var target: UnsafeMutablePointer<Float>
        var stride: Int
        /// 1 to add the product to what is there, 0 to set it.
        var adds: Int
        /// A bit for each lane of the last vector that is written.
        var mask: Int
        /// The bytes that are added to the addresses of the left operand's columns.
        var leftOffset = 0
        /// The bytes from row to row of the left operand, and of the panel.
        var leftStride = 0
        var rightStep = 0
        /// A word of ones for each lane of the last vector that is written.
        var laneMask: SIMD8<UInt32>

        fileprivate enum Offset {
            static let (left, count, right, target, stride, adds, mask) = (0, 8, 16, 24, 32, 40, 48)
            static let (leftOffset, leftStride, rightStep) = (56, 64, 72)
            static let laneMask = MemoryLayout<Arguments>.offset(of: \.laneMask)!
        }
    }

    /// How the operands lie in memory.
    enum Form: CaseIterable {
        /// Runs of rows, and a panel whose rows are equally far apart.
        case rows
        /// Columns of the left operand and rows of the right one, each at an address of its own: ``OuterProducts``.
        case outer
    }

    /// How many rows and vectors a tile has at most.
    struct Extents: Hashable {
        var rows: Int
        var vectors: Int
        /// The elements of a vector.
        var lanes: Int

        /// As many sums as leave registers for a row of the panel and two spread elements.
        init(_ instructionSet: InstructionSet) {
            (rows, vectors, lanes) = instructionSet == .avx512 ? (14, 2, 16) : (6, 2, 8)
        }

        /// The columns of a tile.
        var columns: Int { vectors * lanes }
    }

    private let form: Form
    private let extents: Extents
    private let usesMasks: Bool
    /// The rows and vectors of this code's tile.
    private let rows: Int
    private let vectors: Int
    /// How many steps are written out one after another.
    private static let unrolled = 4

    /// How many steps ahead the panel is fetched: its stretch is larger than the first cache.
    private static let fetchedAhead = 8
    /// Registers for the address of every third row; the stride gives those between.
    private static let addresses: [GeneralRegister] = [.rax, .rcx, .rsi, .r8, .r9]
    private static let saved: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]
    private let panel = GeneralRegister.rdx
    private let index = GeneralRegister.rbx
    private let counter = GeneralRegister.rbp

    private init(_ form: Form, _ extents: Extents, usesMasks: Bool, rows: Int, vectors: Int) {
        (self.form, self.extents, self.usesMasks) = (form, extents, usesMasks)
        (self.rows, self.vectors) = (rows, vectors)
    }

    /// The code for tiles of 1 up to all rows and vectors, and where in it each begins: for each form, first those of one
    /// vector.
    static func assemble(_ instructionSet: InstructionSet) throws(AssemblerError) -> (
        code: [UInt8], offsets: [Int]
    ) {
        let extents = Extents(instructionSet)
        let usesMasks = instructionSet == .avx512
        var code = Assembler(instructionSet: usesMasks ? .avx512 : .avx2)
        var offsets: [Int] = []
        for form in Form.allCases {
            for vectors in 1...extents.vectors {
                for rows in 1...extents.rows {
                    offsets.append(code.byteCount)
                    TileCode(form, extents, usesMasks: usesMasks, rows: rows, vectors: vectors).write(&code)
                }
            }
        }
        return (try code.finish(), offsets)
    }

    private func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    private func sum(_ row: Int, _ column: Int) -> VectorRegister { vector(row * vectors + column) }
    private func right(_ column: Int) -> VectorRegister { vector(rows * vectors + column) }
    private func spread(_ row: Int) -> VectorRegister { vector((rows + 1) * vectors + row % 2) }
    private var vectorBytes: Int { extents.lanes * 4 }

    private func write(_ code: inout Assembler) {
        for register in Self.saved { code.push(register) }
        code.push(.rdi)
        let arguments = Memory(.rsp)
        for number in 0..<rows * vectors { code.vxorps(vector(number), vector(number), vector(number)) }
        switch form {
        case .rows: sumRows(&code)
        case .outer: sumOuterProducts(&code)
        }
        store(&code, arguments)
        code.pop(.rdi)
        for register in Self.saved.reversed() { code.pop(register) }
        code.vzeroupper()
        code.ret()
    }

    /// Calls `body` as often as `counter` says, several times in each turn of a loop; `advance` goes so many steps on.
    private func loop(
        _ code: inout Assembler, _ body: (inout Assembler, _ step: Int) -> Void,
        advance: (inout Assembler, _ steps: Int) -> Void
    ) {
        let (many, few, single, finish) = (
            code.makeLabel(), code.makeLabel(), code.makeLabel(), code.makeLabel()
        )
        code.sub(counter, Self.unrolled)
        code.jump(if: .less, to: few)
        code.bind(many)
        for step in 0..<Self.unrolled { body(&code, step) }
        advance(&code, Self.unrolled)
        code.sub(counter, Self.unrolled)
        code.jump(if: .greaterOrEqual, to: many)
        code.bind(few)
        code.add(counter, Self.unrolled)
        code.jump(if: .lessOrEqual, to: finish)
        code.bind(single)
        body(&code, 0)
        advance(&code, 1)
        code.sub(counter, 1)
        code.jump(if: .greater, to: single)
        code.bind(finish)
    }

    /// The sums along the runs of the rows.
    private func sumRows(_ code: inout Assembler) {
        let (next, finish) = (code.makeLabel(), code.makeLabel())
        let (stride, tripleStride, step) = (GeneralRegister.r10, GeneralRegister.r11, GeneralRegister.r14)
        let (run, runs) = (GeneralRegister.r12, GeneralRegister.r13)
        let bases = Self.addresses[..<((rows + 2) / 3)]
        code.mov(run, Memory(.rdi, Arguments.Offset.left))
        code.mov(runs, Memory(.rdi, Arguments.Offset.count))
        code.mov(stride, Memory(.rdi, Arguments.Offset.leftStride))
        code.mov(step, Memory(.rdi, Arguments.Offset.rightStep))
        code.lea(tripleStride, Memory(stride, index: stride, scale: 2, 0))
        code.test(runs, runs)
        code.jump(if: .equal, to: finish)

        code.bind(next)
        code.mov(bases[0], Memory(run, RunOffset.left))
        for number in bases.indices.dropFirst() {
            code.lea(bases[number], Memory(bases[number - 1], index: tripleStride, scale: 1, 0))
        }
        code.mov(counter, Memory(run, RunOffset.count))
        code.mov(panel, step)
        code.imul(panel, Memory(run, RunOffset.first))
        code.add(panel, Memory(.rdi, Arguments.Offset.right))
        loop(&code) { code, number in
            for column in 0..<vectors { code.vmovups(right(column), Memory(panel, column * vectorBytes)) }
            for line in Swift.stride(from: 0, to: vectors * vectorBytes, by: 64) {
                code.prefetcht0(Memory(panel, index: step, scale: Self.fetchedAhead, line))
            }
            code.add(panel, step)
            multiply(&code) { row in
                let (base, offset) = (bases[row / 3], number * 4)
                return row % 3 == 0
                    ? Memory(base, offset) : Memory(base, index: stride, scale: row % 3, offset)
            }
        } advance: { code, steps in
            for base in bases { code.add(base, steps * 4) }
        }
        code.add(run, MemoryLayout<TileRun>.stride)
        code.sub(runs, 1)
        code.jump(if: .greater, to: next)
        code.bind(finish)
    }

    private enum RunOffset {
        static let left = MemoryLayout<TileRun>.offset(of: \.left)!
        static let count = MemoryLayout<TileRun>.offset(of: \.count)!
        static let first = MemoryLayout<TileRun>.offset(of: \.first)!
    }

    /// The sums of outer products. The last vector of a row may be read beyond what is wanted.
    private func sumOuterProducts(_ code: inout Assembler) {
        let (lefts, rights, offset) = (GeneralRegister.r8, GeneralRegister.r9, GeneralRegister.r10)
        code.mov(lefts, Memory(.rdi, Arguments.Offset.left))
        code.mov(rights, Memory(.rdi, Arguments.Offset.right))
        code.mov(counter, Memory(.rdi, Arguments.Offset.count))
        code.mov(offset, Memory(.rdi, Arguments.Offset.leftOffset))
        loop(&code) { code, step in
            // Two pairs of registers in turn.
            let (left, row): (GeneralRegister, GeneralRegister) = step % 2 == 0 ? (.rax, .rcx) : (.rsi, .rdx)
            code.mov(row, Memory(rights, step * 8))
            code.mov(left, Memory(lefts, step * 8))
            for column in 0..<vectors { code.vmovups(right(column), Memory(row, column * vectorBytes)) }
            multiply(&code) { Memory(left, index: offset, scale: 1, $0 * 4) }
        } advance: { code, steps in
            code.add(lefts, steps * 8)
            code.add(rights, steps * 8)
        }
    }

    /// Adds the products of a column, whose elements are at the places given, and the row that is loaded.
    private func multiply(_ code: inout Assembler, _ left: (_ row: Int) -> Memory) {
        for row in 0..<rows {
            code.vbroadcastss(spread(row), left(row))
            for column in 0..<vectors { code.vfmadd231ps(sum(row, column), spread(row), right(column)) }
        }
    }

    private func store(_ code: inout Assembler, _ arguments: Memory) {
        let (target, stride, from) = (GeneralRegister.rcx, GeneralRegister.rsi, GeneralRegister.rax)
        let sets = code.makeLabel()
        code.mov(index, arguments)
        code.mov(target, Memory(index, Arguments.Offset.target))
        code.mov(stride, Memory(index, Arguments.Offset.stride))
        let laneMask = spread(0)
        if usesMasks {
            code.kmovw(.k1, Memory(index, Arguments.Offset.mask))
        } else {
            code.vmovups(laneMask, Memory(index, Arguments.Offset.laneMask))
        }
        code.mov(counter, Memory(index, Arguments.Offset.adds))
        code.test(counter, counter)
        code.jump(if: .equal, to: sets)
        code.mov(from, target)
        for row in 0..<rows {
            for column in 0..<vectors {
                let place = Memory(from, column * vectorBytes)
                if column + 1 < vectors {
                    code.vaddps(sum(row, column), sum(row, column), place)
                } else if usesMasks {
                    code.vaddps(sum(row, column), sum(row, column), place, mask: .k1)
                } else {
                    code.vmaskmovps(spread(1), laneMask, place)
                    code.vaddps(sum(row, column), sum(row, column), spread(1))
                }
            }
            if row + 1 < rows { code.add(from, stride) }
        }
        code.bind(sets)
        for row in 0..<rows {
            for column in 0..<vectors {
                let place = Memory(target, column * vectorBytes)
                if column + 1 < vectors {
                    code.vmovups(place, sum(row, column))
                } else if usesMasks {
                    code.vmovups(place, sum(row, column), mask: .k1)
                } else {
                    code.vmaskmovps(place, laneMask, sum(row, column))
                }
            }
            if row + 1 < rows { code.add(target, stride) }
        }
    }
}
