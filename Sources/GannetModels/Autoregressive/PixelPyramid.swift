import Gannet

/// The layers of a PixelCNN++: Salimans et al. (arXiv:1701.05517), section 2.4 and figure 2.
///
/// Units of two stacks (``PixelStack``) at several resolutions: on the way down each level hands on a map at half its
/// resolution, on the way up it gets one back, and each unit there is told what one on the way down has found, the last
/// first (section 2.5).
public struct PixelPyramid: CausalLayer {
    /// A unit of each stack; the horizontal one is told what the vertical one makes.
    struct Pair: Module {
        let vertical: GatedResidualUnit
        let horizontal: GatedResidualUnit
    }

    /// The ways to the next level and back.
    struct Crossing: Module {
        let verticalDown: Conv2D
        let horizontalDown: Conv2D
        let verticalUp: ConvTranspose2D
        let horizontalUp: ConvTranspose2D
    }

    /// A resolution.
    struct Level: Module {
        let encoder: [Pair]
        /// nil in the coarsest level.
        let crossing: Crossing?
        let decoder: [Pair]
    }

    /// From the two rows above to the vertical stack.
    let rowsAbove: Conv2D
    /// From the row above to the horizontal stack, and from the column to the left.
    let rowAbove: Conv2D
    let columnLeft: Conv2D
    let levels: [Level]
    let head: Linear

    public var depth: Int { levels.count - 1 }
    /// The channels of the pictures and one that is 1 inside them, by which edges are seen.
    var inputs: Int { rowsAbove.inputs }
    var features: Int { head.inputs }

    /// Creates the layers.
    ///
    /// - Parameters:
    ///   - channels: Those of the pictures.
    ///   - features: The features of each stack.
    ///   - blocks: The units of a stack in a level on the way down; on the way up there is one more, but in the coarsest.
    ///   - depth: How often the resolution is halved.
    ///   - outputs: The results for a pixel.
    ///   - dropout: What is dropped in training of what goes into the second convolution of a unit.
    ///   - random: Where the initial values come from.
    init(
        channels: Int, features: Int, blocks: Int, depth: Int, outputs: Int, dropout: Float,
        random: inout RandomStream
    ) {
        func first(
            _ rows: Int, _ columns: Int, _ height: ConvolutionGeometry.Axis, _ width: ConvolutionGeometry.Axis
        )
            -> Conv2D
        {
            Conv2D(
                inputs: channels + 1, outputs: features, window: (rows, columns),
                ConvolutionGeometry(height: height, width: width), random: &random)
        }
        let around = ConvolutionGeometry.Axis(padLow: 1, padHigh: 1)
        let before = ConvolutionGeometry.Axis(padLow: 1, padHigh: -1)
        rowsAbove = first(2, 3, .init(padLow: 2, padHigh: -1), around)
        rowAbove = first(1, 3, before, around)
        columnLeft = first(2, 1, .init(padLow: 1), before)
        func pairs(_ count: Int, asides: Int) -> [Pair] {
            (0..<count).map { _ in
                Pair(
                    vertical: GatedResidualUnit(
                        .vertical, features: features, asides: asides, dropout: dropout, random: &random),
                    horizontal: GatedResidualUnit(
                        .horizontal, features: features, asides: asides + 1, dropout: dropout, random: &random
                    ))
            }
        }
        func crossing() -> Crossing {
            func down(_ stack: PixelStack) -> Conv2D {
                stack.convolution(inputs: features, outputs: features, stride: 2, random: &random)
            }
            func up() -> ConvTranspose2D {
                ConvTranspose2D(inputs: features, outputs: features, kernel: 2, stride: 2, random: &random)
            }
            return Crossing(
                verticalDown: down(.vertical), horizontalDown: down(.horizontal), verticalUp: up(),
                horizontalUp: up())
        }
        levels = (0...depth).map { level in
            Level(
                encoder: pairs(blocks, asides: 0), crossing: level < depth ? crossing() : nil,
                decoder: pairs(level < depth ? blocks + 1 : blocks, asides: 1))
        }
        head = Linear(inputs: features, outputs: outputs, random: &random)
    }

    /// The results for each pixel.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let x = marked(x)
        return head(decoded(level: 0, rowsAbove(x), rowAbove(x) + columnLeft(x)).horizontal.elu())
    }

    /// What a level and those below make of maps of both stacks.
    private func decoded(level number: Int, _ v: Tensor, _ h: Tensor) -> (
        vertical: Tensor, horizontal: Tensor
    ) {
        let level = levels[number]
        var (v, h) = (v, h)
        var found = [(v, h)]
        for pair in level.encoder {
            v = pair.vertical(v, [])
            h = pair.horizontal(h, [v])
            found.append((v, h))
        }
        if let crossing = level.crossing {
            let (coarseV, coarseH) = decoded(
                level: number + 1, crossing.verticalDown(v), crossing.horizontalDown(h))
            (v, h) = (crossing.verticalUp(coarseV), crossing.horizontalUp(coarseH))
        } else {
            (v, h) = found.removeLast()
        }
        for pair in level.decoder {
            let (foundV, foundH) = found.removeLast()
            v = pair.vertical(v, [foundV])
            h = pair.horizontal(h, [v, foundH])
        }
        return (v, h)
    }

    /// Pictures with a channel that is 1.
    func marked(_ x: Tensor) -> Tensor {
        let one = Tensor.literal(Float(1)).broadcast(to: Shape(x.shape.extents.dropLast() + [1]))
        return .concatenate([x, one], axis: -1)
    }
}
