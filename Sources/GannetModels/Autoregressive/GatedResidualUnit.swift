import Gannet

/// A residual unit with gates: Salimans et al., "PixelCNN++" (arXiv:1701.05517), figure 2, as their code has it:
///
///     c = W₁ ∗ f(x) + Σ Wₐ f(a)      (h, g) = W₂ ∗ f(c)      y = x + h ∘ σ(g)      f(x) = elu([x, −x])
///
/// Taps of W₁ and W₂ look at the row above and the own row: three columns around the place in the vertical stack, which reads
/// pictures by the row, and the place and the one to its left in the horizontal stack, which reads them by the pixel.
struct GatedResidualUnit: Module {
    private let first: Conv2D
    private let second: Conv2D
    /// For each a that the unit is told.
    private let asides: [Linear]
    private let dropout: Dropout
    private let features: Int
    private let stack: PixelStack

    /// Creates a unit.
    ///
    /// - Parameters:
    ///   - stack: The stack that it is in.
    ///   - features: Those of x, of y and of each a.
    ///   - asides: The number of a.
    ///   - dropout: The share of f(c) that is dropped in training.
    ///   - random: Where the initial values come from.
    init(_ stack: PixelStack, features: Int, asides: Int, dropout: Float, random: inout RandomStream) {
        first = stack.convolution(inputs: 2 * features, outputs: features, random: &random)
        // Units begin near the identity.
        second = stack.convolution(
            inputs: 2 * features, outputs: 2 * features, weights: .normal(deviation: 0.01), random: &random)
        self.asides = (0..<asides).map { _ in
            Linear(inputs: 2 * features, outputs: features, bias: false, random: &random)
        }
        self.dropout = Dropout(rate: dropout)
        self.features = features
        self.stack = stack
    }

    /// y of x and of each a, [batch, height, width, features].
    func callAsFunction(_ x: Tensor, _ a: [Tensor]) -> Tensor {
        let c = zip(asides, a).reduce(first(x.concatenatedELU())) { $0 + $1.0($1.1.concatenatedELU()) }
        return gated(x, second(dropout(c.concatenatedELU())))
    }

    /// y of the sums W₂ ∗ f(c), […, 2 · features].
    private func gated(_ x: Tensor, _ sums: Tensor) -> Tensor {
        x + sums[.ellipsis, 0..<features] * sums[.ellipsis, features...].sigmoid()
    }

    // MARK: In reading order

    /// The maps that the unit keeps.
    func keptMaps(level: Int) -> [KeptMap] {
        [0, 1].map { _ in stack.keptMap(features, level: level) }
    }

    /// The vertical stack: y of a row, [width, batch, features].
    func row(_ x: Tensor, _ a: [Tensor], in row: inout RowReading) -> Tensor {
        let above = row.rowsAbove()
        row.remember(x)
        let c = zip(asides, a).reduce(first.row(x.concatenatedELU(), above: above.concatenatedELU())) {
            $0 + $1.0($1.1.concatenatedELU())
        }
        let aboveC = row.rowsAbove()
        row.remember(c)
        return gated(x, second.row(c.concatenatedELU(), above: aboveC.concatenatedELU()))
    }

    /// The horizontal stack: what the rows above, and the first a, give to a row.
    func startRow(_ a: Tensor, level: Int, in row: inout RowReading) {
        let sums = first.sums(ofRowAbove: row.rowsAbove().concatenatedELU())
        row.provide(sums + asides[0](a.concatenatedELU()), level: level)
        row.provide(second.sums(ofRowAbove: row.rowsAbove().concatenatedELU()), level: level)
    }

    /// The horizontal stack: y of a pixel, [batch, features], of x and all a but the first.
    func pixel(_ x: Tensor, _ a: [Tensor], in reading: inout PixelReading) -> Tensor {
        let left = reading.left().squeezed(axes: [1])
        let start = first.sums(ofPixel: x.concatenatedELU(), left: left.concatenatedELU()) + reading.context()
        let c = zip(asides.dropFirst(), a).reduce(start) { $0 + $1.0($1.1.concatenatedELU()) }
        reading.remember(x)
        let leftC = reading.left().squeezed(axes: [1])
        reading.remember(c)
        return gated(
            x, second.sums(ofPixel: c.concatenatedELU(), left: leftC.concatenatedELU()) + reading.context())
    }
}

extension Tensor {
    /// elu([x, −x]), [… , 2 · features] of […, features]: Shang et al. (arXiv:1603.05201), with elu for relu.
    func concatenatedELU() -> Tensor { Tensor.concatenate([self, -self], axis: -1).elu() }
}
