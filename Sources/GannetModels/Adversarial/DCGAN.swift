import Gannet

/// The deep convolutional generative adversarial network of Radford, Metz and Chintala, "Unsupervised Representation
/// Learning with Deep Convolutional Generative Adversarial Networks" (arXiv:1511.06434).
///
/// A generator G makes pictures of noise z ~ N(0, 1); a discriminator D gives the logit of the probability that a
/// picture is one of the data. They are trained against each other (Goodfellow et al., arXiv:1406.2661, algorithm 1):
///
///     D minimises  −ln σ(D(x)) − ln (1 − σ(D(G(z))))      (equation 1)
///     G minimises  −ln σ(D(G(z)))                          (section 3: the loss that does not saturate)
///
/// As section 3 of the DCGAN paper asks, there are strided convolutions in place of pooling, batch normalisation in
/// both networks but for G's last and D's first layer, ReLU and a last tanh in G, leaky ReLU with slope 0.2 in D.
/// Section 4.1: weights from N(0, 0.02²), Adam with β₁ = 0.5, batches of 128, pictures in −1…1.
///
/// Pictures grow by two layers here, not four, and half the paper's learning rate keeps networks this small from
/// oscillating. On MNIST digits can be told after some 500 steps; the losses say little, for the two networks balance
/// each other.
public struct DCGAN: ImageSharingModel, GenerativeModel, ImageModel {
    /// What makes pictures of noise.
    public let generator: Generator
    /// What tells pictures of the data from others.
    public let discriminator: Discriminator
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// The number of latent variables.
    public let latents: Int

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; height and width are multiples of 4, pixels in 0…1.
    ///   - features: The number of features of the larger of two hidden layers; the other has twice as many.
    ///   - latents: The number of latent variables.
    ///   - seed: What the initial weights follow from.
    public init(imageShape: Shape, features: Int = 32, latents: Int = 64, seed: UInt64 = 0) {
        if imageShape.rank != 3 || imageShape[0] % 4 != 0 || imageShape[1] % 4 != 0 {
            invalidUse("DCGAN", "pictures of shape \(imageShape) are not of sides that 4 divides")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.latents = latents
        generator = Generator(imageShape: imageShape, features: features, latents: latents, random: &random)
        discriminator = Discriminator(imageShape: imageShape, features: features, random: &random)
    }

    /// How weights start (section 4.1).
    fileprivate static let weights = Initializer.normal(deviation: 0.02)
}

extension DCGAN {
    /// G(z): latents [batch, latents] become pictures [batch, height, width, channels] in −1…1.
    public struct Generator: Module {
        private let projection: Linear
        private let norms: [BatchNorm]
        private let middle: ConvTranspose2D
        private let last: ConvTranspose2D
        private let start: Shape

        init(imageShape: Shape, features: Int, latents: Int, random: inout RandomStream) {
            start = [imageShape[0] / 4, imageShape[1] / 4, 2 * features]
            projection = Linear(
                inputs: latents, outputs: start.count, bias: false, weights: DCGAN.weights, random: &random)
            norms = [BatchNorm(channels: 2 * features), BatchNorm(channels: features)]
            middle = ConvTranspose2D(
                inputs: 2 * features, outputs: features, kernel: 4, stride: 2, padding: 1, bias: false,
                weights: DCGAN.weights, random: &random)
            last = ConvTranspose2D(
                inputs: features, outputs: imageShape[2], kernel: 4, stride: 2, padding: 1,
                weights: DCGAN.weights, random: &random)
        }

        /// G(z).
        public func callAsFunction(_ z: Tensor) -> Tensor {
            var h = projection(z).reshape(Shape([z.shape[0]] + start.extents))
            h = norms[0](h).relu()
            h = norms[1](middle(h)).relu()
            return last(h).tanh()
        }
    }

    /// D(x): the logit of the probability that a picture in −1…1 is one of the data, [batch].
    public struct Discriminator: Module {
        private let first: Conv2D
        private let middle: Conv2D
        private let norm: BatchNorm
        private let logit: Linear

        init(imageShape: Shape, features: Int, random: inout RandomStream) {
            first = Conv2D(
                inputs: imageShape[2], outputs: features, kernel: 4, stride: 2, padding: 1,
                weights: DCGAN.weights, random: &random)
            middle = Conv2D(
                inputs: features, outputs: 2 * features, kernel: 4, stride: 2, padding: 1, bias: false,
                weights: DCGAN.weights, random: &random)
            norm = BatchNorm(channels: 2 * features)
            logit = Linear(
                inputs: imageShape[0] / 4 * (imageShape[1] / 4) * 2 * features, outputs: 1,
                weights: DCGAN.weights, random: &random)
        }

        /// D(x).
        public func callAsFunction(_ x: Tensor) -> Tensor {
            var h = first(x).leakyReLU(slope: 0.2)
            h = norm(middle(h)).leakyReLU(slope: 0.2)
            return logit(h.reshape(x.shape[0], -1)).reshape([x.shape[0]])
        }
    }
}

extension DCGAN {
    public func madeImages(for batch: Batch, noise: inout RandomStream) -> Tensor {
        generator(noise.normal([batch.count, latents]))
    }

    public func discriminatorLoss(
        _ batch: Batch, against madeImages: Tensor, noise: inout RandomStream
    ) -> Tensor {
        let real = discriminator(batch.images * 2 - 1)
        let made = discriminator(madeImages)
        // −ln σ(x) is softplus(−x), and −ln (1 − σ(x)) is softplus(x).
        return (-real).softplus().mean() + made.softplus().mean()
    }

    public func generatorLoss(of madeImages: Tensor, _ batch: Batch, noise: inout RandomStream) -> Tensor {
        (-discriminator(madeImages)).softplus().mean()
    }

    /// The training of section 4.1: Adam with β₁ = 0.5 for both networks.
    public func training(
        learningRate: Float = 1e-4, schedule: AdversarialSchedule = .alternating
    ) -> AdversarialTraining<DCGAN> {
        AdversarialTraining(
            of: self, generator: Adam(for: generator, learningRate: learningRate, beta1: 0.5),
            discriminator: Adam(for: discriminator, learningRate: learningRate, beta1: 0.5),
            schedule: schedule)
    }

    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        return (generator(random.normal([count, latents])) + 1) / 2
    }
}
