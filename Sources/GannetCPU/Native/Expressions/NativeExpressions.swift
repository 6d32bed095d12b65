import GannetCompiler
import GannetGraph
import Synchronization

/// The expressions that machine code was written for in this process: the same one is not written twice.
package enum NativeExpressions {
    private struct Key: Hashable {
        var expression: Expression
        var inputTypes: [ScalarType]
        var givesResult: Bool
        var instructionSet: InstructionSet
    }

    private static let wrong = Atomic<Int>(0)
    /// How often code was found to be wrong in this process: to compute something else than the interpreter, although its
    /// functions have the interpreter's bits.
    package static var wrongCount: Int { wrong.load(ordering: .relaxed) }

    /// Counts the expressions that are not computed by the code written for them first.
    private final class Rejections: Sendable {
        let count = Atomic<Int>(0)
    }
    @TaskLocal private static var rejections: Rejections?

    /// How many expressions `body` has whose code is not used: because it is wrong, or because its functions, which round
    /// less often than the interpreter's, give numbers that are too different. Those count that the calling thread
    /// computes or asks for.
    package static func rejections(during body: () throws -> Void) rethrows -> Int {
        let counted = Rejections()
        try $rejections.withValue(counted, operation: body)
        return counted.count.load(ordering: .relaxed)
    }

    /// Takes note that an expression's code was rejected.
    static func reject(isWrong: Bool) {
        if isWrong { wrong.add(1, ordering: .relaxed) }
        rejections?.count.add(1, ordering: .relaxed)
    }

    private static let evaluators = Guarded([Key: NativeEvaluator?]())
    /// So many are kept; then all are forgotten but by those who use them, as a search for the oldest would take longer
    /// than writing code.
    private static let limit = 4096

    /// What computes `expression`: machine code, or the interpreter where there would be nothing gained.
    static func evaluator(
        _ expression: Expression, inputTypes: [ScalarType], givesResult: Bool, instructionSet: InstructionSet,
        noise: NoiseCode
    ) -> any BlockEvaluator {
        let key = Key(
            expression: expression, inputTypes: inputTypes, givesResult: givesResult,
            instructionSet: instructionSet)
        var known = evaluators.withLock { $0[key] }
        if known == nil {
            do {
                known = .some(
                    try NativeEvaluator(
                        expression, inputTypes: inputTypes, givesResult: givesResult,
                        instructionSet: instructionSet, noise: noise))
            } catch {
                // The system gives no more pages, say; the interpreter always works.
                known = .some(nil)
            }
            let made = known
            evaluators.withLock {
                if $0.count >= limit { $0.removeAll(keepingCapacity: true) }
                $0[key] = made
            }
        }
        if let evaluator = known!, evaluator.isRejected { reject(isWrong: false) }
        return known! ?? BlockInterpreter(expression, inputTypes: inputTypes, givesResult: givesResult)
    }
}
