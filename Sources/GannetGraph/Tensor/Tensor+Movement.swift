// Movements rearrange elements and compute nothing: they become index arithmetic of whatever reads the result.

extension Tensor {
    /// The same elements in row-major order in another shape; one extent may be −1 and is inferred.
    public func reshape(_ shape: Shape, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        shape == self.shape
            ? self : Node.make(.reshape, [self], shape: shape, name: "reshape(_:)", file: file, line: line)
    }

    /// The same elements in row-major order in another shape; one extent may be −1, and is inferred.
    public func reshape(_ extents: Int..., file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        guard let unknown = extents.firstIndex(of: -1) else {
            return reshape(Shape(extents), file: file, line: line)
        }
        let known = extents.enumerated().reduce(1) { $1.offset == unknown ? $0 : $0 * $1.element }
        if known <= 0 || count % known != 0 {
            invalidUse("reshape(_:)", "\(shape) cannot become \(extents)", file: file, line: line)
        }
        var extents = extents
        extents[unknown] = count / known
        return reshape(Shape(extents), file: file, line: line)
    }

    /// All elements in one axis.
    public func flattened() -> Tensor { reshape([count]) }

    /// Axis *i* of the result is axis `order[i]` of this tensor.
    public func permute(_ order: Int..., file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        permute(order: order, file: file, line: line)
    }

    /// Axis *i* of the result is axis `order[i]` of this tensor.
    public func permute(order: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let order = order.map { $0 < 0 ? $0 + rank : $0 }
        if order == Array(0..<rank) { return self }
        return Node.make(.permute(order: order), [self], name: "permute(_:)", file: file, line: line)
    }

    /// The last two axes exchanged.
    public func transposed(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if rank < 2 {
            invalidUse("transposed()", "shape \(shape) has fewer than two axes", file: file, line: line)
        }
        return permute(order: Array(0..<rank - 2) + [rank - 1, rank - 2], file: file, line: line)
    }

    /// Stretched to `shape` by NumPy's rule: aligned at the last axis, extents of 1 repeated.
    public func broadcast(to shape: Shape, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if shape == self.shape { return self }
        if Shape.broadcast(self.shape, shape) != shape {
            invalidUse(
                "broadcast(to:)", "\(self.shape) does not stretch to \(shape)", file: file, line: line)
        }
        var operand = self
        if rank < shape.rank {
            operand = reshape(
                Shape([Int](repeating: 1, count: shape.rank - rank) + self.shape.extents), file: file,
                line: line)
        }
        if operand.shape == shape { return operand }
        return Node.make(
            .broadcast, [operand], shape: shape, name: "broadcast(to:)", file: file, line: line)
    }

    /// The elements at `range` along `axis`; every `step`-th of them.
    public func slice(
        _ range: Range<Int>, axis: Int, step: Int = 1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "slice(_:axis:)", file: file, line: line)
        if step <= 0 {
            invalidUse("slice(_:axis:step:)", "the step \(step) is not positive", file: file, line: line)
        }
        if range.lowerBound < 0 || range.upperBound > shape[axis] {
            invalidUse(
                "slice(_:axis:)", "\(range) is not in axis \(axis) of \(shape)", file: file, line: line)
        }
        if range == 0..<shape[axis], step == 1 { return self }
        var starts = [Int](repeating: 0, count: rank)
        var strides = [Int](repeating: 1, count: rank)
        var extents = shape.extents
        starts[axis] = range.lowerBound
        strides[axis] = step
        extents[axis] = (range.count + step - 1) / step
        return Node.make(
            .slice(starts: starts, strides: strides), [self], shape: Shape(extents), name: "slice(_:axis:)",
            file: file, line: line)
    }

    /// The element at `index` along `axis`, which the result lacks.
    public func element(
        _ index: Int, axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "element(_:axis:)", file: file, line: line)
        if !(0..<shape[axis]).contains(index) {
            invalidUse(
                "element(_:axis:)", "\(index) is not in axis \(axis) of \(shape)", file: file, line: line)
        }
        var extents = shape.extents
        extents.remove(at: axis)
        return slice(index..<index + 1, axis: axis, file: file, line: line).reshape(Shape(extents))
    }

    /// The elements along `axes` in reverse order.
    public func flipped(axes: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        var starts = [Int](repeating: 0, count: rank)
        var strides = [Int](repeating: 1, count: rank)
        for axis in axes {
            let axis = resolvedAxis(axis, rank: rank, operation: "flipped(axes:)", file: file, line: line)
            starts[axis] = Swift.max(shape[axis] - 1, 0)
            strides[axis] = -1
        }
        return Node.make(
            .slice(starts: starts, strides: strides), [self], shape: shape, name: "flipped(axes:)",
            file: file,
            line: line)
    }

    /// `low` elements of `value` added before and `high` after, along each axis.
    public func padded(
        low: [Int], high: [Int], value: Double = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if (low + high).allSatisfy({ $0 == 0 }), low.count == rank, high.count == rank { return self }
        return Node.make(
            .pad(low: low, high: high, value: Literal(value, type: scalarType)), [self],
            name: "padded(low:high:)", file: file, line: line)
    }

    /// Tensors one after another along `axis`.
    public static func concatenate(
        _ tensors: [Tensor], axis: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        guard let first = tensors.first else {
            invalidUse("concatenate(_:axis:)", "there are no tensors", file: file, line: line)
        }
        let axis = resolvedAxis(
            axis, rank: first.rank, operation: "concatenate(_:axis:)", file: file, line: line)
        if tensors.count == 1 { return first }
        return Node.make(
            .concatenate(axis: axis), tensors, name: "concatenate(_:axis:)", file: file, line: line)
    }
}
