import GannetCompiler
import GannetGraph

extension Kernel.NoiseStep {
    /// The step as an expression at every index of [batch, count], for tiers that make noise where an expression reads
    /// it; the same bits as ``NoiseStepKernel``.
    var map: Kernel.Map {
        var expression = Expression()
        let shape = [batch, count]
        func load(_ input: Int) -> Int {
            expression.append(.load(input: input, view: View(contiguous: shape)), type: .float32)
        }
        let tableInput = step.hasPrediction ? 2 : 1
        func coefficient(_ column: Int) -> Int {
            let stage = View.Stage(shape: shape, strides: [step.coefficientCount, 0], offset: column)
            return expression.append(
                .load(input: tableInput, view: View(stages: [stage])), type: .float32)
        }
        func binary(_ function: BinaryFunction, _ x: Int, _ y: Int) -> Int {
            expression.append(.binary(function, x, y), type: .float32)
        }
        func noise() -> Int {
            let words = expression.append(
                .randomBits(key: tableInput + 1, view: View(contiguous: shape)), type: .uint32)
            return expression.append(.unary(.normalQuantile, words), type: .float32)
        }
        func term(_ column: Int, _ x: Int) -> Int { binary(.multiply, coefficient(column), x) }
        let x = load(0)
        let result: Int
        if step.hasPrediction {
            let m = load(1)
            var h = binary(.add, term(0, x), term(1, m))
            if step.isClipped {
                let limit = coefficient(6)
                let least = expression.append(.unary(.negate, limit), type: .float32)
                h = binary(.minimum, binary(.maximum, h, least), limit)
            }
            let mean = binary(.add, binary(.add, term(2, h), term(3, x)), term(4, m))
            result = step.isNoisy ? binary(.add, mean, term(5, noise())) : mean
        } else {
            result = binary(.add, term(0, x), term(1, noise()))
        }
        expression.stores = [Expression.Store(value: result, output: 0)]
        return Kernel.Map(shape: shape, expression: expression)
    }
}
