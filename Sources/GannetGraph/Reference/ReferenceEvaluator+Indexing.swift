extension ReferenceEvaluator {
    /// Row *k* of the result is row `indices[k]` of the source; NaN or 0 where there is none.
    static func gather(_ source: ReferenceValue, at indices: ReferenceValue) -> [Double] {
        let rows = source.shape.extents[0]
        let width = Shape(Array(source.shape.extents.dropFirst())).count
        let missing: Double = source.scalarType.isFloatingPoint ? .nan : 0
        var result: [Double] = []
        for index in indices.elements {
            if index >= 0, index < Double(rows) {
                result += source.elements[Int(index) * width..<(Int(index) + 1) * width]
            } else {
                result += [Double](repeating: missing, count: width)
            }
        }
        return result
    }

    /// Row *k* of the updates added to row `indices[k]` of zeros, in order of *k*; rows that do not exist are
    /// left out.
    static func scatterAdd(
        _ updates: ReferenceValue, at indices: ReferenceValue, rows: Int, shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        let type = updates.scalarType
        let width = Shape(Array(shape.extents.dropFirst())).count
        var result = [Double](repeating: 0, count: shape.count)
        for (k, index) in indices.elements.enumerated() where index >= 0 && index < Double(rows) {
            for column in 0..<width {
                let place = Int(index) * width + column
                let x = updates.elements[k * width + column]
                result[place] =
                    type == .float32
                    ? rounding.partial(result[place] + x)
                    : Double(apply(.add, Int64(result[place]), Int64(x), type))
            }
        }
        return result
    }
}
