extension Tensor {
    /// A part of the tensor, chosen axis by axis by NumPy's rules.
    ///
    ///     x[0]                              // the first row; the result lacks the axis
    ///     x[-1]                             // the last one
    ///     x[1..<3, .all]                    // rows 1 and 2
    ///     x[.all, (-2)...]                  // the last two columns
    ///     x[.all, .strided(from: 1, by: 2)]  // every second column from the second on
    ///     x[.strided(by: -1)]                // the rows in reverse order
    ///     x[.ellipsis, 0]                   // the first element of the last axis
    ///     x[.all, .newAxis]                 // an axis of extent 1 after the first
    ///     x[indices]                        // the rows at `int32` indices, known only when it is computed
    ///
    /// Axes that are not mentioned are taken whole. An integer or a Swift range must lie in the axis; otherwise the
    /// process stops with the subscript's place in the source. The bounds of `.stride` are cut to the axis, as Python
    /// cuts them. Without tensors among the entries the result is a view that costs nothing.
    ///
    /// Tensors of indices, and then integers with them, broadcast to one shape, which takes the place of their axes
    /// if these are neighbours, and stands first in the result if not. Where such an index does not lie in its axis
    /// the result is NaN, or 0 for other types than floating-point ones.
    public subscript(
        _ indices: any TensorIndex..., file file: StaticString = #fileID, line line: UInt = #line
    ) -> Tensor { part(at: indices, file: file, line: line) }

    /// What the subscript gives for entries in an array.
    public func part(
        at indices: [any TensorIndex], file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        func fail(_ explanation: String) -> Never {
            invalidUse("subscript", explanation, file: file, line: line)
        }
        let entries = expanded(indices.map(\.axisIndex.kind), fail)
        let isAdvanced = entries.contains { if case .elements = $0 { true } else { false } }
        var starts = [Int](repeating: 0, count: rank)
        var strides = [Int](repeating: 1, count: rank)
        var extents = shape.extents
        // The axes of the result: nil for a new one.
        var kept: [Int?] = []
        var advanced: [(axis: Int, indices: Tensor)] = []
        var places: [(entry: Int, kept: Int)] = []
        var axis = 0
        for (number, entry) in entries.enumerated() {
            switch entry {
            case .newAxis:
                kept.append(nil)
                continue
            case .element(let index):
                let start = index < 0 ? index + shape[axis] : index
                if !(0..<shape[axis]).contains(start) {
                    fail("index \(index) is not in axis \(axis) of \(shape)")
                }
                if isAdvanced {
                    advanced.append((axis, .literal(Int32(clamping: start))))
                    places.append((number, kept.count))
                } else {
                    (starts[axis], extents[axis]) = (start, 1)
                }
            case .elements(let indices):
                if indices.scalarType != .int32 {
                    fail("indices are \(indices.scalarType), not int32\(Self.remedy(indices.scalarType))")
                }
                advanced.append((axis, select(indices .< 0, indices + .literal(Int32(shape[axis])), indices)))
                places.append((number, kept.count))
            case .range(let lower, let upper):
                let range = resolved(lower, upper, axis, fail)
                (starts[axis], extents[axis]) = (range.lowerBound, range.count)
                kept.append(axis)
            case .stride(let start, let end, let step):
                if step == 0 { fail("the step along axis \(axis) is 0") }
                let (first, count) = Self.stride(from: start, to: end, by: step, in: shape[axis])
                (starts[axis], strides[axis], extents[axis]) = (first, step, count)
                kept.append(axis)
            case .ellipsis: break
            }
            axis += 1
        }
        let whole = extents == shape.extents && strides.allSatisfy { $0 == 1 }
        let window =
            whole
            ? self
            : Node.make(
                .slice(starts: starts, strides: strides), [self], shape: Shape(extents), name: "subscript",
                file: file, line: line)
        if !isAdvanced { return window.reshape(Shape(kept.map { $0.map { extents[$0] } ?? 1 })) }
        let areNeighbours = zip(places, places.dropFirst()).allSatisfy { $1.entry == $0.entry + 1 }
        return window.gathered(
            advanced, keeping: kept, at: areNeighbours ? places[0].kept : 0, file: file, line: line)
    }

    /// One entry an axis, and the new axes: the ellipsis, or the end, stands for the axes that are left.
    private func expanded(_ entries: [AxisIndex.Kind], _ fail: (String) -> Never) -> [AxisIndex.Kind] {
        var ellipses: [Int] = []
        var used = 0
        for (number, entry) in entries.enumerated() {
            switch entry {
            case .ellipsis: ellipses.append(number)
            case .newAxis: break
            default: used += 1
            }
        }
        if ellipses.count > 1 { fail("there is more than one ellipsis") }
        if used > rank { fail("\(used) indices for a tensor of shape \(shape)") }
        let rest = [AxisIndex.Kind](repeating: .stride(nil, nil, by: 1), count: rank - used)
        guard let ellipsis = ellipses.first else { return entries + rest }
        return entries[..<ellipsis] + rest + entries[(ellipsis + 1)...]
    }

    /// A Swift range with its bounds counted from the front.
    private func resolved(
        _ lower: Int, _ upper: Int?, _ axis: Int, _ fail: (String) -> Never
    ) -> Range<Int> {
        let extent = shape[axis]
        let first = lower < 0 ? lower + extent : lower
        let end = upper.map { $0 < 0 ? $0 + extent : $0 } ?? extent
        if first < 0 || end > extent || first > end {
            let asked = "\(lower)..<\(upper.map(String.init) ?? "")"
            fail(
                "the range \(asked) is not in axis \(axis) of \(shape); "
                    + "use .strided(from:to:) to cut bounds to the axis")
        }
        return first..<end
    }

    /// The first element and the number of elements of Python's slice of an axis.
    private static func stride(
        from start: Int?, to end: Int?, by step: Int, in extent: Int
    ) -> (first: Int, count: Int) {
        // Where bounds are cut to: a slice that runs back may end before the first element.
        let (least, greatest) = step > 0 ? (0, extent) : (-1, extent - 1)
        func cut(_ bound: Int) -> Int {
            let counted = bound < 0 ? bound + extent : bound
            return Swift.min(Swift.max(counted, least), greatest)
        }
        let first = start.map(cut) ?? (step > 0 ? 0 : extent - 1)
        let last = end.map(cut) ?? (step > 0 ? extent : -1)
        let distance = step > 0 ? last - first : first - last
        if distance <= 0 { return (0, 0) }
        return (first, (distance - 1) / Int(clamping: step.magnitude) + 1)
    }

    /// What to do about indices that are not whole numbers.
    private static func remedy(_ type: ScalarType) -> String {
        type == .bool
            ? "; the shape of a part chosen by truth values would depend on them, use select(_:_:_:)"
            : "; cast them"
    }

    /// The elements at indices along some axes.
    ///
    /// - Parameters:
    ///   - indices: The axes and the indices along them, none of them negative where it lies in the axis.
    ///   - kept: The other axes of the result, nil for new ones.
    ///   - place: Where the axes of the indices are put among these.
    private func gathered(
        _ indices: [(axis: Int, indices: Tensor)], keeping kept: [Int?], at place: Int, file: StaticString,
        line: UInt
    ) -> Tensor {
        var common: Shape = []
        for (_, tensor) in indices {
            guard let shape = Shape.broadcast(common, tensor.shape) else {
                invalidUse(
                    "subscript", "indices of shapes \(indices.map(\.indices.shape)) do not broadcast to one",
                    file: file, line: line)
            }
            common = shape
        }
        let others = kept.compactMap { $0 }
        let rows = permute(order: indices.map(\.axis) + others)
        let count = indices.reduce(1) { $0 * shape[$1.axis] }
        var row = indices[0].indices.broadcast(to: common)
        if indices.count > 1 {
            // One number for all axes, −1 where an index does not lie in its axis.
            row = .zeros(common, type: .int32)
            for (axis, index) in indices {
                let extent = Tensor.literal(Int32(clamping: shape[axis]))
                let isOutside = (row .< 0) .| (index .< 0) .| (extent .<= index)
                row = select(isOutside, -1, row * extent + index)
            }
        }
        let elements = rows.reshape(Shape([count] + others.map { shape[$0] }))
            .gathered(at: row, file: file, line: line)
        let before = kept[..<place].compactMap { $0 }.count
        let order =
            (0..<before).map { $0 + common.rank } + (0..<common.rank)
            + (before..<others.count).map { $0 + common.rank }
        func extents(_ axes: ArraySlice<Int?>) -> [Int] { axes.map { $0.map { shape[$0] } ?? 1 } }
        return elements.permute(order: order).reshape(
            Shape(extents(kept[..<place]) + common.extents + extents(kept[place...])))
    }
}
