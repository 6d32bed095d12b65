extension Tensor {
    /// The sums of images [B, H, W, C] under filters [kh, kw, C / groups, N] that are moved over them: [B, H′, W′, N].
    ///
    /// It is what machine learning calls a convolution: the filters are not flipped.
    ///
    /// - Parameters:
    ///   - filters: The filters.
    ///   - stride: The step from one result to the next, along both axes.
    ///   - padding: The zeros around the images.
    ///   - dilation: The step from one tap to the next.
    ///   - groups: Into how many groups channels are cut, each with filters of its own.
    ///   - mask: Which taps are used.
    public func convolved(
        with filters: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        mask: ConvolutionMask? = nil, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = ConvolutionGeometry.Axis(
            stride: stride, dilation: dilation, padLow: padding, padHigh: padding)
        return convolved(
            with: filters, ConvolutionGeometry(height: axis, width: axis, groups: groups, mask: mask),
            file: file, line: line)
    }

    /// The convolution of images [B, H, W, C] with filters [kh, kw, C / groups, N] in any geometry: [B, H′, W′, N].
    public func convolved(
        with filters: Tensor, _ geometry: ConvolutionGeometry, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        Node.make(
            .convolution(geometry), [roundedForProducts, filters.roundedForProducts],
            name: "convolved(with:)", file: file, line: line
        ).roundedForProducts
    }

    /// The transposed convolution: images [B, H, W, N] become [B, H′, W′, C], with
    /// H′ = (H − 1) · stride − 2 · padding + dilation · (kh − 1) + outputPadding + 1.
    ///
    /// It is the gradient, toward its images, of the convolution with the same filters.
    ///
    /// - Parameter filters: [kh, kw, C / groups, N]: those of the convolution that this one transposes.
    public func transposeConvolved(
        with filters: Tensor, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0, dilation: Int = 1,
        groups: Int = 1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let name = "transposeConvolved(with:)"
        if rank != 4 || filters.rank != 4 {
            invalidUse(
                name, "images of shape \(shape) and filters of shape \(filters.shape); both need four axes",
                file: file, line: line)
        }
        if outputPadding < 0 || outputPadding >= Swift.max(stride, dilation) {
            invalidUse(
                name, "outputPadding \(outputPadding) must be from 0 to below the stride or the dilation",
                file: file, line: line)
        }
        let axis = ConvolutionGeometry.Axis(
            stride: stride, dilation: dilation, padLow: padding, padHigh: padding - outputPadding)
        func extent(_ axis: Int) -> Int {
            (shape[axis] - 1) * stride - 2 * padding + dilation * (filters.shape[axis - 1] - 1)
                + outputPadding + 1
        }
        return Node.make(
            .convolutionInputGradient(
                ConvolutionGeometry(height: axis, width: axis, groups: groups), height: extent(1),
                width: extent(2)), [roundedForProducts, filters.roundedForProducts], name: name,
            file: file, line: line
        ).roundedForProducts
    }
}
