import Gannet

/// Two 3×3 convolutions after group norm and SiLU, with the time added between them, and a way around them.
struct ResidualBlock: Module {
    private let norms: [GroupNorm]
    private let convolutions: [Conv2D]
    private let time: Linear
    private let around: Conv2D?

    /// Creates the block.
    init(inputs: Int, outputs: Int, times: Int, random: inout RandomStream) {
        norms = [GroupNorm(groups: 8, channels: inputs), GroupNorm(groups: 8, channels: outputs)]
        convolutions = [
            Conv2D(inputs: inputs, outputs: outputs, kernel: 3, padding: 1, random: &random),
            Conv2D(inputs: outputs, outputs: outputs, kernel: 3, padding: 1, random: &random),
        ]
        time = Linear(inputs: times, outputs: outputs, random: &random)
        around =
            inputs == outputs ? nil : Conv2D(inputs: inputs, outputs: outputs, kernel: 1, random: &random)
    }

    /// Images [B, H, W, outputs] of images [B, H, W, inputs] and times [B, times].
    func callAsFunction(_ x: Tensor, time t: Tensor) -> Tensor {
        var h = convolutions[0](norms[0](x).silu())
        let shift = time(t)
        h = h + shift.reshape(shift.shape[0], 1, 1, shift.shape[1])
        h = convolutions[1](norms[1](h).silu())
        return h + (around?(x) ?? x)
    }
}

/// The U-Net of the measurements: 32, 64 and 128 channels at 28, 14 and 7 pixels.
struct UNet: Module {
    private static let times = 128

    private let time: [Linear]
    private let first: Conv2D
    private let down: [ResidualBlock]
    private let smaller: [Conv2D]
    private let middle: ResidualBlock
    private let up: [ResidualBlock]
    private let norm: GroupNorm
    private let last: Conv2D

    /// Creates the network.
    init(random: inout RandomStream) {
        let times = Self.times
        time = [
            Linear(inputs: 32, outputs: times, random: &random),
            Linear(inputs: times, outputs: times, random: &random),
        ]
        first = Conv2D(inputs: 1, outputs: 32, kernel: 3, padding: 1, random: &random)
        down = [(32, 32), (32, 64), (64, 128)].map {
            ResidualBlock(inputs: $0, outputs: $1, times: times, random: &random)
        }
        smaller = [32, 64].map {
            Conv2D(inputs: $0, outputs: $0, kernel: 3, stride: 2, padding: 1, random: &random)
        }
        middle = ResidualBlock(inputs: 128, outputs: 128, times: times, random: &random)
        up = [(128 + 64, 64), (64 + 32, 32)].map {
            ResidualBlock(inputs: $0, outputs: $1, times: times, random: &random)
        }
        norm = GroupNorm(groups: 8, channels: 32)
        last = Conv2D(inputs: 32, outputs: 1, kernel: 3, padding: 1, random: &random)
    }

    /// The noise in images [B, 28, 28, 1] whose time steps [B, 32] are given as sines and cosines.
    func callAsFunction(_ images: Tensor, timeFeatures: Tensor) -> Tensor {
        let t = time[1](time[0](timeFeatures).silu()).silu()
        let wide = down[0](first(images), time: t)
        let half = down[1](smaller[0](wide), time: t)
        var h = down[2](smaller[1](half), time: t)
        h = middle(h, time: t)
        h = up[0](.concatenate([h.resizedNearest(by: 2), half], axis: 3), time: t)
        h = up[1](.concatenate([h.resizedNearest(by: 2), wide], axis: 3), time: t)
        return last(norm(h).silu())
    }

    /// Multiplications and additions in the convolutions for one image, and those of the first of them.
    static let operations: (all: Double, first: Double) = {
        func convolution(_ side: Int, _ taps: Int, _ inputs: Int, _ outputs: Int) -> Double {
            2 * Double(side * side * taps) * Double(inputs * outputs)
        }
        func block(_ side: Int, _ inputs: Int, _ outputs: Int) -> Double {
            convolution(side, 9, inputs, outputs) + convolution(side, 9, outputs, outputs)
                + (inputs == outputs ? 0 : convolution(side, 1, inputs, outputs))
        }
        let first = convolution(28, 9, 1, 32)
        let down = block(28, 32, 32) + block(14, 32, 64) + block(7, 64, 128)
        let smaller = convolution(14, 9, 32, 32) + convolution(7, 9, 64, 64)
        let up = block(7, 128, 128) + block(14, 192, 64) + block(28, 96, 32)
        return (first + down + smaller + up + convolution(28, 9, 32, 1), first)
    }()
}
