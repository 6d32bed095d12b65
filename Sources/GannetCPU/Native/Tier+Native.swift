#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Machine code that does not compute what it should.
struct WrongCode: Error, CustomStringConvertible {
    /// What the code is.
    var kernel: String

    var description: String { "\(kernel) was tried and gave wrong numbers" }
}

extension Tier {
    /// The tier for an instruction set, as far as the processor has it. Where code does not compute what it should, it is
    /// the portable one, and a line on standard error says so once.
    package static func best(for instructionSet: InstructionSet) -> Tier {
        switch min(instructionSet, InstructionSet.available.last!) {
        case .portable: portable
        case .avx2: avx2
        case .avx512: avx512
        }
    }

    private static let avx2 = native(.avx2)
    private static let avx512 = native(.avx512)

    private static func native(_ instructionSet: InstructionSet) -> Tier {
        do {
            var tier = Tier.portable
            tier.instructionSet = instructionSet
            tier.name = instructionSet == .avx512 ? "AVX-512" : "AVX2"
            tier.matrix = try .native(instructionSet)
            tier.fold = try FoldCode(instructionSet)
            tier.winograd = try WinogradMaps(instructionSet)
            tier.fetch = try FetchCode()
            tier.makesNoiseInExpressions = true
            let noise = try NoiseCode(instructionSet)
            tier.makeEvaluator = { expression, inputTypes, givesResult in
                NativeExpressions.evaluator(
                    expression, inputTypes: inputTypes, givesResult: givesResult,
                    instructionSet: instructionSet, noise: noise)
            }
            return tier
        } catch {
            sayThatPortableServes(because: error)
            return portable
        }
    }

    /// Tells the user why the processor is not used as it could be.
    static func sayThatPortableServes(because error: any Error) {
        note("the CPU computes without machine code of its own: \(error).")
    }

    /// Writes a line on standard error.
    static func note(_ sentence: String) {
        let line = "Gannet: \(sentence)\n"
        write(STDERR_FILENO, line, line.utf8.count)
    }
}
