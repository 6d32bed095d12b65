import Gannet

/// The networks of Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks"
/// (arXiv:1511.06434).
///
/// As its section 3 asks, there are strided convolutions in place of pooling, batch normalisation in both networks but for G's last and D's
/// first layer, ReLU and a last tanh in G, leaky ReLU with slope 0.2 in D. Section 4.1: weights from N(0, 0.02²), Adam with β₁ = 0.5, batches
/// of 128, pictures in −1…1.
public typealias DCGAN = GAN<DCGANGenerator, DCGANDiscriminator>

/// G: a plane, of 4×4 places for 32×32 or 64×64 pixels and of 7×7 for 28×28, that up-convolutions double to the size of a picture, each but the last with half the features.
public struct DCGANGenerator: GeneratorNetwork {
    public let imageShape: Shape
    public let latents: Int
    public let classCount: Int?
    private let start: Shape
    private let table: Embedding?
    private let projection: Linear
    private let norms: [BatchNorm]
    private let layers: [ConvTranspose2D]

    /// Creates the network, of so many features at the full size but for the last layer.
    public init(
        imageShape: Shape, features: Int = 32, latents: Int = 64, classes: Int? = nil,
        random: inout RandomStream
    ) {
        let widths = DCGANPlan(imageShape, features).widths.reversed() + [imageShape[2]]
        let factor = 1 << (widths.count - 1)
        (self.imageShape, self.latents, classCount) = (imageShape, latents, classes)
        start = [imageShape[0] / factor, imageShape[1] / factor, widths[0]]
        table = classes.map { Embedding(count: $0, features: latents, random: &random) }
        projection = Linear(
            inputs: latents * (classes == nil ? 1 : 2), outputs: start.count, bias: false,
            weights: DCGANPlan.weights, random: &random)
        norms = widths.dropLast().map { BatchNorm(channels: $0) }
        layers = zip(widths, widths.dropFirst()).enumerated().map { number, width in
            ConvTranspose2D(
                inputs: width.0, outputs: width.1, kernel: 4, stride: 2, padding: 1,
                bias: number == widths.count - 2, weights: DCGANPlan.weights, random: &random)
        }
    }

    public func callAsFunction(_ z: Tensor, labels: Tensor?) -> Tensor {
        let told = table.map { .concatenate([z, $0.told(labels)], axis: 1) } ?? z
        let h = projection(told).reshape(Shape([z.shape[0]] + start.extents))
        return zip(norms, layers).reduce(h) { h, next in next.1(next.0(h).relu()) }.tanh()
    }
}

/// D: convolutions that halve the picture's sides and double the features, and a score of what is left.
public struct DCGANDiscriminator: DiscriminatorNetwork {
    private let map: Embedding?
    private let layers: Sequential
    private let source: any Layer
    private let classes: (any Layer)?

    /// Creates the network, of so many features behind the first layer.
    ///
    /// - Parameters:
    ///   - classes: How many classes there are to be told of or to tell; nil for none.
    ///   - tellsClasses: Whether it tells the class of a picture, rather than being told.
    ///   - normalization: How features are normalised behind all layers but the first.
    public init(
        imageShape: Shape, features: Int = 32, classes: Int? = nil, tellsClasses: Bool = false,
        normalization: DiscriminatorNormalization = .batch, random: inout RandomStream
    ) {
        if tellsClasses, classes == nil { invalidUse("DCGANDiscriminator", "it has no classes to tell") }
        let widths = DCGANPlan(imageShape, features).widths
        let isTold = classes != nil && !tellsClasses
        map =
            isTold
            ? Embedding(count: classes!, features: imageShape[0] * imageShape[1], random: &random) : nil
        let inputs = [imageShape[2] + (isTold ? 1 : 0)] + widths
        layers = Sequential(
            zip(inputs, widths).enumerated().flatMap { number, width in
                normalization.layers(
                    Conv2D(
                        inputs: width.0, outputs: width.1, kernel: 4, stride: 2, padding: 1,
                        bias: number == 0 || normalization != .batch, weights: DCGANPlan.weights,
                        random: &random),
                    isFirst: number == 0, random: &random) + [Activation.leakyReLU(slope: 0.2)]
            } + [Flatten()])
        let left = (imageShape[0] >> widths.count) * (imageShape[1] >> widths.count) * widths.last!
        func last(_ outputs: Int, _ random: inout RandomStream) -> any Layer {
            normalization.last(
                Linear(inputs: left, outputs: outputs, weights: DCGANPlan.weights, random: &random),
                random: &random)
        }
        source = last(1, &random)
        self.classes = tellsClasses ? last(classes!, &random) : nil
    }

    public func callAsFunction(_ x: Tensor, labels: Tensor?) -> DiscriminatorScores {
        let plane = Shape(x.shape.extents.dropLast() + [1])
        let h = layers(map.map { .concatenate([x, $0.told(labels).reshape(plane)], axis: 3) } ?? x)
        return DiscriminatorScores(source: source(h).reshape([x.shape[0]]), classes: classes?(h))
    }
}
