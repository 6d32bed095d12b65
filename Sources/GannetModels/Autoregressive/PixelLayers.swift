import Gannet

/// Makes the layers of models that draw pixel by pixel, for pictures of one shape.
struct PixelLayers {
    /// The height and the width of the pictures.
    let plane: Shape
    /// Their channels, or what layers see in place of them.
    let channels: Int
    /// How many channels come one after another, each given those before it.
    let colors: Int
    /// The results for a pixel: what its distribution has for parameters.
    let outputs: Int
    /// Where the initial values come from.
    var random: RandomStream

    /// - Parameters:
    ///   - model: The name of the model, for the sentence about a shape that is not that of pictures.
    ///   - imageShape: [height, width, channels].
    ///   - distribution: How a pixel is distributed.
    ///   - channels: What layers see of a pixel in place of its channels.
    ///   - random: Where the initial values come from.
    init(
        of model: String, _ imageShape: Shape, _ distribution: PixelDistribution, channels: Int? = nil,
        random: RandomStream
    ) {
        if imageShape.rank != 3 {
            invalidUse(model, "pictures of shape \(imageShape) are not [height, width, channels]")
        }
        plane = [imageShape[0], imageShape[1]]
        self.channels = channels ?? imageShape[2]
        colors = distribution.passCount(channels: imageShape[2])
        outputs = distribution.parameterCount(channels: imageShape[2])
        self.random = random
    }

    /// The next masked convolution.
    mutating func masked(
        _ inputs: Int, _ outputs: Int, window: (height: Int, width: Int) = (1, 1),
        _ type: ConvolutionMask.CausalType = .b
    ) -> MaskedConv2D {
        MaskedConv2D(
            inputs: inputs, outputs: outputs, window: window, type: type, colors: colors, random: &random)
    }
}
