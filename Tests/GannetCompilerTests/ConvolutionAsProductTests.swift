import GannetCompiler
import GannetGraph
import Testing

/// Convolutions and their gradients that are matrix products.
@Suite struct ConvolutionAsProductTests {
    private typealias Axis = ConvolutionGeometry.Axis

    /// Small whole numbers, whose sums are exact.
    private func numbers(_ shape: Shape, _ seed: Int) -> Tensor {
        Tensor((0..<shape.count).map { Float(($0 * 7 + seed * 5) % 11 - 5) }, shape: shape)
    }

    @Test(arguments: [
        ("1 × 1", [3, 5, 4, 6], [1, 1, 6, 7], ConvolutionGeometry(), true),
        ("a whole image", [3, 4, 5, 2], [4, 5, 2, 7], ConvolutionGeometry(), true),
        ("one pixel, strided", [3, 1, 1, 2], [1, 1, 2, 3], .init(height: Axis(stride: 2)), true),
        ("a row", [3, 1, 4, 2], [1, 4, 2, 3], ConvolutionGeometry(), true),
        ("columns of whole height", [3, 4, 5, 2], [4, 1, 2, 3], ConvolutionGeometry(), false),
        ("1 × 1, strided", [3, 5, 4, 6], [1, 1, 6, 7], .init(width: Axis(stride: 2)), false),
        ("1 × 1, padded", [3, 5, 4, 6], [1, 1, 6, 7], .init(width: Axis(padLow: 1)), false),
        ("padded at the end", [3, 4, 4, 2], [4, 4, 2, 3], .init(width: Axis(padHigh: 1)), false),
        ("dilated", [3, 3, 1, 2], [2, 1, 2, 3], .init(height: Axis(dilation: 2)), false),
        ("grouped", [3, 5, 4, 6], [1, 1, 3, 8], .init(groups: 2), false),
    ])
    func theSame(
        _ name: String, _ images: [Int], _ filters: [Int], _ geometry: ConvolutionGeometry, isProduct: Bool
    ) throws {
        let (x, w) = (numbers(Shape(images), 1), numbers(Shape(filters), 2))
        let y = x.convolved(with: w, geometry)
        let toward = gradients(of: [y], weightedBy: [numbers(y.shape, 3)], withRespectTo: [x, w])
        let graph = [y] + toward
        let simplified = Simplifier.simplify(graph)
        for (number, (tensor, before)) in zip(simplified, graph).enumerated() {
            #expect(tensor.shape == before.shape)
            // A filter's gradient sums over the places.
            let isProduct = isProduct && (number < 2 || y.shape[1] * y.shape[2] == 1)
            if case .reshape = tensor.node.operation,
                case .matrixProduct = tensor.node.inputs[0].node.operation
            {
                #expect(isProduct, "\(name)")
            } else {
                #expect(!isProduct, "\(name)")
            }
        }
        let (values, expected) = (
            try ReferenceEvaluator().values(of: simplified), try ReferenceEvaluator().values(of: graph)
        )
        for (value, expected) in zip(values, expected) {
            #expect(value.elements == expected.elements, "\(name)")
        }
    }
}
