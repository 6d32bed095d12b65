// Orders of elements along an axis. NaN counts as greater than every number, as it does in PyTorch: it comes last in
// ascending order, first in descending order. −0 and 0 are equal.

extension Tensor {
    /// The indices along `axis` that sort the elements (`int32`); equal elements keep their order.
    ///
    /// - Parameters:
    ///   - axis: What is sorted; a negative one counts from the end.
    ///   - isDescending: Whether the greatest comes first.
    /// - Returns: A tensor of the same shape. It has no gradient.
    public func argsort(
        axis: Int = -1, isDescending: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        sortingOrder(axis: axis, isDescending: isDescending, name: "argsort(axis:)", file: file, line: line)
    }

    /// The elements along `axis` in order, and the indices where they were (`int32`); equal elements keep their
    /// order. The gradient of a value goes to the element that it is.
    ///
    /// - Parameters:
    ///   - axis: What is sorted; a negative one counts from the end.
    ///   - isDescending: Whether the greatest comes first.
    /// - Returns: Two tensors of the same shape.
    public func sorted(
        axis: Int = -1, isDescending: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor) {
        let order = sortingOrder(
            axis: axis, isDescending: isDescending, name: "sorted(axis:)", file: file, line: line)
        return (gathered(along: axis, at: order, file: file, line: line), order)
    }

    /// The `k` greatest elements along `axis`, the greatest first, or the least, and the indices where they are
    /// (`int32`); of equal elements those that come first.
    ///
    /// - Parameters:
    ///   - k: How many, at most the extent of the axis.
    ///   - axis: Along which axis; a negative one counts from the end.
    ///   - isSmallest: Whether the least elements are wanted, the least first.
    /// - Returns: Two tensors with `k` elements along the axis.
    public func topK(
        _ k: Int, axis: Int = -1, isSmallest: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor) {
        let place = resolvedAxis(axis, rank: rank, operation: "topK(_:axis:)", file: file, line: line)
        if k < 0 || k > shape[place] {
            invalidUse(
                "topK(_:axis:)", "\(k) elements along axis \(axis) of \(shape)", file: file, line: line)
        }
        let order = sortingOrder(
            axis: place, isDescending: !isSmallest, name: "topK(_:axis:)", file: file, line: line
        ).slice(0..<k, axis: place, file: file, line: line)
        return (gathered(along: place, at: order, file: file, line: line), order)
    }

    /// The order of lines along any axis: the primitive knows the last one only.
    private func sortingOrder(
        axis: Int, isDescending: Bool, name: String, file: StaticString, line: UInt
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: name, file: file, line: line)
        let exchanged = Array(0..<axis) + Array(axis + 1..<rank) + [axis]
        let restored = Array(0..<axis) + [rank - 1] + Array(axis..<rank - 1)
        return Node.make(
            .sortingOrder(isDescending: isDescending),
            [widened.permute(order: exchanged, file: file, line: line)], name: name, file: file, line: line
        ).permute(order: restored, file: file, line: line)
    }
}
