// Elements combined with all before them along an axis.

extension Tensor {
    /// Each element combined with those before it; of an exclusive result, only with those.
    func cumulative(
        _ function: CumulativeFunction, axis: Int, isReversed: Bool, isExclusive: Bool = false, name: String,
        file: StaticString, line: UInt
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: name, file: file, line: line)
        let inclusive = Node.make(
            .cumulative(function, axis: axis, isReversed: isReversed), [widened], name: name, file: file,
            line: line)
        let length = shape[axis]
        guard isExclusive, length > 0 else { return inclusive }
        var (low, high) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        if isReversed { high[axis] = 1 } else { low[axis] = 1 }
        return inclusive.slice(isReversed ? 1..<length : 0..<length - 1, axis: axis, file: file, line: line)
            .padded(
                low: low, high: high, value: function.identity(inclusive.scalarType).doubleValue, file: file,
                line: line
            )
    }

    /// The sums of the elements up to each one along `axis`.
    ///
    /// In `float32` each sum is off by no more than 16 · 2⁻²⁴ of the sum of its elements' magnitudes, however many
    /// they are; integers wrap.
    ///
    /// - Parameters:
    ///   - axis: Where the sums run; a negative one counts from the end.
    ///   - isReversed: Whether they run from the last element down.
    ///   - isExclusive: Whether an element has no part in its own sum, so that the first one is 0.
    /// - Returns: A tensor of the same shape and type; `float32` of a type for storage only.
    public func cumulativeSum(
        axis: Int = -1, isReversed: Bool = false, isExclusive: Bool = false, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        cumulative(
            .sum, axis: axis, isReversed: isReversed, isExclusive: isExclusive, name: "cumulativeSum(axis:)",
            file: file, line: line)
    }

    /// The products of the elements up to each one along `axis`; integers wrap. The gradient is right where
    /// elements are 0 as well.
    ///
    /// - Parameters:
    ///   - axis: Where the products run; a negative one counts from the end.
    ///   - isReversed: Whether they run from the last element down.
    ///   - isExclusive: Whether an element has no part in its own product, so that the first one is 1.
    /// - Returns: A tensor of the same shape and type; `float32` of a type for storage only.
    public func cumulativeProduct(
        axis: Int = -1, isReversed: Bool = false, isExclusive: Bool = false, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        cumulative(
            .product, axis: axis, isReversed: isReversed, isExclusive: isExclusive,
            name: "cumulativeProduct(axis:)", file: file, line: line)
    }

    /// The largest of the elements up to each one along `axis`; NaN from the first NaN on.
    ///
    /// The gradient of a result goes to the element that it is; of those that tie, to the last one.
    ///
    /// - Parameters:
    ///   - axis: Along which axis; a negative one counts from the end.
    ///   - isReversed: Whether from the last element down.
    /// - Returns: A tensor of the same shape and type; `float32` of a type for storage only.
    public func cumulativeMaximum(
        axis: Int = -1, isReversed: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        cumulative(
            .maximum, axis: axis, isReversed: isReversed, name: "cumulativeMaximum(axis:)", file: file,
            line: line)
    }

    /// The smallest of the elements up to each one along `axis`; NaN from the first NaN on.
    ///
    /// The gradient of a result goes to the element that it is; of those that tie, to the last one.
    ///
    /// - Parameters:
    ///   - axis: Along which axis; a negative one counts from the end.
    ///   - isReversed: Whether from the last element down.
    /// - Returns: A tensor of the same shape and type; `float32` of a type for storage only.
    public func cumulativeMinimum(
        axis: Int = -1, isReversed: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        cumulative(
            .minimum, axis: axis, isReversed: isReversed, name: "cumulativeMinimum(axis:)", file: file,
            line: line)
    }
}
