import Gannet

/// How the features of a discriminator's layers are normalised.
public enum DiscriminatorNormalization: String, Sendable, Hashable, CaseIterable {
    /// Over the batch (Ioffe and Szegedy, arXiv:1502.03167).
    case batch
    /// Over the features of a picture, all together, as Gulrajani et al., arXiv:1704.00028, section 4, do with a gradient penalty.
    case layer
    /// Not; the weights are divided by their largest singular value (Miyato et al., arXiv:1802.05957).
    case spectral
    /// Not at all.
    case none

    /// A convolution with its normalisation behind it.
    func layers(_ convolution: Conv2D, isFirst: Bool, random: inout RandomStream) -> [any Layer] {
        let channels = convolution.weight.shape[3]
        return switch self {
        case .spectral: [SpectralNorm(convolution, random: &random)]
        case .batch where !isFirst: [convolution, BatchNorm(channels: channels)]
        case .layer where !isFirst: [convolution, GroupNorm(groups: 1, channels: channels)]
        case .batch, .layer, .none: [convolution]
        }
    }

    /// A fully connected layer with its normalisation behind it.
    func layers(_ layer: Linear, random: inout RandomStream) -> [any Layer] {
        let features = layer.weight.shape[1]
        return switch self {
        case .spectral: [SpectralNorm(layer, random: &random)]
        case .batch: [layer, BatchNorm(channels: features)]
        case .layer: [layer, LayerNorm(features: features)]
        case .none: [layer]
        }
    }

    /// A last layer, which no normalisation of features follows.
    func last(_ layer: Linear, random: inout RandomStream) -> any Layer {
        self == .spectral ? SpectralNorm(layer, random: &random) : layer
    }
}
