/// What a node computes: a closed set of primitives. Everything else is composed of them.
///
/// The meaning of each is what ``ReferenceEvaluator`` computes; its shape rule is in `Operation+Shape.swift`,
/// its gradient in `Operation+Gradient.swift`.
public enum Operation: Sendable {
    // MARK: Sources

    /// Stored values: the inputs of a computation. Only their shape and type are part of the structure.
    case leaf(Storage)
    /// What stands for input number … of the body of a loop.
    case placeholder(Int)
    /// One value, of shape [].
    case literal(Literal)
    /// The index along an axis, as `int32`.
    case index(axis: Int)
    /// Random bits, `uint32`. Input: the key, `uint32` of shape [4]: seed low, seed high, stream low,
    /// stream high. Element *i* in row-major order is word *i* of that stream (see ``Philox``).
    case randomBits

    // MARK: Element by element, all operands of one shape

    /// A function of one operand.
    case unary(UnaryFunction)
    /// A function of two operands of one type.
    case binary(BinaryFunction)
    /// Inputs: condition (`bool`), x, y. x where the condition holds, y elsewhere.
    case select
    /// A change of type. Float to integer truncates and saturates, NaN becomes 0; between integers the 32 bits
    /// stay the same; anything but 0 is true. From `float32` to a type for storage only, numbers are rounded to the
    /// nearest, ties to even (see ``HalfBits``); these types are reached from `float32` alone, and lead to it alone.
    case cast(ScalarType)

    // MARK: Movement

    /// The same elements in row-major order, in another shape.
    case reshape
    /// Axis *i* of the result is axis `order[i]` of the operand.
    case permute(order: [Int])
    /// Stretches axes of extent 1; operand and result have the same rank.
    case broadcast
    /// Element *i* along an axis is element `starts + i · strides` of the operand. Strides may be negative.
    case slice(starts: [Int], strides: [Int])
    /// Adds `low` elements before and `high` after, along each axis, of the given value.
    case pad(low: [Int], high: [Int], value: Literal)
    /// Operands one after another along an axis.
    case concatenate(axis: Int)

    // MARK: Reduction, contraction, indexed access

    /// Combines the elements along axes; the result lacks these axes.
    case reduce(ReductionFunction, axes: [Int])
    /// The matrix product over the last two axes; leading axes are equal batch axes. `float32` only.
    case matrixProduct(transposeA: Bool, transposeB: Bool)
    /// Inputs: images [B, H, W, C] and filters [kh, kw, C / groups, N]. The sums of the images under the filters
    /// that are moved over them, [B, H′, W′, N]. `float32` only, as are its two gradients.
    case convolution(ConvolutionGeometry)
    /// Inputs: the gradient of a convolution's results [B, H′, W′, N] and its filters. The gradient of its images,
    /// [B, height, width, C]: the transposed convolution.
    case convolutionInputGradient(ConvolutionGeometry, height: Int, width: Int)
    /// Inputs: a convolution's images and the gradient of its results. The gradient of its filters,
    /// [height, width, C / groups, N], exactly 0 where they are masked.
    case convolutionFilterGradient(ConvolutionGeometry, height: Int, width: Int)
    /// Inputs: images x [B, …], a prediction of the same shape where the step has one, coefficients
    /// [B, ``NoiseStep/coefficientCount``], and the key of the noise, `uint32` [4], where the step adds noise.
    case noiseStep(NoiseStep)
    /// Inputs: source [N, …rest] and indices (`int32`) [K]. Row *k* of the result [K, …rest] is row
    /// `indices[k]` of the source; NaN for floats and 0 for other types where the index is out of range.
    case gather
    /// Inputs: indices (`int32`) [K] and updates [K, …rest]. Adds row *k* of the updates to row `indices[k]`
    /// of a result [rows, …rest] that starts at zero, in order of *k*; out-of-range indices add nothing.
    case scatterAdd(rows: Int)

    // MARK: Loops

    /// A body run again and again. Inputs: the initial states, the scanned inputs [count, …row], and what the body
    /// takes from outside. The node itself has no value; its results are those of ``loopResult(_:)``.
    case loop(Loop)
    /// Input: the node of a loop. One of the loop's results.
    case loopResult(Loop.Result)

    // MARK: Gradients

    /// The operand itself, with no gradient.
    case stopGradient
    /// The first operand, with a gradient given by the user for the others.
    case customGradient(CustomGradient)
}

/// A gradient given by the user, in tensors.
public final class CustomGradient: Sendable {
    /// Takes the gradient of the result; gives one for each input, nil where there is none.
    public let pullback: @Sendable (Tensor) -> [Tensor?]
    /// What the gradient follows from, beside the operands; nil where it is not part of a graph's structure.
    package let structure: [Int]?

    /// Wraps a user's gradient.
    public convenience init(_ pullback: @escaping @Sendable (Tensor) -> [Tensor?]) {
        self.init(structure: nil, pullback)
    }

    /// Wraps a gradient that is the same wherever operands and `structure` are.
    package init(structure: [Int]?, _ pullback: @escaping @Sendable (Tensor) -> [Tensor?]) {
        self.pullback = pullback
        self.structure = structure
    }
}
