import GannetGraph

/// Gradients compared with finite differences, both in double precision by the ``ReferenceEvaluator``.
///
/// Casts to `float16` and `bfloat16` do not round here: their gradient is that of the number itself.
public enum GradientCheck {
    /// What is wrong with the gradients of `function` at `inputs`, in sentences.
    ///
    /// - Parameters:
    ///   - function: Builds a `float32` tensor of any shape from the inputs. Where it has more than one element,
    ///     the gradients of a weighted sum are looked at.
    ///   - inputs: `float32` leaves, away from where the function has kinks.
    ///   - order: 2 also checks the gradients of a weighted sum of the gradients.
    ///   - tolerance: The largest error allowed, times the largest gradient or 1.
    public static func failures(
        at inputs: [Tensor], order: Int = 1, tolerance: Double = 1e-6, _ function: ([Tensor]) -> Tensor
    ) throws -> [String] {
        var generator = SeededGenerator(named: "weights of gradients")
        let value = function(inputs)
        let scalar = (value * generator.floats(value.shape, in: 0.5...1.5)).sum()
        let first = gradients(of: scalar, withRespectTo: inputs)
        var failures = try compare(scalar, first, inputs, tolerance, "first")
        if order > 1 {
            let weighted = first.map { ($0 * generator.floats($0.shape, in: 0.5...1.5)).sum() }
            let slope = weighted.dropFirst().reduce(weighted[0]) { $0 + $1 }
            let second = gradients(of: slope, withRespectTo: inputs)
            failures += try compare(slope, second, inputs, tolerance, "second")
        }
        return failures
    }

    /// Compares `gradients` of `scalar` with its central differences, element by element.
    private static func compare(
        _ scalar: Tensor, _ gradients: [Tensor], _ inputs: [Tensor], _ tolerance: Double, _ order: String
    ) throws -> [String] {
        let exact = ReferenceEvaluator(keepsHalvesExact: true)
        let points = try exact.values(of: inputs)
        let analytic = try exact.values(of: gradients)
        var failures: [String] = []
        for (number, point) in points.enumerated() {
            var differences: [Double] = []
            for (index, x) in point.elements.enumerated() {
                let step = 1e-5 * max(1, abs(x))
                let ends = try [x + step, x - step].map { moved -> Double in
                    var changed = point
                    changed.elements[index] = moved
                    var evaluator = exact
                    evaluator.bind(inputs[number], to: changed)
                    return try evaluator.values(of: [scalar])[0].elements[0]
                }
                differences.append((ends[0] - ends[1]) / (2 * step))
            }
            let scale = max(1, differences.map(abs).max() ?? 0)
            if analytic[number].shape != point.shape {
                failures.append("\(order) gradient \(number) has shape \(analytic[number].shape)")
                continue
            }
            let errors = zip(analytic[number].elements, differences).map { abs($0 - $1) }
            for (index, error) in errors.enumerated() where !(error <= tolerance * scale) {
                failures.append(
                    "\(order) gradient \(number), element \(index): \(analytic[number].elements[index]) "
                        + "instead of \(differences[index])")
                break
            }
        }
        return failures
    }
}
