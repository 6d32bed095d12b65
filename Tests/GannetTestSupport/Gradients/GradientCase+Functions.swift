import Gannet
import GannetGraph

extension GradientCase {
    /// Activations, parts, sums of products, resizing and losses.
    static let composedFunctions: [GradientCase] = activations + rearrangements + images + losses

    private static let activations: [GradientCase] = [
        GradientCase("elu", [[9]]) { $0[0].elu(alpha: 0.8) * $0[0] },
        GradientCase("selu", [[9]]) { $0[0].selu() },
        GradientCase("logSigmoid", [[9]], in: -6...6) { $0[0].logSigmoid() },
        GradientCase("gelu by tanh", [[9]]) { $0[0].gelu(.tanh) },
        GradientCase("mish", [[9]]) { $0[0].mish() },
        GradientCase("hardTanh", [[9]]) { $0[0].hardTanh() * $0[0] },
        GradientCase("hardSwish", [[9]], in: -4...4) { $0[0].hardSwish() },
        GradientCase("glu", [[3, 4]]) { $0[0].glu() },
        GradientCase("expm1", [[9]]) { $0[0].expm1() },
    ]

    private static let rearrangements: [GradientCase] = [
        GradientCase("subscript", [[4, 5, 3]]) {
            $0[0][1..., .strided(from: 4, by: -2), -1].exp() + $0[0][0, .newAxis, .strided(by: 2), 0]
        },
        GradientCase("subscript with tensors", [[4, 5]]) {
            $0[0][Tensor([0, -1, 0] as [Int32]), Tensor([2, 2, 4] as [Int32])].exp()
        },
        GradientCase("roll, tile and repeat", [[3, 2]]) {
            ($0[0].rolled(by: 1, axis: 0).tiled(1, 2) * $0[0].repeated(2, axis: 1)).exp()
        },
        GradientCase("diagonal and triangles", [[3, 4]]) {
            $0[0].diagonal(offset: 1).exp().sum() * $0[0].lowerTriangle().sin()
                + $0[0].upperTriangle(offset: -1)
        },
        GradientCase("einsum", [[2, 3, 4], [2, 5, 4], [3, 3]]) {
            einsum("bid,bjd,ii->bij", $0[0], $0[1], $0[2]).sin()
        },
    ]

    private static let images: [GradientCase] = [
        GradientCase("bilinear resize", [[1, 4, 3, 2]]) { $0[0].resizedBilinear(height: 8, width: 5).sin() },
        GradientCase("bilinear shrinking", [[1, 4, 6, 1]]) {
            $0[0].resizedBilinear(height: 2, width: 2).exp()
        },
        GradientCase("pixel shuffle", [[1, 2, 3, 4]]) {
            ($0[0].pixelShuffled(by: 2).exp().pixelUnshuffled(by: 2) * $0[0])
        },
        GradientCase("max pooling with indices and back", [[1, 4, 4, 2]]) {
            let (values, indices) = $0[0].maxPooledWithIndices(window: 2)
            return values.exp().maxUnpooled(at: indices, height: 4, width: 4) + $0[0]
        },
    ]

    private static let losses: [GradientCase] = [
        GradientCase("cross-entropy", [[4, 5]]) {
            crossEntropy(logits: $0[0], labels: Tensor([1, 0, 4, 4] as [Int32]), labelSmoothing: 0.1)
        },
        GradientCase("cross-entropy with probabilities", [[2, 3], [2, 3]]) {
            crossEntropy(logits: $0[0], targets: $0[1].softmax())
        },
        GradientCase("Huber loss", [[9], [9]]) { huberLoss(predictions: $0[0], targets: $0[1], delta: 0.7) },
        GradientCase("hinge loss", [[5], [5]]) { hingeLoss(scores: $0[0], targets: $0[1]) * $0[0] },
        GradientCase("Gaussian NLL", [[4], [4], [4]]) {
            gaussianNLL(mean: $0[0], logVariance: $0[1], targets: $0[2])
        },
        GradientCase("mixture of logistic distributions", [[3, 20]], in: -1...1) {
            let pixels = Tensor([-1, 0.2, 1, 0.4, -0.6, -0.2, 1, 1, -1] as [Float], shape: [3, 3])
            return DiscretizedLogisticMixture(parameters: $0[0], channels: 3, levels: 64)
                .negativeLogLikelihood(of: pixels)
        },
    ]
}
