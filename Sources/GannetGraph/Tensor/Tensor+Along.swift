// Elements named by their index along one axis.

extension Tensor {
    /// Elements at indices along an axis: where `indices` has *k* at some place, the result has there the element
    /// with the same place on all other axes and index *k* along `axis` (PyTorch's `take_along_dim`).
    ///
    /// An index out of the axis gives NaN, or 0 for other types than floating-point ones. Gradients are added up
    /// where an element is taken more than once.
    ///
    /// - Parameters:
    ///   - axis: The axis that the indices are of; a negative one counts from the end.
    ///   - indices: `int32`, with as many axes as this tensor. On axes other than `axis`, the extents of both
    ///     broadcast.
    /// - Returns: A tensor of the shape of the indices.
    public func gathered(
        along axis: Int, at indices: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let name = "gathered(along:at:)"
        let axis = resolvedAxis(axis, rank: rank, operation: name, file: file, line: line)
        guard indices.scalarType == .int32 else {
            invalidUse(name, "the indices are \(indices.scalarType), not int32", file: file, line: line)
        }
        var (own, other) = (shape.extents, indices.shape.extents)
        guard own.count == other.count else {
            invalidUse(name, "\(shape) and indices of \(indices.shape)", file: file, line: line)
        }
        let (length, number) = (own[axis], other[axis])
        (own[axis], other[axis]) = (1, 1)
        guard var rest = Shape.broadcast(Shape(own), Shape(other))?.extents else {
            invalidUse(
                name,
                "\(shape) and indices of \(indices.shape) do not broadcast on the axes other than \(axis)",
                file: file, line: line)
        }
        rest[axis] = number
        let places = indices.broadcast(to: Shape(rest), file: file, line: line)
        rest[axis] = length
        let source = broadcast(to: Shape(rest), file: file, line: line)
        let rows = places.rowNumbers(along: axis, of: source.shape, name: name, file: file, line: line)
        return source.flattened().gathered(at: rows, file: file, line: line).reshape(places.shape)
    }

    /// Zeros of shape `shape` to which each element of this tensor is added at its index along `axis`: what undoes
    /// ``gathered(along:at:file:line:)``.
    func scatterAdded(along axis: Int, at indices: Tensor, into shape: Shape) -> Tensor {
        let rows = indices.rowNumbers(
            along: axis, of: shape, name: "gathered(along:at:)", file: #fileID, line: #line)
        return Tensor.scatterAdd(flattened(), at: rows, rows: shape.count).reshape(shape)
    }

    /// For each index along `axis` of a tensor of shape `shape`, which has the other axes of this one, the number
    /// of the element in row-major order, as one axis; −1 for an index out of range.
    private func rowNumbers(
        along axis: Int, of shape: Shape, name: String, file: StaticString, line: UInt
    ) -> Tensor {
        if shape.count > Int(Int32.max) {
            invalidUse(name, "\(shape) has more than 2³¹ − 1 elements", file: file, line: line)
        }
        let strides = shape.contiguousStrides
        var number = self * .literal(Int32(strides[axis]))
        for other in shape.extents.indices where other != axis && shape[other] > 1 {
            number += Tensor.index(along: other, of: self.shape) * .literal(Int32(strides[other]))
        }
        let isInside = (.literal(Int32(0)) .<= self) .& (self .< .literal(Int32(shape[axis])))
        return GannetGraph.select(isInside, number, .literal(Int32(-1))).flattened()
    }
}
