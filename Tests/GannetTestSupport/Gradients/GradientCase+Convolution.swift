import GannetGraph

extension GradientCase {
    /// Convolutions, whose gradients are made of each other.
    static let convolutions: [GradientCase] = [
        GradientCase("convolution", [[2, 5, 4, 3], [3, 2, 3, 4]], in: -1...1) {
            $0[0].convolved(with: $0[1], padding: 1).squared()
        },
        GradientCase("strided, dilated convolution in groups", [[1, 9, 8, 4], [2, 3, 2, 6]], in: -1...1) {
            $0[0].convolved(
                with: $0[1],
                ConvolutionGeometry(
                    height: .init(stride: 2, dilation: 3, padLow: 4, padHigh: 1),
                    width: .init(stride: 3, padLow: 0, padHigh: 2), groups: 2)
            ).squared()
        },
        GradientCase("transposed convolution", [[2, 3, 3, 4], [3, 3, 2, 4]], in: -1...1) {
            $0[0].transposeConvolved(with: $0[1], stride: 2, padding: 1, outputPadding: 1).squared()
        },
        GradientCase("gradient of filters", [[2, 4, 5, 2], [2, 2, 3, 3]], in: -1...1) { inputs in
            let axis = ConvolutionGeometry.Axis(stride: 2, padLow: 1, padHigh: 0)
            return Node.make(
                .convolutionFilterGradient(
                    ConvolutionGeometry(height: axis, width: axis), height: 2, width: 2),
                inputs, name: "gradient of filters", file: #fileID, line: #line
            ).squared()
        },
        GradientCase("masked convolution", [[2, 4, 4, 4], [3, 3, 4, 6]], in: -1...1) {
            let mask = ConvolutionMask(height: 3, width: 3, inputGroups: 2, outputGroups: 2) {
                row, column, input, output in
                row < 1 || (row == 1 && (column < 1 || (column == 1 && input <= output)))
            }
            return $0[0].convolved(with: $0[1], padding: 1, mask: mask).squared()
        },
    ]

    /// Convolutions of random geometries, by finite differences and on devices that compile them fast.
    public static let furtherConvolutions: [GradientCase] = (0..<20).map { number in
        var generator = SeededGenerator(named: "gradient of random convolution \(number)")
        let (geometry, images, filters) = ConformanceCase.randomGeometry(&generator)
        // Finite differences take an evaluation an element.
        let small: Shape = [1, min(images[1], 5), min(images[2], 4), images[3]]
        return GradientCase("random convolution \(number)", [small, filters], in: -1...1) {
            $0[0].convolved(with: $0[1], geometry).squared()
        }
    }
}
