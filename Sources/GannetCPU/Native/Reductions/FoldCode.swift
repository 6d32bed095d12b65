import GannetAssembler

/// The machine code that combines values of a reduction: all of a line, or two lines lane by lane.
///
/// The order in which a line's values are combined follows from their number alone. There are no references to count; the
/// code is there as long as the process is.
struct FoldCode: Sendable {
    /// How `float32` values are combined.
    enum Kind: Int, CaseIterable, Sendable {
        case sum, maximum, minimum
    }

    private typealias Fold =
        @convention(c) @Sendable (
            _ values: UnsafeRawPointer, _ stepCount: Int, _ lanes: UnsafeMutableRawPointer
        )
        -> Void
    private typealias Combine =
        @convention(c) @Sendable (
            _ lanes: UnsafeMutableRawPointer, _ values: UnsafeRawPointer, _ count: Int, _ lines: Int,
            _ step: Int
        )
        -> Void

    /// The values that are combined with as many others at a time, whatever the instruction set.
    private static let step = 64

    nonisolated(unsafe) private let folds: UnsafePointer<Fold>
    nonisolated(unsafe) private let combines: UnsafePointer<Combine>
    private let lanes: Int

    /// Writes the code for an instruction set, and sees whether it does what it should.
    init(_ instructionSet: InstructionSet) throws {
        var assembler = Assembler(instructionSet: instructionSet == .avx512 ? .avx512 : .avx2)
        var offsets: [(Int, Int)] = []
        for kind in Kind.allCases {
            let writer = FoldWriter(kind: kind, usesMasks: instructionSet == .avx512)
            let first = assembler.byteCount
            writer.writeFold(&assembler)
            offsets.append((first, assembler.byteCount))
            writer.writeCombine(&assembler)
        }
        let code = try MachineCode(try assembler.finish())
        let folds = FrozenArray(offsets.map { code.function(at: $0.0, as: Fold.self) })
        let combines = FrozenArray(offsets.map { code.function(at: $0.1, as: Combine.self) })
        for kept in [code, folds, combines] as [AnyObject] { _ = Unmanaged.passRetained(kept) }
        (self.folds, self.combines) = (folds.base, combines.base)
        lanes = instructionSet == .avx512 ? 16 : 8
        if !isRight { throw WrongCode(kernel: "the reductions of \(instructionSet.rawValue)") }
    }

    /// Combines as many of `count` values as are whole steps into eight lanes; tells how many they were.
    @inline(__always)
    func fold(_ kind: Kind, _ values: UnsafeRawPointer, _ count: Int) -> (lanes: Floats, count: Int) {
        let steps = count / Self.step
        var result = Floats()
        withUnsafeMutableBytes(of: &result) { folds[kind.rawValue](values, steps, $0.baseAddress!) }
        return (result, steps * Self.step)
    }

    /// Whether ``fold(_:_:_:)`` would take any of `count` values.
    @inline(__always) func folds(_ count: Int) -> Bool { count >= Self.step }

    /// Combines as many of `count` lanes as are whole vectors with the values of each of `lines` lines, at least one, that are
    /// `step` bytes apart, one line after another; tells how many lanes they were.
    @inline(__always)
    func combine(
        _ kind: Kind, _ target: UnsafeMutableRawPointer, _ values: UnsafeRawPointer, _ count: Int,
        lines: Int = 1, step: Int = 0
    ) -> Int {
        let vectors = count / lanes
        if vectors > 0 { combines[kind.rawValue](target, values, vectors, lines, step) }
        return vectors * lanes
    }

    /// Whether small integers are combined right, for which no order rounds, and NaN is kept.
    private var isRight: Bool {
        let count = 5 * Self.step
        for kind in Kind.allCases {
            for nan in [nil, 0, lanes + 3, count - 1] {
                var values = (0..<count).map { Float($0 * 7 % 23 - 11) }
                if let nan { values[nan] = .nan }
                // As two lines of half the length, lane by lane.
                let half = count / 2
                var sums = (0..<half).map { Float($0 * 5 % 19 - 9) }
                let expected = (0..<half).map {
                    Self.combine(kind, Self.combine(kind, sums[$0], values[$0]), values[half + $0])
                }
                let all = values.dropFirst().reduce(values[0]) { Self.combine(kind, $0, $1) }
                let (folded, done) = values.withUnsafeBytes { fold(kind, $0.baseAddress!, count) }
                let result = (1..<8).reduce(folded[0]) { Self.combine(kind, $0, folded[$1]) }
                values.withUnsafeBytes { values in
                    sums.withUnsafeMutableBytes {
                        _ = combine(
                            kind, $0.baseAddress!, values.baseAddress!, half, lines: 2, step: half * 4)
                    }
                }
                let areSame = zip(sums, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
                if done != count || !areSame || !(result == all || result.isNaN && all.isNaN) { return false }
            }
        }
        return true
    }

    private static func combine(_ kind: Kind, _ x: Float, _ y: Float) -> Float {
        switch kind {
        case .sum: x + y
        case .maximum: FloatMaximum.combine(x, y)
        case .minimum: FloatMinimum.combine(x, y)
        }
    }
}

/// Writes the functions of a ``FoldCode``.
private struct FoldWriter {
    let kind: FoldCode.Kind
    let usesMasks: Bool

    private func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
    private var byteCount: Int { usesMasks ? 64 : 32 }

    /// x ∘ y, into x; y may not be needed any more.
    private func combine(_ code: inout Assembler, _ x: VectorRegister, _ y: VectorRegister) {
        if kind == .sum { return code.vaddps(x, x, y) }
        // Of NaN the instructions give the second operand: that of x has to be kept.
        if x.width == .x512 {
            code.vcmpps(.k1, x, x, predicate: .unordered)
            extreme(&code, y, x, y)
            code.vblendmps(x, y, x, mask: .k1)
        } else {
            let isNaN = VectorRegister(15, x.width)
            code.vcmpps(isNaN, x, x, predicate: .unordered)
            extreme(&code, y, x, y)
            code.vblendvps(x, y, x, isNaN)
        }
    }

    private func extreme(
        _ code: inout Assembler, _ d: VectorRegister, _ x: VectorRegister, _ y: VectorRegister
    ) {
        if kind == .maximum { code.vmaxps(d, x, y) } else { code.vminps(d, x, y) }
    }

    /// Four or eight vectors at a time, each into one of its own; at least one step. With both instruction sets the order
    /// is the same.
    func writeFold(_ code: inout Assembler) {
        let count = usesMasks ? 4 : 8
        for number in 0..<count { code.vmovups(vector(number), Memory(.rdi, number * byteCount)) }
        let end = code.makeLabel()
        code.sub(.rsi, 1)
        code.jump(if: .equal, to: end)
        let loop = code.makeBoundLabel()
        code.add(.rdi, count * byteCount)
        for number in 0..<count {
            let values = vector(8 + number % 4)
            code.vmovups(values, Memory(.rdi, number * byteCount))
            combine(&code, vector(number), values)
        }
        code.sub(.rsi, 1)
        code.jump(if: .notEqual, to: loop)
        code.bind(end)
        if usesMasks {
            combine(&code, vector(0), vector(1))
            combine(&code, vector(2), vector(3))
            combine(&code, vector(0), vector(2))
            code.vextractf32x8(.ymm(1), vector(0), 1)
        } else {
            for number in [0, 1, 4, 5] { combine(&code, vector(number), vector(number + 2)) }
            for number in [0, 1] { combine(&code, vector(number), vector(number + 4)) }
        }
        combine(&code, .ymm(0), .ymm(1))
        code.vmovups(Memory(.rdx), .ymm(0))
        code.vzeroupper()
        code.ret()
    }

    /// Eight vectors at a time, which stay in registers from line to line, then one at a time; at least one vector and one
    /// line.
    func writeCombine(_ code: inout Assembler) {
        let end = code.makeLabel()
        for count in [8, 1] {
            let fewer = code.makeLabel()
            let loop = code.makeBoundLabel()
            code.cmp(.rdx, count)
            code.jump(if: .less, to: fewer)
            for number in 0..<count { code.vmovups(vector(number), Memory(.rdi, number * byteCount)) }
            code.mov(.rax, .rsi)
            code.mov(.r9, .rcx)
            let line = code.makeBoundLabel()
            for number in 0..<count {
                let values = vector(8 + number % 4)
                code.vmovups(values, Memory(.rax, number * byteCount))
                combine(&code, vector(number), values)
            }
            code.add(.rax, .r8)
            code.sub(.r9, 1)
            code.jump(if: .notEqual, to: line)
            for number in 0..<count { code.vmovups(Memory(.rdi, number * byteCount), vector(number)) }
            code.add(.rdi, count * byteCount)
            code.add(.rsi, count * byteCount)
            code.sub(.rdx, count)
            code.jump(if: .notEqual, to: loop)
            code.jump(to: end)
            code.bind(fewer)
        }
        code.bind(end)
        code.vzeroupper()
        code.ret()
    }
}
