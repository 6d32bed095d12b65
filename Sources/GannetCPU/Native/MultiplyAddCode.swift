import GannetAssembler

/// A loop of nothing but multiply-adds of registers, as many at a time as hide their latency: the most that an instruction
/// set allows, which no product can exceed (the roof of S. Williams et al., "Roofline", 2009).
final class MultiplyAddCode: Sendable {
    private typealias Function =
        @convention(c) @Sendable (_ rounds: Int, _ factors: UnsafePointer<Float>) -> Void

    /// The additions and multiplications of a round.
    let operationsPerRound: Int
    private let code: MachineCode
    private let function: Function

    /// Writes the code for an instruction set.
    init(_ instructionSet: InstructionSet) throws {
        let usesMasks = instructionSet == .avx512
        let (sums, lanes) = usesMasks ? (24, 16) : (12, 8)
        operationsPerRound = sums * lanes * 2
        func vector(_ number: Int) -> VectorRegister { usesMasks ? .zmm(number) : .ymm(number) }
        let (x, y) = (vector(sums), vector(sums + 1))
        var assembler = Assembler(instructionSet: usesMasks ? .avx512 : .avx2)
        assembler.vbroadcastss(x, Memory(.rsi))
        assembler.vbroadcastss(y, Memory(.rsi, 4))
        for number in 0..<sums {
            assembler.vxorps(vector(number), vector(number), vector(number))
        }
        let loop = assembler.makeBoundLabel()
        for number in 0..<sums { assembler.vfmadd231ps(vector(number), x, y) }
        assembler.sub(.rdi, 1)
        assembler.jump(if: .notEqual, to: loop)
        assembler.vzeroupper()
        assembler.ret()
        code = try MachineCode(try assembler.finish())
        function = code.function(as: Function.self)
    }

    /// Runs so many rounds, at least 1.
    func run(rounds: Int) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2) { factors in
            (factors[0], factors[1]) = (0.75, 0.625)
            function(rounds, factors.baseAddress!)
        }
        withExtendedLifetime(code) {}
    }
}
