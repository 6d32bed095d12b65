import GannetGraph

extension Tensor {
    /// Images [batch, height, width, channels] enlarged by a whole factor with bilinear interpolation.
    public func resizedBilinear(
        by factor: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        checkResize("resizedBilinear(by:)", height: factor, width: factor, file: file, line: line)
        return resizedBilinear(height: shape[1] * factor, width: shape[2] * factor, file: file, line: line)
    }

    /// Images [batch, height, width, channels] brought to another size by bilinear interpolation between pixel
    /// centres: row *i* of the result lies at (i + ½) · height / new height − ½ of the rows, not before the first nor
    /// after the last one, and columns likewise.
    ///
    /// It is PyTorch's `interpolate(mode="bilinear", align_corners=False)` without antialiasing: making an image
    /// much smaller skips pixels.
    public func resizedBilinear(
        height: Int, width: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        checkResize("resizedBilinear(height:width:)", height: height, width: width, file: file, line: line)
        return interpolated(axis: 1, to: height).interpolated(axis: 2, to: width)
    }

    private func interpolated(axis: Int, to extent: Int) -> Tensor {
        let old = shape[axis]
        if extent == old { return self }
        if extent.isMultiple(of: old) { return enlarged(axis: axis, by: extent / old) }
        if old.isMultiple(of: extent) { return reduced(axis: axis, by: old / extent) }
        let positions = (0..<extent).map { index in
            Swift.max((Double(index) + 0.5) * Double(old) / Double(extent) - 0.5, 0)
        }
        let before = positions.map { Int32($0) }
        let after = before.map { Swift.min($0 + 1, Int32(old - 1)) }
        var column = [Int](repeating: 1, count: rank)
        column[axis] = extent
        let share = Tensor(zip(positions, before).map { Float($0 - Double($1)) }, shape: Shape(column))
        let indices = [AxisIndex](repeating: .all, count: axis)
        let low = part(at: indices + [Tensor(before)])
        return low + share * (part(at: indices + [Tensor(after)]) - low)
    }

    /// Each element becomes `factor` ones between its neighbours: sums of shifted copies, with weights that repeat.
    private func enlarged(axis: Int, by factor: Int) -> Tensor {
        let old = shape[axis]
        let previous = Tensor.concatenate(
            [slice(0..<1, axis: axis), slice(0..<old - 1, axis: axis)], axis: axis)
        let next = Tensor.concatenate(
            [slice(1..<old, axis: axis), slice(old - 1..<old, axis: axis)], axis: axis)
        let offsets = (0..<factor).map { (Double($0) + 0.5) / Double(factor) - 0.5 }
        func weights(_ weight: (Double) -> Double) -> Tensor {
            var column = [Int](repeating: 1, count: rank + 1)
            column[axis + 1] = factor
            return Tensor(offsets.map { Float(weight($0)) }, shape: Shape(column))
        }
        let sum =
            insertingAxis(at: axis + 1) * weights { 1 - Swift.abs($0) }
            + previous.insertingAxis(at: axis + 1) * weights { Swift.max(-$0, 0) }
            + next.insertingAxis(at: axis + 1) * weights { Swift.max($0, 0) }
        var extents = shape.extents
        extents[axis] *= factor
        return sum.reshape(Shape(extents))
    }

    /// The middle one of each `factor` elements, or the mean of the middle two.
    private func reduced(axis: Int, by factor: Int) -> Tensor {
        func every(from first: Int) -> Tensor { slice(first..<shape[axis], axis: axis, step: factor) }
        return factor.isMultiple(of: 2)
            ? 0.5 * (every(from: factor / 2 - 1) + every(from: factor / 2)) : every(from: factor / 2)
    }
}
