import GannetGraph

/// Adds to the features of each example how near it is to the others of its batch: Salimans et al., "Improved Techniques for Training GANs"
/// (arXiv:1606.03498), section 3.2. A discriminator sees by it that all pictures are alike.
///
/// - `x` is [batch, inputs], the result [batch, inputs + outputs]; ``weight`` is T, [inputs, outputs · dimensions].
///
/// With M = x T, rows of `dimensions` numbers for each example i and output b:
///
///     o(x_i)_b = Σ_j exp(−|M_ib − M_jb|₁),   j other than i
public struct MinibatchDiscrimination: LocatedLayer {
    /// T, of shape [inputs, outputs · dimensions].
    public let weight: Parameter
    /// The number of features that are added.
    public let outputs: Int
    /// The numbers of a row by which examples are compared.
    public let dimensions: Int

    /// Creates a layer whose initial values are drawn from `random`.
    public init(
        inputs: Int, outputs: Int, dimensions: Int = 5, weights: Initializer = .standard,
        random: inout RandomStream
    ) {
        if inputs < 1 || outputs < 1 || dimensions < 1 {
            invalidUse(
                "MinibatchDiscrimination",
                "\(inputs) inputs, \(outputs) outputs and \(dimensions) dimensions make no layer")
        }
        weight = Parameter(weights([inputs, outputs * dimensions], random: &random))
        (self.outputs, self.dimensions) = (outputs, dimensions)
    }

    /// `x` with more features.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank != 2 || x.shape[1] != weight.shape[0] {
            invalidUse(
                "MinibatchDiscrimination", "\(x.shape) is not [batch, \(weight.shape[0])]", file: file,
                line: line)
        }
        let batch = x.shape[0]
        let rows = x.matmul(weight.value)
        let distances =
            (rows.reshape([batch, 1, outputs, dimensions])
            - rows.reshape([1, batch, outputs, dimensions])).abs().sum(axes: [3])
        // Each is as near to itself as can be.
        let nearness = (-distances).exp().sum(axes: [1]) - 1
        return traced(x, .concatenate([x, nearness], axis: 1))
    }
}
