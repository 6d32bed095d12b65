import Gannet

/// The two stacks of convolutions of a PixelCNN++, as of a Gated PixelCNN: the vertical one sees rows, the horizontal one what is
/// to the left as well.
enum PixelStack {
    case vertical, horizontal

    /// A convolution that sees the row above and the own one: in the vertical stack from the column to the left to that to
    /// the right, in the horizontal one up to the own column.
    func convolution(
        inputs: Int, outputs: Int, stride: Int = 1, weights: Initializer = .standard,
        random: inout RandomStream
    ) -> Conv2D {
        // A stride takes even places; the last of them needs nothing to its right.
        let right = self == .vertical && stride == 1 ? 1 : 0
        return Conv2D(
            inputs: inputs, outputs: outputs, window: (2, self == .vertical ? 3 : 2),
            ConvolutionGeometry(
                height: .init(stride: stride, padLow: 1),
                width: .init(stride: stride, padLow: 1, padHigh: right)), weights: weights,
            random: &random)
    }

    /// What such a convolution keeps of the map that goes in.
    func keptMap(_ channels: Int, level: Int) -> KeptMap {
        switch self {
        case .vertical: KeptMap(channels: channels, wholeRows: 1, level: level)
        case .horizontal: KeptMap(channels: channels, rows: 1, columns: 1, level: level)
        }
    }
}

/// The convolutions of ``PixelStack/convolution(inputs:outputs:stride:weights:random:)`` in reading order.
extension Conv2D {
    /// A row of the vertical stack, [width′, batch, outputs], of the row that went in and the one above it, [width, batch,
    /// inputs] and [1, width, batch, inputs].
    func row(_ x: Tensor, above: Tensor) -> Tensor {
        Tensor.concatenate([above, x.insertingAxis(at: 0)], axis: 0)
            .rowConvolved(with: weight.value, geometry.width) + bias!.value
    }

    /// What the row above, [1, width, batch, inputs], and the biases give to a row of the horizontal stack.
    func sums(ofRowAbove above: Tensor) -> Tensor {
        above.rowConvolved(with: weight.value.slice(0..<1, axis: 0), geometry.width) + bias!.value
    }

    /// What a pixel and the one to its left, [batch, inputs], give to a pixel of the horizontal stack.
    func sums(ofPixel x: Tensor, left: Tensor) -> Tensor {
        Tensor.concatenate([left, x], axis: 1)
            .matmul(weight.value.element(1, axis: 0).reshape([2 * inputs, outputs]))
    }
}
