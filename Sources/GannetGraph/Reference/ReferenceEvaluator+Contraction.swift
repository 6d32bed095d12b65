extension ReferenceEvaluator {
    /// The product of the matrices in the last two axes, for each index of the axes before them.
    static func matrixProduct(
        _ a: ReferenceValue, _ b: ReferenceValue, transposeA: Bool, transposeB: Bool, shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        let rows = shape[-2]
        let columns = shape[-1]
        let depth = transposeA ? a.shape[-2] : a.shape[-1]
        let batches = Shape(Array(shape.extents.dropLast(2))).count
        // How far apart, in memory, neighbours along the product's rows, columns and depth are.
        let (rowStep, depthStepA) = transposeA ? (1, rows) : (depth, 1)
        let (columnStep, depthStepB) = transposeB ? (depth, 1) : (1, columns)
        var result: [Double] = []
        result.reserveCapacity(shape.count)
        for batch in 0..<batches {
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for k in 0..<depth {
                        let x = a.elements[batch * rows * depth + row * rowStep + k * depthStepA]
                        let y = b.elements[batch * depth * columns + column * columnStep + k * depthStepB]
                        sum = rounding.partial(sum, adding: x, times: y)
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }
}
