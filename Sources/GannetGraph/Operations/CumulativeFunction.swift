/// How a cumulative operation combines an element with all before it.
public enum CumulativeFunction: UInt8, Sendable, Hashable, CaseIterable {
    /// The sum so far. Integers wrap.
    case sum
    /// The product so far. Integers wrap.
    case product
    /// The largest so far; NaN from the first NaN on.
    case maximum
    /// The smallest so far; NaN from the first NaN on.
    case minimum

    /// What combines two elements.
    public var combination: BinaryFunction {
        switch self {
        case .sum: .add
        case .product: .multiply
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }

    /// The value that stands before the first element.
    public func identity(_ type: ScalarType) -> Literal {
        switch self {
        case .sum: ReductionFunction.sum.identity(type)
        case .product: Literal(1, type: type)
        case .maximum: ReductionFunction.maximum.identity(type)
        case .minimum: ReductionFunction.minimum.identity(type)
        }
    }
}
