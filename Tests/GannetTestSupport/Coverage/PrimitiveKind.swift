import GannetGraph

/// The kinds of primitives: ``Operation`` without what each carries.
///
/// Both switches over operations are complete, so that a new primitive cannot be built without a kind, and a kind
/// cannot be without rows in ``Coverage``.
public enum PrimitiveKind: String, CaseIterable, Sendable {
    case leaf, placeholder, literal, index, randomBits
    case unary, binary, select, cast
    case reshape, permute, broadcast, slice, pad, concatenate
    case reduce, cumulative, sortingOrder, matrixProduct
    case convolution, convolutionInputGradient, convolutionFilterGradient
    case noiseStep, gather, scatterAdd
    case loop, loopResult
    case stopGradient, customGradient

    /// The kind of an operation.
    public init(_ operation: Operation) {
        switch operation {
        case .leaf: self = .leaf
        case .placeholder: self = .placeholder
        case .literal: self = .literal
        case .index: self = .index
        case .randomBits: self = .randomBits
        case .unary: self = .unary
        case .binary: self = .binary
        case .select: self = .select
        case .cast: self = .cast
        case .reshape: self = .reshape
        case .permute: self = .permute
        case .broadcast: self = .broadcast
        case .slice: self = .slice
        case .pad: self = .pad
        case .concatenate: self = .concatenate
        case .reduce: self = .reduce
        case .cumulative: self = .cumulative
        case .sortingOrder: self = .sortingOrder
        case .matrixProduct: self = .matrixProduct
        case .convolution: self = .convolution
        case .convolutionInputGradient: self = .convolutionInputGradient
        case .convolutionFilterGradient: self = .convolutionFilterGradient
        case .noiseStep: self = .noiseStep
        case .gather: self = .gather
        case .scatterAdd: self = .scatterAdd
        case .loop: self = .loop
        case .loopResult: self = .loopResult
        case .stopGradient: self = .stopGradient
        case .customGradient: self = .customGradient
        }
    }

    /// What the suite must hold of the kind.
    var need: CoverageNeed {
        switch self {
        case .leaf, .placeholder, .literal, .loop, .loopResult: CoverageNeed()
        case .index, .randomBits: CoverageNeed(extents: true)
        case .unary, .binary, .reduce, .cumulative, .sortingOrder, .cast:
            CoverageNeed(extents: true, views: true, specials: true)
        case .select:
            CoverageNeed(extents: true, views: true, specials: true, everyType: true, gradients: true)
        case .reshape, .permute, .broadcast, .slice, .pad, .concatenate:
            CoverageNeed(extents: true, views: true, specials: true, everyType: true, gradients: true)
        case .matrixProduct, .convolution, .convolutionInputGradient, .convolutionFilterGradient, .noiseStep:
            CoverageNeed(extents: true, views: true, specials: true, gradients: true)
        case .gather:
            CoverageNeed(extents: true, views: true, specials: true, everyType: true, gradients: true)
        case .scatterAdd: CoverageNeed(extents: true, views: true, specials: true, gradients: true)
        case .stopGradient: CoverageNeed(everyType: true)
        case .customGradient: CoverageNeed(gradients: true)
        }
    }

    /// The rows of this kind that a suite must have: one for each function and type that it is defined for.
    var rows: [CoverageRow] {
        switch self {
        case .unary:
            UnaryFunction.allCases.flatMap { function in
                ScalarType.allCases.filter { function.resultType(for: $0) != nil }.map {
                    CoverageRow(
                        kind: self, detail: "\(function)", type: $0,
                        hasGradient: function.hasGradient && $0.isFloatingPoint)
                }
            }
        case .binary:
            BinaryFunction.allCases.flatMap { function in
                ScalarType.allCases.filter { function.resultType(for: $0) != nil }.map {
                    CoverageRow(
                        kind: self, detail: "\(function)", type: $0,
                        hasGradient: function.hasGradient && $0.isFloatingPoint)
                }
            }
        case .reduce:
            ReductionFunction.allCases.flatMap { function in
                [.float32, .int32, .uint32].map {
                    CoverageRow(kind: self, detail: "\(function)", type: $0, hasGradient: $0 == .float32)
                }
            }
        case .cumulative:
            CumulativeFunction.allCases.flatMap { function in
                [.float32, .int32, .uint32].map {
                    CoverageRow(kind: self, detail: "\(function)", type: $0, hasGradient: $0 == .float32)
                }
            }
        case .sortingOrder:
            [.float32, .int32, .uint32].map {
                CoverageRow(kind: self, detail: "", type: $0, hasGradient: false)
            }
        case .cast:
            // Rounding has no slope; that its gradient is the identity's is compared in "gradients through …".
            ScalarType.allCases.flatMap { source in
                ScalarType.allCases.filter { $0 != source && source.convertsDirectly(to: $0) }.map {
                    CoverageRow(kind: self, detail: "\(source) → \($0)", type: source, hasGradient: false)
                }
            }
        case .noiseStep:
            [false, true].flatMap { hasPrediction in
                [false, true].flatMap { isClipped in
                    [false, true].compactMap { isNoisy in
                        // A step without a prediction is the forward one.
                        hasPrediction || (isNoisy && !isClipped)
                            ? CoverageRow(
                                kind: self,
                                detail: CoverageRow.name(hasPrediction, isClipped, isNoisy), type: .float32,
                                hasGradient: true) : nil
                    }
                }
            }
        case .loopResult:
            // A loop's history is only ever asked for by its gradient.
            ["final", "history", "collected"].map {
                CoverageRow(kind: self, detail: $0, type: nil, hasGradient: $0 != "history")
            }
        default: [CoverageRow(kind: self, detail: "", type: nil, hasGradient: need.gradients)]
        }
    }
}

/// What a suite must hold of a kind of primitives, beside a case.
struct CoverageNeed {
    /// Operands with no elements, with extents of 1, prime ones, and ones that no tile divides.
    var extents = false
    /// Operands that are read in steps, stretched, and backwards.
    var views = false
    /// Floating-point operands that hold NaN, infinities and −0.
    var specials = false
    /// Operands of every type, in one row.
    var everyType = false
    /// Gradients of the first order and, with respect to these, of the second.
    var gradients = false
}

extension UnaryFunction {
    /// Whether a gradient passes the function, be it 0; its argument and result are floating-point numbers.
    var hasGradient: Bool {
        switch self {
        case .negate, .absolute, .sign, .squareRoot, .exponential, .logarithm, .sine, .cosine,
            .hyperbolicTangent, .errorFunction, .floor, .ceiling, .round:
            true
        case .not, .normalQuantile: false
        }
    }
}

extension BinaryFunction {
    /// Whether a gradient passes the function.
    var hasGradient: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .maximum, .minimum: true
        case .remainder, .multiplyHigh, .equal, .less, .lessOrEqual, .and, .or, .exclusiveOr, .shiftLeft,
            .shiftRight:
            false
        }
    }
}
