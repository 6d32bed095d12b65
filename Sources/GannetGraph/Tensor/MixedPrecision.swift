/// Products and convolutions in half precision: Micikevicius et al., "Mixed Precision Training" (arXiv:1710.03740).
///
/// Within ``with(_:_:)`` the operands of matrix products and convolutions, which are weights and activations, and their
/// results are rounded to a type of half the size. So are the gradients that come back to them. Sums are `float32`, as is
/// all other arithmetic, and parameters stay as they are.
///
/// An optimizer builds its loss in such a scope where its options say so.
public enum MixedPrecision {
    @TaskLocal private static var scoped: ScalarType?

    /// The type of the innermost scope; nil where nothing is rounded.
    public static var current: ScalarType? { scoped }

    /// Makes `type`, `float16` or `bfloat16`, the one that products are rounded to while `body` builds tensors; nil for
    /// none.
    public static func with<R>(
        _ type: ScalarType?, file: StaticString = #fileID, line: UInt = #line, _ body: () throws -> R
    ) rethrows -> R {
        if let type, !type.isStorageOnly {
            invalidUse(
                "MixedPrecision.with(_:_:)", "products cannot be rounded to \(type)", file: file, line: line)
        }
        return try $scoped.withValue(type, operation: body)
    }
}

extension Tensor {
    /// This tensor as a product takes and gives it: `float32`, of numbers that ``MixedPrecision`` allows.
    var roundedForProducts: Tensor {
        guard let type = MixedPrecision.current, scalarType.isFloatingPoint else { return widened }
        return cast(to: type).widened
    }
}
