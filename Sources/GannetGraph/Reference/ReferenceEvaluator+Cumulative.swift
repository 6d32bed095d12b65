extension ReferenceEvaluator {
    /// Each element combined with all before it along an axis, or with all behind it.
    static func cumulate(
        _ function: CumulativeFunction, _ operand: ReferenceValue, axis: Int, isReversed: Bool,
        rounding: Float32Rounding
    ) -> [Double] {
        let type = operand.scalarType
        let extents = operand.shape.extents
        let (length, step) = (extents[axis], Shape(Array(extents[(axis + 1)...])).count)
        var result = operand.elements
        for place in isReversed ? Array(result.indices.reversed()) : Array(result.indices) {
            let index = place / step % length
            if index == (isReversed ? length - 1 : 0) { continue }
            let (x, y) = (result[isReversed ? place + step : place - step], result[place])
            result[place] =
                type == .float32
                ? rounding.partial(apply(function.combination, x, y))
                : Double(apply(function.combination, Int64(x), Int64(y), type))
        }
        return result
    }
}
