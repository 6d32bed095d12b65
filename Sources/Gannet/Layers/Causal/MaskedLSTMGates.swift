import GannetGraph

/// The gates of a two-dimensional LSTM, and what they make of its memory: van den Oord, Kalchbrenner and Kavukcuoglu,
/// "Pixel Recurrent Neural Networks" (arXiv:1601.06759), equation 3.
///
///     [o, f, i, g] = σ(K_ss ∗ h + K_is ∗ x), the content gate g by tanh
///     c′ = f ∘ c + i ∘ g              h′ = o ∘ tanh c′
///
/// With colours the channels are cut into as many groups, each of which has its own four gates side by side.
enum MaskedLSTMGates {
    /// h′ and c′, […, units], of the sums […, 4 · units] of both convolutions.
    static func next(_ sums: Tensor, cell: Tensor, colors: Int) -> (hidden: Tensor, cell: Tensor) {
        let units = cell.shape[-1]
        let grouped = sums.reshape(Shape(cell.shape.extents.dropLast() + [colors, 4, units / colors]))
        func gate(_ number: Int) -> Tensor { grouped.element(number, axis: -2).reshape(cell.shape) }
        let cell = gate(1).sigmoid() * cell + gate(2).sigmoid() * gate(3).tanh()
        return (gate(0).sigmoid() * cell.tanh(), cell)
    }
}
