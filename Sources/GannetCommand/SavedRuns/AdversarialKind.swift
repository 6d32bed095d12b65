import GannetModels

/// A kind of two networks that are trained against each other.
protocol AdversarialKind: NamedModel {
    associatedtype Networks: AdversarialNetworks
    /// What its networks are like unless the user says otherwise.
    static var networks: Networks { get }
    /// How they are trained unless the user says otherwise.
    static var standard: AdversarialSettings { get }
    static var defaults: TrainingDefaults { get }
    /// Whether the generator is told the class of a picture.
    static var isToldClasses: Bool { get }
    /// Whether the discriminator tells the class, rather than being told.
    static var tellsClasses: Bool { get }
    /// The decays of Adam's averages.
    static var decays: AdamDecays { get }
}

extension AdversarialKind {
    static var standard: AdversarialSettings { AdversarialSettings(smoothing: 0.1) }
    static var defaults: TrainingDefaults {
        TrainingDefaults(
            epochs: 12, batchSize: 64, learningRate: 2e-4, lossDigits: 3, averageDecay: 0.999)
    }
    static var isToldClasses: Bool { false }
    static var tellsClasses: Bool { false }
    static var decays: AdamDecays { AdamDecays(beta1: 0.5) }
}

extension AdversarialKind where Networks == DCGANNetworks {
    static var networks: DCGANNetworks { DCGANNetworks() }
}

/// `gannet train gan`.
enum PerceptronGANKind: AdversarialKind {
    static let name = "gan"
    static let title = "a GAN"
    static let longTitle = "a generative adversarial network of fully connected layers"
    static let explanation =
        "A generator makes pictures of noise, and a discriminator tells them from pictures of the data."
    static let networks = PerceptronNetworks()
}

/// `gannet train cgan`.
enum ConditionalGANKind: AdversarialKind {
    typealias Networks = DCGANNetworks
    static let name = "cgan"
    static let title = "a conditional GAN"
    static let longTitle = "a generative adversarial network that is told the class of a picture"
    static let explanation =
        "The networks of a DCGAN are both told the class of a picture, which the data must name."
    static let isToldClasses = true
}

/// `gannet train acgan`.
enum AuxiliaryGANKind: AdversarialKind {
    typealias Networks = DCGANNetworks
    static let name = "acgan"
    static let title = "an auxiliary-classifier GAN"
    static let longTitle = "a generative adversarial network whose discriminator tells the class of a picture"
    static let explanation = """
        The generator of a DCGAN is told the class of a picture, which the data must name, and its discriminator tells it, beside where a \
        picture is from.
        """
    static let isToldClasses = true
    static let tellsClasses = true
}

/// `gannet train dcgan`.
enum DCGANKind: AdversarialKind {
    typealias Networks = DCGANNetworks
    static let name = "dcgan"
    static let title = "a DCGAN"
    static let longTitle = "a deep convolutional generative adversarial network"
    static let explanation = """
        The generator doubles a small plane by transposed convolutions to the size of a picture, whose sides must be even; the \
        discriminator mirrors it.
        """
}

/// `gannet train wgan`.
enum WassersteinGANKind: AdversarialKind {
    typealias Networks = DCGANNetworks
    static let name = "wgan"
    static let title = "a WGAN"
    static let longTitle = "a Wasserstein generative adversarial network, whose critic's weights are bounded"
    static let explanation = """
        The networks are those of a DCGAN; the critic's scores of pictures of the data and of made ones are drawn apart, and its weights \
        kept within a bound.
        """
    static let standard = AdversarialSettings(loss: .wasserstein, criticSteps: 5, weightBound: 0.01)
    static let defaults = TrainingDefaults(
        epochs: 40, batchSize: 320, learningRate: 5e-5, lossDigits: 4, averageDecay: 0.999,
        optimizer: .rmsprop)
}

/// `gannet train wgan-gp`.
enum PenalizedGANKind: AdversarialKind {
    static let name = "wgan-gp"
    static let title = "a WGAN-GP"
    static let longTitle = "a Wasserstein generative adversarial network with a penalty on the critic's slope"
    static let explanation = """
        The networks are those of a DCGAN; the critic's scores of pictures of the data and of made ones are drawn apart, and its slope \
        between them kept near 1. It normalises over each picture alone, since the penalty is for the slope at each.
        """
    static let networks = DCGANNetworks(normalization: .layer)
    static let standard = AdversarialSettings(loss: .wasserstein, criticSteps: 5, penalty: .gradient)
    static let defaults = TrainingDefaults(
        epochs: 40, batchSize: 320, learningRate: 2e-4, lossDigits: 3, averageDecay: 0.999)
    static let decays = AdamDecays(beta1: 0.5, beta2: 0.9)
}
