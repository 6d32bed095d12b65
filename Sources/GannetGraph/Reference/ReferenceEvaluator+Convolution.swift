extension ReferenceEvaluator {
    /// Calls `body` for every product that a convolution sums, with the places of its three elements in the images,
    /// the filters and the results.
    private static func forEachProduct(
        _ geometry: ConvolutionGeometry, images: Shape, filters: Shape, results: Shape,
        _ body: (_ image: Int, _ filter: Int, _ result: Int) -> Void
    ) {
        let (channels, resultChannels) = (images[3], results[3])
        let groupChannels = filters[2]
        for row in 0..<filters[0] {
            for column in 0..<filters[1] {
                for channel in 0..<channels {
                    for output in 0..<resultChannels
                    where geometry.connects(
                        row: row, column: column, channel: channel, of: channels, result: output,
                        of: resultChannels)
                    {
                        let filter =
                            ((row * filters[1] + column) * groupChannels + channel % groupChannels)
                            * resultChannels + output
                        for y in 0..<results[1] {
                            let imageY =
                                y * geometry.height.stride + row * geometry.height.dilation
                                - geometry.height.padLow
                            guard imageY >= 0, imageY < images[1] else { continue }
                            for x in 0..<results[2] {
                                let imageX =
                                    x * geometry.width.stride + column * geometry.width.dilation
                                    - geometry.width.padLow
                                guard imageX >= 0, imageX < images[2] else { continue }
                                for b in 0..<images[0] {
                                    body(
                                        ((b * images[1] + imageY) * images[2] + imageX) * channels + channel,
                                        filter,
                                        ((b * results[1] + y) * results[2] + x) * resultChannels + output)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The convolution of images with filters.
    static func convolution(
        _ geometry: ConvolutionGeometry, _ images: ReferenceValue, _ filters: ReferenceValue, shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: shape.count)
        forEachProduct(geometry, images: images.shape, filters: filters.shape, results: shape) {
            sums[$2] = rounding.partial(
                sums[$2], adding: images.elements[$0], times: filters.elements[$1])
        }
        return sums
    }

    /// The gradient toward images of `shape`.
    static func convolutionInputGradient(
        _ geometry: ConvolutionGeometry, _ results: ReferenceValue, _ filters: ReferenceValue, shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: shape.count)
        forEachProduct(geometry, images: shape, filters: filters.shape, results: results.shape) {
            sums[$0] = rounding.partial(
                sums[$0], adding: results.elements[$2], times: filters.elements[$1])
        }
        return sums
    }

    /// The gradient toward filters of `shape`.
    static func convolutionFilterGradient(
        _ geometry: ConvolutionGeometry, _ images: ReferenceValue, _ results: ReferenceValue, shape: Shape,
        rounding: Float32Rounding
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: shape.count)
        forEachProduct(geometry, images: images.shape, filters: shape, results: results.shape) {
            sums[$1] = rounding.partial(
                sums[$1], adding: images.elements[$0], times: results.elements[$2])
        }
        return sums
    }
}
