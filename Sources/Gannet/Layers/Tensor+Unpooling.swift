import GannetGraph

extension Tensor {
    /// The largest element of each window, and where in its image it stood.
    ///
    /// The values are those of ``maxPooled(window:stride:padding:file:line:)``. An index is row · width + column of
    /// the first largest element in its channel, `int32`, as PyTorch's; NaN counts as larger than any number.
    ///
    /// - Parameters:
    ///   - window: The height and the width of the window.
    ///   - stride: From one window to the next; by default the window's size.
    ///   - padding: How many pixels of −∞ are put around the image; at most half the window.
    public func maxPooledWithIndices(
        window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: UInt = #line
    ) -> (values: Tensor, indices: Tensor) {
        let stride = stride ?? window
        checkPooling("maxPooledWithIndices(window:)", window, stride, padding, file: file, line: line)
        let windows = Tensor.stack(places(window, stride, padding, filling: -.infinity))
        let place = windows.argmax(axis: 0)
        func coordinate(_ axis: Int, _ inWindow: Tensor) -> Tensor {
            let origin = Tensor.index(along: axis, of: place.shape) * .literal(Int32(stride))
            // Where all elements are −∞ the first place may lie in the padding.
            return (origin + inWindow - .literal(Int32(padding))).clamped(to: 0...Double(shape[axis] - 1))
        }
        let side = Tensor.literal(Int32(window))
        let indices = coordinate(1, place / side) * .literal(Int32(shape[2])) + coordinate(2, place % side)
        return (windows.max(axes: [0]), indices)
    }

    /// Images of zeros [batch, height, width, channels] in which each element of this tensor, [batch, rows, columns,
    /// channels], stands where an index row · width + column says: what undoes
    /// ``maxPooledWithIndices(window:stride:padding:file:line:)``, but for the elements that were not largest.
    ///
    /// Elements with one index, which windows that overlap can give, are added. An index outside the image leaves its
    /// element out.
    public func maxUnpooled(
        at indices: Tensor, height: Int, width: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if rank != 4 || indices.shape != shape || indices.scalarType != .int32 || height < 1 || width < 1 {
            invalidUse(
                "maxUnpooled(at:height:width:)",
                "\(indices.scalarType) indices of shape \(indices.shape) for images of shape \(shape), "
                    + "and a height of \(height) and a width of \(width)", file: file, line: line)
        }
        let pixels = Int32(clamping: height * width)
        let image = Tensor.index(along: 0, of: shape) * .literal(pixels) + indices
        let channels = Tensor.literal(Int32(clamping: shape[3]))
        let place = image * channels + .index(along: 3, of: shape)
        let isInside = (0 .<= indices) .& (indices .< .literal(pixels))
        let target: Shape = [shape[0], height, width, shape[3]]
        return Tensor.scatterAdd(
            flattened(), at: select(isInside, place, -1).flattened(), rows: target.count, file: file,
            line: line
        ).reshape(target)
    }
}
