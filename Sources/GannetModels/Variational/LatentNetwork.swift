import Gannet

/// What encodes pictures, and decodes latents.
public enum LatentNetwork: Sendable, Hashable {
    /// Layers of ReLU units of these widths; the decoder has the same ones in reverse. With none, both are linear.
    case perceptron(hidden: [Int])
    /// Convolutions of 4×4 taps with these features, each of which halves height and width, then a layer of `hidden` units; the
    /// decoder has up-convolutions in reverse. All are followed by ReLU.
    case convolutional(features: [Int], hidden: Int)

    /// Why there is no such network for pictures of a shape; nil if there is.
    public func objection(to imageShape: Shape) -> String? {
        switch self {
        case .perceptron(let hidden):
            return hidden.contains { $0 < 1 } ? "hidden layers of \(hidden) units" : nil
        case .convolutional(let features, let hidden):
            if features.isEmpty || features.contains(where: { $0 < 1 }) || hidden < 1 {
                return "convolutions with \(features) features and \(hidden) units"
            }
            let factor = 1 << features.count
            if features.count > 8 || !imageShape[0].isMultiple(of: factor)
                || !imageShape[1].isMultiple(of: factor)
            {
                return
                    "\(features.count) convolutions are for pictures with sides that are multiples of \(factor), and these are of "
                    + "shape \(imageShape)"
            }
            return nil
        }
    }

    /// [height, width, features] where the convolutions end; nil where there are none.
    func coarseShape(_ imageShape: Shape) -> Shape? {
        guard case .convolutional(let features, _) = self else { return nil }
        return [imageShape[0] >> features.count, imageShape[1] >> features.count, features.last!]
    }

    /// The layers from pictures to the last hidden layer, and how wide that is. The first layer of units sees `conditions` numbers
    /// beside the picture.
    func encoder(
        _ imageShape: Shape, conditions: Int, random: inout RandomStream
    ) -> (layers: [any Layer], width: Int) {
        switch self {
        case .perceptron(let hidden):
            let widths = [imageShape.count + conditions] + hidden
            return (Self.units(widths, random: &random), widths.last!)
        case .convolutional(let features, let hidden):
            var layers: [any Layer] = []
            for (inputs, outputs) in zip([imageShape[2]] + features, features) {
                layers.append(
                    Conv2D(
                        inputs: inputs, outputs: outputs, kernel: 4, stride: 2, padding: 1, random: &random))
            }
            let width = coarseShape(imageShape)!.count + conditions
            return (layers + Self.units([width, hidden], random: &random), hidden)
        }
    }

    /// The layers from latents to `outputs` results a pixel, of which the last is to be followed by none.
    func decoder(
        _ imageShape: Shape, inputs: Int, outputs: Int, random: inout RandomStream
    ) -> (layers: [any Layer], last: any Layer) {
        switch self {
        case .perceptron(let hidden):
            let widths = [inputs] + hidden.reversed()
            let layers = Self.units(widths, random: &random)
            let pixels = imageShape[0] * imageShape[1] * outputs
            return (layers, Linear(inputs: widths.last!, outputs: pixels, random: &random))
        case .convolutional(let features, let hidden):
            var layers = Self.units(
                [inputs, hidden, coarseShape(imageShape)!.count], random: &random)
            let reversed = Array(features.reversed())
            func enlarging(_ inputs: Int, _ outputs: Int) -> ConvTranspose2D {
                ConvTranspose2D(
                    inputs: inputs, outputs: outputs, kernel: 4, stride: 2, padding: 1, random: &random)
            }
            for (inputs, outputs) in zip(reversed, reversed.dropFirst()) {
                layers.append(enlarging(inputs, outputs))
            }
            return (layers, enlarging(reversed.last!, outputs))
        }
    }

    /// What the encoder's layers make of pictures [batch, height, width, channels] and, where they are told any, of conditions [batch,
    /// conditions]: [batch, width].
    func hidden(_ layers: [any Layer], of images: Tensor, condition: Tensor? = nil) -> Tensor {
        var h = images
        func list() -> Tensor {
            let flat = h.reshape(h.shape[0], -1)
            return condition.map { .concatenate([flat, $0], axis: 1) } ?? flat
        }
        for layer in layers {
            if layer is Linear, h.rank == 4 { h = list() }
            h = layer(h).relu()
        }
        return h.rank == 4 ? list() : h
    }

    /// What the decoder's layers make of latents, and of conditions beside them: [batch, height, width, outputs].
    func results(
        _ layers: [any Layer], _ last: any Layer, of latents: Tensor, _ imageShape: Shape
    ) -> Tensor {
        func picture(_ h: Tensor, before layer: any Layer) -> Tensor {
            guard let coarse = coarseShape(imageShape), h.rank == 2, layer is ConvTranspose2D else {
                return h
            }
            return h.reshape(Shape([h.shape[0]] + coarse.extents))
        }
        var h = latents
        for layer in layers { h = layer(picture(h, before: layer)).relu() }
        h = last(picture(h, before: last))
        return h.reshape(latents.shape[0], imageShape[0], imageShape[1], -1)
    }

    private static func units(_ widths: [Int], random: inout RandomStream) -> [any Layer] {
        zip(widths, widths.dropFirst()).map { Linear(inputs: $0, outputs: $1, random: &random) }
    }
}
