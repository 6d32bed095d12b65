import Gannet

/// The networks of Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks"
/// (arXiv:1511.06434).
///
/// As its section 3 asks, there are strided convolutions in place of pooling, batch normalisation in both networks but for G's last and D's
/// first layer, ReLU and a last tanh in G, leaky ReLU with slope 0.2 in D. Section 4.1: weights from N(0, 0.02²), Adam with β₁ = 0.5, batches
/// of 128, pictures in −1…1.
public typealias DCGAN = GAN<DCGANGenerator, DCGANDiscriminator>

/// G: a plane, of 4×4 places for 32×32 or 64×64 pixels and of 7×7 for 28×28, that up-convolutions double to the size of a picture, each but
/// the last with half the features.
public struct DCGANGenerator: GeneratorNetwork {
    public let imageShape: Shape
    public let latents: Int
    public let classCount: Int?
    private let start: Shape
    private let table: Embedding?
    private let projection: any Layer
    private let norms: [BatchNorm]
    private let dropout: Dropout
    private let layers: [ConvTranspose2D]

    /// Creates the network; a plan with an objection is invalid.
    public init(_ plan: DCGANPlan, random: inout RandomStream) {
        plan.check()
        (imageShape, latents, classCount) = (plan.imageShape, plan.latents, plan.classes)
        (start, dropout) = (plan.smallestPlane, plan.dropout)
        table = plan.classes.map { Embedding(count: $0, features: plan.latents, random: &random) }
        projection = plan.projection(random: &random)
        norms = plan.widths.reversed().map { BatchNorm(channels: $0) }
        let widths = plan.widths.reversed() + [plan.imageShape[2]]
        layers = zip(widths, widths.dropFirst()).enumerated().map { number, width in
            ConvTranspose2D(
                inputs: width.0, outputs: width.1, kernel: 4, stride: 2, padding: 1,
                bias: number == widths.count - 2, weights: DCGANPlan.weights, random: &random)
        }
    }

    public func callAsFunction(_ z: Tensor, labels: Tensor?) -> Tensor {
        let h = projection(table.joined(to: z, of: labels)).reshape(Shape([z.shape[0]] + start.extents))
        return zip(norms, layers).reduce(h) { h, next in next.1(dropout(next.0(h).relu())) }.tanh()
    }
}

/// D: convolutions that halve the picture's sides and double the features, and a score of what is left.
public struct DCGANDiscriminator: DiscriminatorNetwork {
    private let map: Embedding?
    private let layers: Sequential
    private let source: any Layer
    private let classes: (any Layer)?
    public var tellsClasses: Bool { classes != nil }

    /// Creates the network; a plan with an objection is invalid.
    public init(_ plan: DCGANPlan, random: inout RandomStream) {
        plan.check()
        map = plan.classMap(random: &random)
        let inputs = [plan.imageShape[2] + (map == nil ? 0 : 1)] + plan.widths
        let convolutions = zip(inputs, plan.widths).enumerated().flatMap { number, width in
            plan.normalization.layers(
                Conv2D(
                    inputs: width.0, outputs: width.1, kernel: 4, stride: 2, padding: 1,
                    bias: number == 0 || plan.normalization != .batch, weights: DCGANPlan.weights,
                    random: &random), isFirst: number == 0, random: &random)
                + [Activation.leakyReLU(slope: 0.2)]
        }
        let ending = plan.ending(random: &random)
        let comparison = plan.comparison.layers(inputs: ending.outputs, random: &random)
        layers = Sequential(convolutions + ending.layers + comparison.layers)
        source = plan.scores(comparison.outputs, 1, random: &random)
        classes = plan.tellsClasses ? plan.scores(comparison.outputs, plan.classes!, random: &random) : nil
    }

    public func callAsFunction(_ x: Tensor, labels: Tensor?) -> DiscriminatorScores {
        let plane = Shape(x.shape.extents.dropLast() + [1])
        let h = layers(map.map { .concatenate([x, $0.told(labels).reshape(plane)], axis: 3) } ?? x)
        return DiscriminatorScores(source: source(h).reshape([x.shape[0]]), classes: classes?(h))
    }
}
