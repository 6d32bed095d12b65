// Reductions over some axes, or all. Unless `keepsAxes` is set the result lacks the reduced axes.

extension Tensor {
    private func reduced(
        _ function: ReductionFunction, _ axes: [Int]?, _ keepsAxes: Bool, name: String, file: StaticString,
        line: UInt
    ) -> Tensor {
        let axes = (axes ?? Array(0..<rank)).map {
            resolvedAxis($0, rank: rank, operation: name, file: file, line: line)
        }.sorted()
        if Set(axes).count != axes.count {
            invalidUse(name, "axes \(axes) repeat one", file: file, line: line)
        }
        let result =
            axes.isEmpty
            ? widened
            : Node.make(.reduce(function, axes: axes), [widened], name: name, file: file, line: line)
        guard keepsAxes else { return result }
        return result.reshape(
            Shape(shape.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }))
    }

    /// The sum; 0 over nothing.
    public func sum(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { reduced(.sum, axes, keepsAxes, name: "sum(axes:)", file: file, line: line) }

    /// The largest element; −∞ over nothing, NaN if any is. Elements that tie share the gradient.
    public func max(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { reduced(.maximum, axes, keepsAxes, name: "max(axes:)", file: file, line: line) }

    /// The smallest element; +∞ over nothing, NaN if any is. Elements that tie share the gradient.
    public func min(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { reduced(.minimum, axes, keepsAxes, name: "min(axes:)", file: file, line: line) }

    /// The arithmetic mean; NaN over nothing.
    public func mean(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let sum = sum(axes: axes, keepsAxes: keepsAxes, file: file, line: line)
        let number = (axes ?? Array(0..<rank)).reduce(1) { $0 * shape[$1] }
        return sum / .literal(Literal(Double(number), type: sum.scalarType))
    }

    /// The mean squared distance from the mean, divided by the number of elements less `correction`.
    public func variance(
        axes: [Int]? = nil, keepsAxes: Bool = false, correction: Int = 0, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        let deviation = self - mean(axes: axes, keepsAxes: true, file: file, line: line)
        let number = (axes ?? Array(0..<rank)).reduce(1) { $0 * shape[$1] }
        return deviation.squared().sum(axes: axes, keepsAxes: keepsAxes, file: file, line: line)
            / .literal(Float(Swift.max(number - correction, 0)))
    }

    /// ln Σ eˣ along `axis`, with no overflow; −∞ where all elements are.
    public func logSumExp(
        axis: Int = -1, keepsAxis: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "logSumExp(axis:)", file: file, line: line)
        let peak = max(axes: [axis], keepsAxes: true).stoppingGradient()
        let shift = select(peak.isFinite(), peak, 0)
        let result = (self - shift).exp().sum(axes: [axis], keepsAxes: true).log() + shift
        if keepsAxis { return result }
        var extents = shape.extents
        extents.remove(at: axis)
        return result.reshape(Shape(extents))
    }
}
