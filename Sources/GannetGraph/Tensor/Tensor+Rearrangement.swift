// Rearrangements composed of the primitive movements.

extension Tensor {
    /// An axis of extent 1 before axis `axis`; −1 puts it last.
    public func insertingAxis(
        at axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        var extents = shape.extents
        extents.insert(
            1, at: resolvedAxis(axis, rank: rank + 1, operation: "insertingAxis(at:)", file: file, line: line)
        )
        return reshape(Shape(extents))
    }

    /// The tensor without the given axes, whose extents are 1; without all such axes where none are given.
    public func squeezed(
        axes: [Int]? = nil, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axes =
            axes?.map { resolvedAxis($0, rank: rank, operation: "squeezed(axes:)", file: file, line: line) }
            ?? (0..<rank).filter { shape[$0] == 1 }
        if let axis = axes.first(where: { shape[$0] != 1 }) {
            invalidUse(
                "squeezed(axes:)", "axis \(axis) of \(shape) is not of extent 1", file: file, line: line)
        }
        return reshape(Shape((0..<rank).filter { !axes.contains($0) }.map { shape[$0] }))
    }

    /// Tensors of one shape side by side along a new axis, which is axis `axis` of the result.
    public static func stack(
        _ tensors: [Tensor], axis: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        guard let first = tensors.first else {
            invalidUse("stack(_:axis:)", "there are no tensors", file: file, line: line)
        }
        for tensor in tensors where tensor.shape != first.shape || tensor.scalarType != first.scalarType {
            invalidUse(
                "stack(_:axis:)",
                "tensors differ: \(first.scalarType) \(first.shape) and \(tensor.scalarType) \(tensor.shape)",
                file: file, line: line)
        }
        return concatenate(
            tensors.map { $0.insertingAxis(at: axis, file: file, line: line) }, axis: axis, file: file,
            line: line)
    }

    /// `count` equal parts along `axis`.
    public func split(
        into count: Int, axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> [Tensor] {
        let axis = resolvedAxis(axis, rank: rank, operation: "split(into:axis:)", file: file, line: line)
        if count < 1 || shape[axis] % count != 0 {
            invalidUse(
                "split(into:axis:)", "axis \(axis) of \(shape) has no \(count) equal parts", file: file,
                line: line)
        }
        let extent = shape[axis] / count
        return (0..<count).map { slice($0 * extent..<($0 + 1) * extent, axis: axis) }
    }

    /// Element *i* along `axis` moved to place *i* + `offset`; what leaves at one end enters at the other.
    public func rolled(
        by offset: Int, axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "rolled(by:axis:)", file: file, line: line)
        let extent = shape[axis]
        let moved = extent == 0 ? 0 : (offset % extent + extent) % extent
        if moved == 0 { return self }
        return .concatenate(
            [slice(extent - moved..<extent, axis: axis), slice(0..<extent - moved, axis: axis)], axis: axis)
    }

    /// Each element along `axis` `count` times in a row, as PyTorch's `repeat_interleave`.
    public func repeated(
        _ count: Int, axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "repeated(_:axis:)", file: file, line: line)
        if count < 0 {
            invalidUse("repeated(_:axis:)", "the count \(count) is negative", file: file, line: line)
        }
        var stretched = shape.extents
        stretched.insert(1, at: axis + 1)
        let column = reshape(Shape(stretched))
        stretched[axis + 1] = count
        var extents = shape.extents
        extents[axis] *= count
        return column.broadcast(to: Shape(stretched)).reshape(Shape(extents))
    }

    /// The whole tensor again and again, `counts[i]` times along axis *i*, as NumPy's `tile`. Where there are more
    /// counts than axes, axes of extent 1 are put before the others.
    public func tiled(
        _ counts: Int..., file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if counts.count < rank || counts.contains(where: { $0 < 0 }) {
            invalidUse("tiled(_:)", "counts \(counts) for a tensor of shape \(shape)", file: file, line: line)
        }
        let extents = [Int](repeating: 1, count: counts.count - rank) + shape.extents
        return reshape(Shape(extents.flatMap { [1, $0] }))
            .broadcast(to: Shape(zip(counts, extents).flatMap { [$0, $1] }))
            .reshape(Shape(zip(counts, extents).map { $0 * $1 }))
    }
}

// MARK: - Diagonals and triangles of matrices

extension Tensor {
    /// The diagonals of matrices […, n, m], elements [i, i + offset], as the last axis of the result.
    public func diagonal(offset: Int = 0, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let (rows, columns) = matrixExtents("diagonal(offset:)", file: file, line: line)
        let (row, column) = (Swift.max(-offset, 0), Swift.max(offset, 0))
        let length = Swift.max(Swift.min(rows - row, columns - column), 0)
        let elements = reshape(Shape(shape.extents.dropLast(2) + [rows * columns]))
        if length == 0 { return elements.slice(0..<0, axis: -1) }
        let start = row * columns + column
        return elements.slice(
            start..<start + (length - 1) * (columns + 1) + 1, axis: -1, step: columns + 1)
    }

    /// Matrices […, n, m] with zeros above the diagonal [i, i + offset], NumPy's `tril`.
    public func lowerTriangle(offset: Int = 0, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        _ = matrixExtents("lowerTriangle(offset:)", file: file, line: line)
        return select(columnLessRow .<= .literal(Int32(clamping: offset)), self, zero)
    }

    /// Matrices […, n, m] with zeros below the diagonal [i, i + offset], NumPy's `triu`.
    public func upperTriangle(offset: Int = 0, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        _ = matrixExtents("upperTriangle(offset:)", file: file, line: line)
        return select(.literal(Int32(clamping: offset)) .<= columnLessRow, self, zero)
    }

    private func matrixExtents(_ name: String, file: StaticString, line: UInt) -> (Int, Int) {
        if rank < 2 {
            invalidUse(name, "shape \(shape) has fewer than two axes", file: file, line: line)
        }
        return (shape[-2], shape[-1])
    }

    private var columnLessRow: Tensor { .index(along: -1, of: shape) - .index(along: -2, of: shape) }
    private var zero: Tensor { .zeros([], type: scalarType) }
}
