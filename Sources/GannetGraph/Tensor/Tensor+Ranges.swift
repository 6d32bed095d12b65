// Tensors of regular numbers.

extension Tensor {
    /// Whole numbers from `start` to before `end`, `step` apart, as `int32`.
    public static func range(
        from start: Int, to end: Int, by step: Int = 1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if step == 0 { invalidUse("range(from:to:by:)", "the step is 0", file: file, line: line) }
        guard Int32(exactly: start) != nil, Int32(exactly: end) != nil, let int32Step = Int32(exactly: step)
        else {
            invalidUse(
                "range(from:to:by:)", "\(start), \(end) and \(step) are not all int32", file: file, line: line
            )
        }
        let distance = step > 0 ? end - start : start - end
        let count = distance <= 0 ? 0 : (distance - 1) / Swift.abs(step) + 1
        return range(count) * .literal(int32Step) + .literal(Int32(start))
    }

    /// `count` numbers at equal distances, the first and the last of them given; only `start` where the count is 1.
    ///
    /// The numbers are exact to rounding. They are values of a leaf: other bounds are not another program.
    public static func linearSpace(
        from start: Double, through end: Double, count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if count < 0 {
            invalidUse(
                "linearSpace(from:through:count:)", "the count \(count) is negative", file: file, line: line)
        }
        let step = (end - start) / Double(Swift.max(count - 1, 1))
        return Tensor(
            (0..<count).map { Float($0 > 0 && $0 == count - 1 ? end : start + Double($0) * step) })
    }

    /// Vectors broadcast against each other, one axis for each: element [i, j, …] of result *k* is the element of
    /// vector *k* at its own index. It is NumPy's `meshgrid` with `indexing="ij"`.
    public static func meshgrid(
        _ vectors: Tensor..., file: StaticString = #fileID, line: UInt = #line
    ) -> [Tensor] {
        if let other = vectors.first(where: { $0.rank != 1 }) {
            invalidUse("meshgrid(_:)", "\(other.shape) is not the shape of a vector", file: file, line: line)
        }
        let shape = Shape(vectors.map(\.count))
        return vectors.enumerated().map { axis, vector in
            var extents = [Int](repeating: 1, count: vectors.count)
            extents[axis] = vector.count
            return vector.reshape(Shape(extents)).broadcast(to: shape)
        }
    }

    /// The identity matrix [count, count].
    public static func identity(_ count: Int, type: ScalarType = .float32) -> Tensor {
        let shape: Shape = [count, count]
        return (index(along: 0, of: shape) .== index(along: 1, of: shape)).cast(to: type)
    }

    /// Vectors that are 1 at these indices and 0 elsewhere: indices […] give […, count]. An index out of
    /// 0 ..< `count` gives zeros.
    public func oneHot(
        _ count: Int, type: ScalarType = .float32, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if !scalarType.isInteger || count < 0 {
            invalidUse(
                "oneHot(_:type:)", "\(count) classes for \(scalarType) indices of shape \(shape)", file: file,
                line: line)
        }
        // A uint32 beyond the range of int32 becomes a negative number, which is no class either.
        return (insertingAxis(at: -1).cast(to: .int32) .== .range(count)).cast(to: type)
    }
}
