// Reductions that look for something: the place of the extreme, truth values.

extension Tensor {
    /// The index of the largest element along `axis`, or of all in row-major order, as `int32`.
    ///
    /// The first one where several tie; NaN counts as larger than any number. There must be an element.
    public func argmax(
        axis: Int? = nil, keepsAxis: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { argument(of: .maximum, axis, keepsAxis, name: "argmax(axis:)", file: file, line: line) }

    /// The index of the smallest element along `axis`, or of all in row-major order, as `int32`.
    ///
    /// The first one where several tie; NaN counts as smaller than any number. There must be an element.
    public func argmin(
        axis: Int? = nil, keepsAxis: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { argument(of: .minimum, axis, keepsAxis, name: "argmin(axis:)", file: file, line: line) }

    private func argument(
        of function: ReductionFunction, _ axis: Int?, _ keepsAxis: Bool, name: String, file: StaticString,
        line: UInt
    ) -> Tensor {
        guard let axis else {
            let index = flattened().argument(of: function, 0, false, name: name, file: file, line: line)
            return keepsAxis ? index.reshape(Shape(shape.extents.map { _ in 1 })) : index
        }
        let resolved = resolvedAxis(axis, rank: rank, operation: name, file: file, line: line)
        if shape[resolved] == 0 {
            invalidUse(name, "axis \(axis) of \(shape) has no elements", file: file, line: line)
        }
        let x = scalarType == .bool ? cast(to: .int32) : widened
        let extreme =
            function == .maximum
            ? x.max(axes: [resolved], keepsAxes: true) : x.min(axes: [resolved], keepsAxes: true)
        // Where there is a NaN it is the extreme, and equals nothing.
        let isExtreme =
            x.scalarType.isFloatingPoint ? (x .== extreme) .| x.isNaN() : x .== extreme
        return select(isExtreme, .index(along: resolved, of: shape), .literal(Int32.max))
            .min(axes: [resolved], keepsAxes: keepsAxis, file: file, line: line)
    }

    /// Whether any element is other than 0 or false, as `bool`; false over nothing.
    public func any(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { truth.max(axes: axes, keepsAxes: keepsAxes, file: file, line: line) .> 0 }

    /// Whether all elements are other than 0 or false, as `bool`; true over nothing.
    public func all(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { truth.min(axes: axes, keepsAxes: keepsAxes, file: file, line: line) .> 0 }

    /// How many elements are other than 0 or false, as `int32`.
    public func nonzeroCount(
        axes: [Int]? = nil, keepsAxes: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor { truth.sum(axes: axes, keepsAxes: keepsAxes, file: file, line: line) }

    /// 1 where an element is other than 0 or false, 0 elsewhere, as `int32`.
    private var truth: Tensor { cast(to: .bool).cast(to: .int32) }
}
