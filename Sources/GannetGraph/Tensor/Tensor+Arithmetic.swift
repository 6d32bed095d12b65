// Operators follow NumPy's broadcasting. A Swift literal (`2 * x`) becomes part of the graph's structure and takes
// the type of the other operand; a `Float` variable (`rate * x`) becomes a run-time input.

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// A scalar that is part of the graph's structure.
    public init(floatLiteral value: Double) { self = .literal(Literal(value, type: .float32)) }

    /// A scalar that is part of the graph's structure.
    public init(integerLiteral value: Int) { self = .literal(Literal(Double(value), type: .int32)) }

    /// This tensor, or where it is a literal of another type that `type` can hold exactly, that literal. Types for
    /// storage only take any literal, rounded as a cast would.
    private func adapted(to type: ScalarType) -> Tensor {
        guard scalarType != type, case .literal(let value) = node.operation else { return self }
        let converted = Literal(value.doubleValue, type: type)
        let isTaken = type.isStorageOnly || (converted.doubleValue == value.doubleValue && type != .bool)
        return isTaken ? .literal(converted) : self
    }

    /// `operands` of one type, where literals adapt, and of one shape.
    fileprivate static func matched(
        _ operands: [Tensor], name: String, file: StaticString, line: UInt
    ) -> [Tensor] {
        let type =
            (operands.first { if case .literal = $0.node.operation { false } else { true } } ?? operands[0])
            .scalarType
        var shape = operands[0].shape
        for operand in operands.dropFirst() {
            guard let common = Shape.broadcast(shape, operand.shape) else {
                invalidUse(
                    name, "shapes \(operands.map(\.shape)) do not broadcast to one", file: file, line: line)
            }
            shape = common
        }
        return operands.map { $0.adapted(to: type).broadcast(to: shape) }
    }

    package static func binary(
        _ function: BinaryFunction, _ a: Tensor, _ b: Tensor, name: String, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        Node.make(
            .binary(function), matched([a.widened, b.widened], name: name, file: file, line: line),
            name: name,
            file: file, line: line)
    }

    package static func unary(
        _ function: UnaryFunction, _ x: Tensor, name: String, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        Node.make(.unary(function), [x.widened], name: name, file: file, line: line)
    }
}

/// `x` where `condition` holds, `y` elsewhere; the three broadcast.
///
/// The result has the type of `x` and `y`; where only one of them is stored in half precision, it is `float32`.
public func select(
    _ condition: Tensor, _ x: Tensor, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    var choices = Tensor.matched([x, y], name: "select(_:_:_:)", file: file, line: line)
    if choices[0].scalarType != choices[1].scalarType { choices = choices.map(\.widened) }
    guard let shape = Shape.broadcast(condition.shape, choices[0].shape) else {
        invalidUse(
            "select(_:_:_:)", "shapes \(condition.shape), \(x.shape) and \(y.shape) do not broadcast to one",
            file: file, line: line)
    }
    choices = choices.map { $0.broadcast(to: shape) }
    return Node.make(
        .select, [condition.broadcast(to: shape)] + choices, name: "select(_:_:_:)", file: file, line: line)
}

/// The larger element of each pair; NaN where either is. Ties share the gradient.
public func maximum(
    _ x: Tensor, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor { .binary(.maximum, x, y, name: "maximum(_:_:)", file: file, line: line) }

/// The smaller element of each pair; NaN where either is. Ties share the gradient.
public func minimum(
    _ x: Tensor, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor { .binary(.minimum, x, y, name: "minimum(_:_:)", file: file, line: line) }

extension Tensor {
    /// Element-wise sum.
    public static func + (x: Tensor, y: Tensor) -> Tensor { binary(.add, x, y, name: "+") }
    /// Element-wise difference.
    public static func - (x: Tensor, y: Tensor) -> Tensor { binary(.subtract, x, y, name: "-") }
    /// Element-wise product.
    public static func * (x: Tensor, y: Tensor) -> Tensor { binary(.multiply, x, y, name: "*") }
    /// Element-wise quotient; for integers truncated, and 0 where `y` is 0.
    public static func / (x: Tensor, y: Tensor) -> Tensor { binary(.divide, x, y, name: "/") }
    /// Element-wise remainder of truncated integer division; `x` where `y` is 0.
    public static func % (x: Tensor, y: Tensor) -> Tensor { binary(.remainder, x, y, name: "%") }
    /// Element-wise negation.
    public static prefix func - (x: Tensor) -> Tensor { unary(.negate, x, name: "-") }

    /// The sum with a run-time scalar.
    @_disfavoredOverload
    public static func + (x: Tensor, y: Float) -> Tensor { x + Tensor(y) }
    /// The sum with a run-time scalar.
    @_disfavoredOverload
    public static func + (x: Float, y: Tensor) -> Tensor { Tensor(x) + y }
    /// The difference from a run-time scalar.
    @_disfavoredOverload
    public static func - (x: Tensor, y: Float) -> Tensor { x - Tensor(y) }
    /// The difference from a run-time scalar.
    @_disfavoredOverload
    public static func - (x: Float, y: Tensor) -> Tensor { Tensor(x) - y }
    /// The product with a run-time scalar.
    @_disfavoredOverload
    public static func * (x: Tensor, y: Float) -> Tensor { x * Tensor(y) }
    /// The product with a run-time scalar.
    @_disfavoredOverload
    public static func * (x: Float, y: Tensor) -> Tensor { Tensor(x) * y }
    /// The quotient with a run-time scalar.
    @_disfavoredOverload
    public static func / (x: Tensor, y: Float) -> Tensor { x / Tensor(y) }
    /// The quotient with a run-time scalar.
    @_disfavoredOverload
    public static func / (x: Float, y: Tensor) -> Tensor { Tensor(x) / y }

    /// Adds `y` to this handle's tensor.
    public static func += (x: inout Tensor, y: Tensor) { x = x + y }
    /// Subtracts `y` from this handle's tensor.
    public static func -= (x: inout Tensor, y: Tensor) { x = x - y }
    /// Multiplies this handle's tensor by `y`.
    public static func *= (x: inout Tensor, y: Tensor) { x = x * y }
    /// Divides this handle's tensor by `y`.
    public static func /= (x: inout Tensor, y: Tensor) { x = x / y }
}

extension Tensor {
    /// Where elements are equal, as `bool`.
    public static func .== (x: Tensor, y: Tensor) -> Tensor { binary(.equal, x, y, name: ".==") }
    /// Where elements differ, as `bool`; true where either is NaN.
    public static func .!= (x: Tensor, y: Tensor) -> Tensor { !(x .== y) }
    /// Where x < y, as `bool`.
    public static func .< (x: Tensor, y: Tensor) -> Tensor { binary(.less, x, y, name: ".<") }
    /// Where x ≤ y, as `bool`.
    public static func .<= (x: Tensor, y: Tensor) -> Tensor { binary(.lessOrEqual, x, y, name: ".<=") }
    /// Where x > y, as `bool`.
    public static func .> (x: Tensor, y: Tensor) -> Tensor { binary(.less, y, x, name: ".>") }
    /// Where x ≥ y, as `bool`.
    public static func .>= (x: Tensor, y: Tensor) -> Tensor { binary(.lessOrEqual, y, x, name: ".>=") }

    /// Not: logical for `bool`, bitwise for integers.
    public static prefix func ! (x: Tensor) -> Tensor { unary(.not, x, name: "!") }
    /// And: logical for `bool`, bitwise for integers.
    public static func .& (x: Tensor, y: Tensor) -> Tensor { binary(.and, x, y, name: ".&") }
    /// Or: logical for `bool`, bitwise for integers.
    public static func .| (x: Tensor, y: Tensor) -> Tensor { binary(.or, x, y, name: ".|") }
    /// Exclusive or: logical for `bool`, bitwise for integers.
    public static func .^ (x: Tensor, y: Tensor) -> Tensor { binary(.exclusiveOr, x, y, name: ".^") }
    /// Bits shifted to the left by `y`; 0 from 32 on. Integers only.
    public static func &<< (x: Tensor, y: Tensor) -> Tensor { binary(.shiftLeft, x, y, name: "&<<") }
    /// Bits shifted to the right by `y`, keeping the sign of `int32`. Integers only.
    public static func &>> (x: Tensor, y: Tensor) -> Tensor { binary(.shiftRight, x, y, name: "&>>") }

    /// The upper 32 bits of the 64-bit products. `uint32` only.
    public func multipliedHigh(
        by other: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        .binary(.multiplyHigh, self, other, name: "multipliedHigh(by:)", file: file, line: line)
    }
}
