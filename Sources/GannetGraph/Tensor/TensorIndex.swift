/// What stands between the brackets of a tensor's subscript, for one axis or for several.
///
/// Integers, Swift's ranges, tensors of indices, and what `.all`, `.strided(from:to:by:)`, `.newAxis` and `.ellipsis`
/// give; see ``Tensor/subscript(_:file:line:)``.
public protocol TensorIndex: Sendable {
    /// The same in the terms that the subscript understands.
    var axisIndex: AxisIndex { get }
}

/// What a subscript does to an axis.
public struct AxisIndex: TensorIndex {
    enum Kind: Sendable {
        /// One element; the result lacks the axis.
        case element(Int)
        /// The elements from a bound up to but not including another, to the end where there is none. Negative
        /// bounds count from the end.
        case range(Int, upTo: Int?)
        /// Python's `start:stop:step`.
        case stride(Int?, Int?, by: Int)
        /// The elements at indices, of any shape.
        case elements(Tensor)
        /// An axis of extent 1 that the tensor does not have.
        case newAxis
        /// As many whole axes as the others leave.
        case ellipsis
    }

    let kind: Kind

    public var axisIndex: AxisIndex { self }
}

extension TensorIndex where Self == AxisIndex {
    /// The whole axis, Python's `:`.
    public static var all: AxisIndex { AxisIndex(kind: .stride(nil, nil, by: 1)) }

    /// Python's `start:stop:step`: every `step`-th element from `start` to before `end`.
    ///
    /// Negative bounds count from the end; bounds beyond the axis are brought to its ends, as in Python. With a
    /// negative step the elements come in reverse order, and the bounds left out are the last element and before the
    /// first: `.strided(by: -1)` reverses an axis.
    public static func strided(from start: Int? = nil, to end: Int? = nil, by step: Int = 1) -> AxisIndex {
        AxisIndex(kind: .stride(start, end, by: step))
    }

    /// An axis of extent 1 that the tensor does not have, NumPy's `newaxis`.
    public static var newAxis: AxisIndex { AxisIndex(kind: .newAxis) }

    /// As many whole axes as the other entries leave, Python's `...`; at most once in a subscript.
    public static var ellipsis: AxisIndex { AxisIndex(kind: .ellipsis) }
}

extension Int: TensorIndex {
    /// One element; a negative number counts from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .element(self)) }
}

extension Range<Int>: TensorIndex {
    /// The elements in the range; negative bounds count from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .range(lowerBound, upTo: upperBound)) }
}

extension ClosedRange<Int>: TensorIndex {
    /// The elements in the range, its last one included; negative bounds count from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .range(lowerBound, upTo: after(upperBound))) }
}

extension PartialRangeFrom<Int>: TensorIndex {
    /// The elements from the bound on; a negative one counts from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .range(lowerBound, upTo: nil)) }
}

extension PartialRangeUpTo<Int>: TensorIndex {
    /// The elements before the bound; a negative one counts from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .range(0, upTo: upperBound)) }
}

extension PartialRangeThrough<Int>: TensorIndex {
    /// The elements up to the bound, which is included; a negative one counts from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .range(0, upTo: after(upperBound))) }
}

extension Tensor: TensorIndex {
    /// The elements at these `int32` indices; negative ones count from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .elements(self)) }
}

/// The bound after an included one, nil after the last element, which is −1.
private func after(_ bound: Int) -> Int? { bound == -1 ? nil : bound + 1 }
