import GannetGraph

/// What the suite holds of one row.
public struct CoverageTally: Sendable {
    /// The number of cases in which the primitive occurs.
    public internal(set) var cases = 0
    /// The number of gradients that pass it: of the first order, and of the second.
    public internal(set) var gradients = (first: 0, second: 0)
    /// The operands' types.
    var types: Set<ScalarType> = []
    var extents: Set<Extent> = []
    var views: Set<View> = []
    var specials: Set<Special> = []

    /// A kind of extent that code goes wrong at.
    enum Extent: String, CaseIterable {
        case zero = "0"
        case one = "1"
        case prime = "p"
        /// Above 64 and no multiple of it: no tile of a power of two divides it.
        case ragged = "r"
    }

    /// A way in which an operand is not read as it lies in memory.
    enum View: String, CaseIterable {
        case strided = "s"
        case broadcast = "b"
        case reversed = "r"
    }

    /// A value that arithmetic treats apart.
    enum Special: String, CaseIterable {
        case notANumber = "n"
        case infinity = "i"
        case negativeZero = "z"
    }

    /// Takes note of a node's extents, types and views.
    mutating func add(_ node: Node) {
        let operands = node.inputs.isEmpty ? [Tensor(node)] : node.inputs
        for operand in operands {
            types.insert(operand.scalarType)
            views.formUnion(Self.views(of: operand))
        }
        for extent in (operands.map(\.shape) + [node.shape]).flatMap(\.extents) {
            switch extent {
            case 0: extents.insert(.zero)
            case 1: extents.insert(.one)
            default:
                if (2..<extent).allSatisfy({ !extent.isMultiple(of: $0) || $0 * $0 > extent }) {
                    extents.insert(.prime)
                }
                if extent > 64, !extent.isMultiple(of: 64) { extents.insert(.ragged) }
            }
        }
    }

    /// Takes note of an operand's values.
    mutating func add(_ value: ReferenceValue) {
        guard value.scalarType.isFloatingPoint else { return }
        for element in value.elements {
            if element.isNaN { specials.insert(.notANumber) }
            if element.isInfinite { specials.insert(.infinity) }
            if element == 0, element.sign == .minus { specials.insert(.negativeZero) }
        }
    }

    /// How a tensor is read that stands on others by movements alone.
    private static func views(of tensor: Tensor) -> Set<View> {
        var views: Set<View> = []
        var node = tensor.node
        while true {
            switch node.operation {
            case .permute: views.insert(.strided)
            case .broadcast: views.insert(.broadcast)
            case .slice(_, let strides):
                if strides.contains(where: { $0 > 1 }) { views.insert(.strided) }
                if strides.contains(where: { $0 < 0 }) { views.insert(.reversed) }
            case .reshape, .pad: break
            default: return views
            }
            node = node.inputs[0].node
        }
    }

    /// What `row` lacks, in words.
    func gaps(in row: CoverageRow) -> [String] {
        if cases == 0 { return ["a case"] }
        let need = row.kind.need
        var gaps: [String] = []
        func note<Kind: CaseIterable & Hashable>(_ seen: Set<Kind>, of what: String) {
            let missing = Kind.allCases.filter { !seen.contains($0) }
            if !missing.isEmpty { gaps.append("\(what) \(missing.map { "\($0)" }.joined(separator: ", "))") }
        }
        if need.extents { note(extents, of: "extents") }
        if need.views { note(views, of: "views") }
        if need.specials, row.isFloatingPoint { note(specials, of: "values") }
        if need.everyType { note(types, of: "types") }
        if row.hasGradient {
            if gradients.first == 0 { gaps.append("first gradient") }
            if gradients.second == 0 { gaps.append("second gradient") }
        }
        return gaps
    }
}
