import GannetGraph

/// One line of the table of ``Coverage``: a primitive, or one of its functions on one type.
public struct CoverageRow: Sendable, Hashable {
    /// The primitive.
    public let kind: PrimitiveKind
    /// The function, or the variant.
    public let detail: String
    /// The operands' type, where each type has a row of its own.
    public let type: ScalarType?
    /// Whether the gradients of the row are part of the suite.
    let hasGradient: Bool

    /// The row that a node belongs to.
    init(_ node: Node) {
        let kind = PrimitiveKind(node.operation)
        let type = node.inputs.first?.scalarType
        var (detail, rowType): (String, ScalarType?) = ("", nil)
        switch node.operation {
        case .unary(let function): (detail, rowType) = ("\(function)", type)
        case .binary(let function): (detail, rowType) = ("\(function)", type)
        case .reduce(let function, _): (detail, rowType) = ("\(function)", type)
        case .cumulative(let function, _, _): (detail, rowType) = ("\(function)", type)
        case .sortingOrder: rowType = type
        case .cast(let target): (detail, rowType) = ("\(type ?? target) → \(target)", type)
        case .noiseStep(let step):
            (detail, rowType) = (Self.name(step.hasPrediction, step.isClipped, step.isNoisy), type)
        case .loopResult(.final): detail = "final"
        case .loopResult(.history): detail = "history"
        case .loopResult(.collected): detail = "collected"
        default: break
        }
        self =
            kind.rows.first { $0.detail == detail && $0.type == rowType }
            ?? CoverageRow(kind: kind, detail: detail, type: rowType, hasGradient: false)
    }

    init(kind: PrimitiveKind, detail: String, type: ScalarType?, hasGradient: Bool) {
        self.kind = kind
        self.detail = detail
        self.type = type
        self.hasGradient = hasGradient
    }

    /// The name of a step of a diffusion process.
    static func name(_ hasPrediction: Bool, _ isClipped: Bool, _ isNoisy: Bool) -> String {
        hasPrediction ? "reverse\(isClipped ? ", clipped" : "")\(isNoisy ? ", noisy" : "")" : "forward"
    }

    /// The name as it stands in the table.
    public var name: String {
        switch kind {
        case .unary, .binary: "\(detail) \(type.map { "\($0)" } ?? "")"
        case .reduce: "reduce \(detail) \(type.map { "\($0)" } ?? "")"
        case .cumulative: "cumulative \(detail) \(type.map { "\($0)" } ?? "")"
        case .sortingOrder: "sortingOrder \(type.map { "\($0)" } ?? "")"
        case .cast: "cast \(detail)"
        default: detail.isEmpty ? kind.rawValue : "\(kind.rawValue), \(detail)"
        }
    }

    /// Whether the operands can hold NaN and infinities.
    var isFloatingPoint: Bool { type?.isFloatingPoint ?? true }
}
