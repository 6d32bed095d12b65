import GannetGraph

extension Simplifier {
    /// A convolution, or a gradient of one, in which no filter ever overlaps itself or an edge, as the matrix product that
    /// it is: each row of the images, as they lie in memory, is what the filters see at one place.
    ///
    /// Such are filters of 1 × 1, and those that cover a whole image: a generator's first layer, a discriminator's last.
    /// Written as a convolution of one pixel, the former would multiply zeros but for one tap in each place.
    mutating func rewriteConvolution(_ node: Node, _ inputs: [Tensor]) -> Tensor? {
        let (images, filters, results): (Shape, Shape, Shape)
        let geometry: ConvolutionGeometry
        switch node.operation {
        case .convolution(let own):
            (images, filters, results, geometry) = (inputs[0].shape, inputs[1].shape, node.shape, own)
        case .convolutionInputGradient(let own, _, _):
            (images, filters, results, geometry) = (node.shape, inputs[1].shape, inputs[0].shape, own)
        case .convolutionFilterGradient(let own, _, _):
            (images, filters, results, geometry) = (inputs[0].shape, node.shape, inputs[1].shape, own)
        default: return nil
        }
        guard geometry.mask == nil, geometry.groups == 1, images.count > 0, filters.count > 0,
            results.count > 0,
            geometry.height.seesEachPixelOnce(images[1], taps: filters[0], results: results[1]),
            geometry.width.seesEachPixelOnce(images[2], taps: filters[1], results: results[2]),
            // Of places along one axis and taps along the other, rows would be woven into one another.
            filters[0] == 1 && filters[1] == 1 || results[1] == 1 && results[2] == 1
        else { return nil }
        let places = results[0] * results[1] * results[2]
        let patch: Shape = [places, filters[0] * filters[1] * filters[2]]
        let matrix: Shape = [patch[1], filters[3]]
        let rows: Shape = [places, filters[3]]
        let product: Tensor
        switch node.operation {
        case .convolution:
            product = multiply(reshape(inputs[0], to: patch), reshape(inputs[1], to: matrix), to: rows)
        case .convolutionInputGradient:
            product = multiply(
                reshape(inputs[0], to: rows), reshape(inputs[1], to: matrix), transposeB: true, to: patch)
        // Of many places each tap's gradient is a long sum, which a filter gradient cuts into pieces.
        case .convolutionFilterGradient where results[1] * results[2] > 1: return nil
        default:
            product = multiply(
                reshape(inputs[0], to: patch), reshape(inputs[1], to: rows), transposeA: true, to: matrix)
        }
        return reshape(product, to: node.shape)
    }

    private mutating func multiply(
        _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false, to shape: Shape
    ) -> Tensor {
        unique(
            Node(
                .matrixProduct(transposeA: transposeA, transposeB: transposeB), [a, b], shape: shape,
                scalarType: .float32))
    }
}

extension ConvolutionGeometry.Axis {
    /// Whether the filters see each of `extent` pixels at one place, by one tap, and nothing else.
    fileprivate func seesEachPixelOnce(_ extent: Int, taps: Int, results: Int) -> Bool {
        if padLow != 0 { return false }
        return taps == 1
            ? results == extent && (stride == 1 || extent == 1)
            : results == 1 && taps == extent && dilation == 1
    }
}
