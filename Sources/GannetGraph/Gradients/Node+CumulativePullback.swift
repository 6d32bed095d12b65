extension Node {
    /// The gradient of elements combined with all before them along an axis.
    func cumulativePullback(
        _ function: CumulativeFunction, axis: Int, isReversed: Bool, _ y: Tensor, _ g: Tensor
    ) -> Tensor {
        let x = inputs[0]
        switch function {
        case .sum:
            return g.cumulative(
                .sum, axis: axis, isReversed: !isReversed, name: "gradient of cumulativeSum(axis:)",
                file: #fileID, line: #line)
        case .maximum, .minimum:
            // Each result is the last element so far that equals the result at its own place.
            let isNew = (x .== y) .| x.isNaN()
            let places = Tensor.index(along: axis, of: shape)
            let none = Tensor.literal(Int32(isReversed ? shape[axis] : -1))
            let found = GannetGraph.select(isNew, places, none)
            let sources =
                isReversed
                ? found.cumulativeMinimum(axis: axis, isReversed: true) : found.cumulativeMaximum(axis: axis)
            return g.scatterAdded(along: axis, at: sources, into: shape)
        case .product:
            if isReversed {
                return g.flipped(axes: [axis])
                    .gradientOfProducts(of: x.flipped(axes: [axis]), axis: axis).flipped(axes: [axis])
            }
            return g.gradientOfProducts(of: x, axis: axis)
        }
    }
}

extension Tensor {
    /// The gradient of the cumulative products of `x`, where this tensor is that of the results.
    ///
    /// Element *i* of it is pᵢ sᵢ, with pᵢ the product of all before it and sᵢ = gᵢ + xᵢ₊₁ sᵢ₊₁, which divides by
    /// nothing. The recurrence is solved by doubling: after *k* steps sᵢ lacks only the terms from i + 2ᵏ on.
    fileprivate func gradientOfProducts(of x: Tensor, axis: Int) -> Tensor {
        let length = shape[axis]
        /// The element `distance` further on, 0 beyond the last.
        func later(_ tensor: Tensor, by distance: Int) -> Tensor {
            var high = [Int](repeating: 0, count: rank)
            high[axis] = distance
            return tensor.slice(distance..<length, axis: axis)
                .padded(low: [Int](repeating: 0, count: rank), high: high)
        }
        if length < 2 { return self }
        var (factor, sum) = (later(x, by: 1), self)
        var distance = 1
        while distance < length {
            sum += factor * later(sum, by: distance)
            factor *= later(factor, by: distance)
            distance *= 2
        }
        return x.cumulativeProduct(axis: axis, isExclusive: true) * sum
    }
}
