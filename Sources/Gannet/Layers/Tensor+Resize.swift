import GannetGraph

extension Tensor {
    /// Images [batch, height, width, channels] enlarged by a whole factor: each pixel becomes a square of its copies.
    public func resizedNearest(
        by factor: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        checkResize("resizedNearest(by:)", height: factor, width: factor, file: file, line: line)
        return resizedNearest(height: shape[1] * factor, width: shape[2] * factor, file: file, line: line)
    }

    /// Images [batch, height, width, channels] brought to another size by taking the nearest pixel: row *i* of the
    /// result is row ⌊i · height / new height⌋, and columns likewise, which is PyTorch's `nearest` up to its
    /// rounding of the quotient.
    public func resizedNearest(
        height: Int, width: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        checkResize("resizedNearest(height:width:)", height: height, width: width, file: file, line: line)
        if height.isMultiple(of: shape[1]), width.isMultiple(of: shape[2]) {
            // In one broadcast, so that its gradient is one sum.
            let (rows, columns) = (height / shape[1], width / shape[2])
            return reshape([shape[0], shape[1], 1, shape[2], 1, shape[3]])
                .broadcast(to: [shape[0], shape[1], rows, shape[2], columns, shape[3]])
                .reshape([shape[0], height, width, shape[3]])
        }
        return resized(axis: 1, to: height).resized(axis: 2, to: width)
    }

    func checkResize(_ name: String, height: Int, width: Int, file: StaticString, line: UInt) {
        if rank != 4 || shape[1] < 1 || shape[2] < 1 {
            invalidUse(
                name, "\(shape) is not [batch, height, width, channels] with pixels", file: file, line: line)
        }
        if height < 1 || width < 1 {
            invalidUse(name, "\(height) and \(width) are not positive", file: file, line: line)
        }
    }

    private func resized(axis: Int, to extent: Int) -> Tensor {
        let old = shape[axis]
        if extent == old { return self }
        var extents = shape.extents
        extents[axis] = extent
        if extent.isMultiple(of: old) {
            var stretched = shape.extents
            stretched.insert(1, at: axis + 1)
            let column = reshape(Shape(stretched))
            stretched[axis + 1] = extent / old
            return column.broadcast(to: Shape(stretched)).reshape(Shape(extents))
        }
        if old.isMultiple(of: extent) { return slice(0..<old, axis: axis, step: old / extent) }
        // Rows are gathered along the first axis.
        let places = Tensor((0..<extent).map { Int32($0 * old / extent) })
        var order = Array(0..<rank)
        order.swapAt(0, axis)
        return permute(order: order).gathered(at: places).permute(order: order)
    }
}
