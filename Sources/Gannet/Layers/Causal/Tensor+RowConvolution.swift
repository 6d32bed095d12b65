import GannetGraph

extension Tensor {
    /// What filters as high as there are rows make of them: [width′, batch, outputs] of [rows, width, batch, inputs].
    ///
    /// - Parameters:
    ///   - weight: [rows, taps, inputs, outputs].
    ///   - width: How the filters are moved along the rows.
    package func rowConvolved(with weight: Tensor, _ width: ConvolutionGeometry.Axis) -> Tensor {
        permute(2, 0, 1, 3).convolved(with: weight, ConvolutionGeometry(width: width))
            .squeezed(axes: [1]).permute(1, 0, 2)
    }
}
