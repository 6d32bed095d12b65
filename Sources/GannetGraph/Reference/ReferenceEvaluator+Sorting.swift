extension ReferenceEvaluator {
    /// For each line along the last axis the indices that sort it, those of equal elements in their order.
    static func sortingOrder(_ operand: ReferenceValue, isDescending: Bool) -> [Double] {
        guard let length = operand.shape.extents.last, length > 0 else { return [] }
        /// NaN is greater than everything else, and equal to itself.
        func isLess(_ x: Double, _ y: Double) -> Bool { x < y || (y.isNaN && !x.isNaN) }
        return stride(from: 0, to: operand.elements.count, by: length).flatMap { start -> [Double] in
            let line = Array(operand.elements[start..<start + length])
            return line.indices.sorted { a, b in
                let (x, y) = isDescending ? (line[b], line[a]) : (line[a], line[b])
                return isLess(x, y) || (!isLess(y, x) && a < b)
            }.map(Double.init)
        }
    }
}
