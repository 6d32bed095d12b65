extension Tensor {
    /// The matrix product over the last two axes; leading axes are batch axes and broadcast.
    ///
    /// - Parameters:
    ///   - other: The right operand, […, k, n], or […, n, k] when `transposeB` is set.
    ///   - transposeA: Whether this tensor is […, k, m] instead of […, m, k].
    /// - Returns: […, m, n], `float32`.
    public func matmul(
        _ other: Tensor, transposeA: Bool = false, transposeB: Bool = false, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        if rank < 2 || other.rank < 2 {
            invalidUse(
                "matmul(_:)", "operands have shapes \(shape) and \(other.shape)", file: file, line: line)
        }
        let a = Shape(Array(shape.extents.dropLast(2)))
        let b = Shape(Array(other.shape.extents.dropLast(2)))
        guard let batch = Shape.broadcast(a, b) else {
            invalidUse(
                "matmul(_:)", "batch axes of \(shape) and \(other.shape) do not broadcast", file: file,
                line: line)
        }
        return Node.make(
            .matrixProduct(transposeA: transposeA, transposeB: transposeB),
            [
                roundedForProducts.broadcast(to: Shape(batch.extents + shape.extents.suffix(2))),
                other.roundedForProducts.broadcast(to: Shape(batch.extents + other.shape.extents.suffix(2))),
            ], name: "matmul(_:)", file: file, line: line
        ).roundedForProducts
    }
}

extension Tensor {
    /// Rows of this tensor [N, …rest] at `indices` (`int32`, any shape): [indices…, …rest].
    ///
    /// An index out of 0 ..< N gives a row of NaN, or of 0 for other types than floating-point ones.
    public func gathered(at indices: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let rows = Node.make(
            .gather, [self, indices.flattened()], name: "gathered(at:)", file: file, line: line)
        return rows.reshape(Shape(indices.shape.extents + shape.extents.dropFirst()))
    }

    /// A tensor [rows, …rest] of zeros to whose row `indices[k]` row *k* of `updates` [K, …rest] is added, in
    /// order of *k*. An index out of 0 ..< `rows` adds nothing.
    public static func scatterAdd(
        _ updates: Tensor, at indices: Tensor, rows: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        Node.make(
            .scatterAdd(rows: rows), [indices, updates.widened], name: "scatterAdd(_:at:rows:)", file: file,
            line: line)
    }
}
