import Gannet

/// What comes to planes of vectors, and back to pictures: convolutions of stride 2 that halve the sides, and residual blocks (van den Oord,
/// Vinyals and Kavukcuoglu, arXiv:1711.00937, section 4.1).
enum CodeNetworks {
    /// x + W₂ relu(W₁ relu(x)), W₁ of 3×3 taps to half as many features, W₂ of one tap.
    struct Block: Layer {
        let first: Conv2D
        let second: Conv2D

        init(_ features: Int, random: inout RandomStream) {
            first = Conv2D(
                inputs: features, outputs: features / 2, kernel: 3, padding: 1, random: &random)
            second = Conv2D(inputs: features / 2, outputs: features, kernel: 1, random: &random)
        }

        func callAsFunction(_ x: Tensor) -> Tensor { x + second(first(x.relu()).relu()) }
    }

    /// From a plane to one whose sides are halved, rounded up, as often as there are convolutions.
    struct Encoder: Module {
        let down: [Conv2D]
        let blocks: [Block]

        /// - Parameter sides: The sides of the plane, and of what each convolution makes of it.
        init(
            inputs: Int, features: Int, blocks: Int, sides: [Shape], random: inout RandomStream
        ) {
            down = sides.dropLast().enumerated().map { number, side in
                Conv2D(
                    inputs: number == 0 ? inputs : features, outputs: features,
                    kernel: CodeNetworks.kernel(side), stride: 2, padding: 1, random: &random)
            }
            self.blocks = (0..<blocks).map { _ in Block(features, random: &random) }
        }

        /// [batch, height, width, features].
        func callAsFunction(_ x: Tensor) -> Tensor {
            let h = down.reduce(x) { $1($0).relu() }
            return blocks.reduce(h) { $1($0) }.relu()
        }
    }

    /// From a plane to one as large as what an encoder made the plane of.
    struct Decoder: Module {
        let first: Conv2D
        let blocks: [Block]
        let up: [ConvTranspose2D]

        /// - Parameter sides: As those of the encoder.
        init(
            inputs: Int, features: Int, outputs: Int, blocks: Int, sides: [Shape],
            random: inout RandomStream
        ) {
            first = Conv2D(inputs: inputs, outputs: features, kernel: 3, padding: 1, random: &random)
            self.blocks = (0..<blocks).map { _ in Block(features, random: &random) }
            let larger = sides.dropLast().reversed()
            up = larger.enumerated().map { number, side in
                ConvTranspose2D(
                    inputs: features, outputs: number == larger.count - 1 ? outputs : features,
                    kernel: CodeNetworks.kernel(side), stride: 2, padding: 1, random: &random)
            }
        }

        /// [batch, height, width, outputs].
        func callAsFunction(_ x: Tensor) -> Tensor {
            let h = blocks.reduce(first(x)) { $1($0) }
            return up.reduce(h) { $1($0.relu()) }
        }
    }

    /// The sides of a plane and of what so many halvings make of it; nil where a plane has an even side and an odd one, which no such
    /// convolution halves, or where there is nothing to halve.
    static func sides(_ first: Shape, halvings: Int) -> [Shape]? {
        var sides = [first]
        for _ in 0..<halvings {
            let (height, width) = (sides.last![0], sides.last![1])
            if height < 2 || width < 2 || height % 2 != width % 2 { return nil }
            sides.append([(height + 1) / 2, (width + 1) / 2])
        }
        return sides
    }

    /// The taps of a convolution that halves such sides, and of the one that doubles to them.
    private static func kernel(_ sides: Shape) -> Int { sides[0].isMultiple(of: 2) ? 4 : 3 }
}
