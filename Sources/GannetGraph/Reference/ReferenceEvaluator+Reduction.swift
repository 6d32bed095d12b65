extension ReferenceEvaluator {
    /// The elements along `axes` combined, in row-major order.
    static func reduce(
        _ function: ReductionFunction, _ operand: ReferenceValue, axes: [Int], shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        let type = operand.scalarType
        let combination: BinaryFunction =
            switch function {
            case .sum: .add
            case .maximum: .maximum
            case .minimum: .minimum
            }
        let kept = operand.shape.extents.indices.filter { !axes.contains($0) }
        let target = shape.contiguousStrides
        var result = [Double](repeating: function.identity(type).doubleValue, count: shape.count)
        var place = 0
        ReferenceValue.forEachIndex(of: operand.shape) { index in
            let x = operand.elements[place]
            let into = zip(kept, target).reduce(0) { $0 + index[$1.0] * $1.1 }
            result[into] =
                type == .float32
                ? rounding.partial(apply(combination, result[into], x))
                : Double(apply(combination, Int64(result[into]), Int64(x), type))
            place += 1
        }
        return result
    }
}
