import GannetGraph

/// What the conformance suite covers: for each primitive, and each of its functions and types, the cases, the
/// gradients, and the extents, views and values that its operands have.
///
/// The rows follow from the primitives themselves, so that a new one cannot be forgotten: without cases of its own it
/// is a row of ``gaps``.
public struct Coverage: Sendable, CustomStringConvertible {
    private var tallies: [CoverageRow: CoverageTally] = [:]

    /// What the whole suite covers.
    public static let suite: Coverage = {
        do throws(DeviceError) {
            return try Coverage(of: ConformanceCase.all, gradients: GradientCase.all)
        } catch {
            // Leaves of the suite hold their values on the host.
            fatalError("the suite cannot be evaluated: \(error)")
        }
    }()

    /// What some cases cover.
    public init(of cases: [ConformanceCase], gradients: [GradientCase]) throws(DeviceError) {
        for test in cases { try add(test.tensors) }
        for test in gradients {
            let (value, inputs) = test.graph
            var dependent = Set(inputs.map { ObjectIdentifier($0.node) })
            var seen: Set<CoverageRow> = []
            for node in Node.topologicalOrder(of: [value]) {
                guard node.inputs.contains(where: { dependent.contains(ObjectIdentifier($0.node)) }) else {
                    continue
                }
                dependent.insert(ObjectIdentifier(node))
                seen.insert(CoverageRow(node))
                // The body's gradients are part of the loop's.
                if case .loop(let loop) = node.operation {
                    seen.formUnion(Self.allNodes(of: loop).map(CoverageRow.init))
                }
            }
            for row in seen {
                tallies[row, default: CoverageTally()].gradients.first += 1
                if test.order > 1 { tallies[row]!.gradients.second += 1 }
            }
        }
    }

    private mutating func add(_ tensors: [Tensor]) throws(DeviceError) {
        let nodes = Node.topologicalOrder(of: tensors)
        var seen: Set<CoverageRow> = []
        func note(_ node: Node, _ coverage: inout Coverage) -> CoverageRow {
            let row = CoverageRow(node)
            coverage.tallies[row, default: CoverageTally()].add(node)
            seen.insert(row)
            return row
        }
        let operands = Array(Set(nodes.flatMap(\.inputs).filter { $0.count < 5000 && !$0.node.isLoop }))
        let values = Dictionary(
            uniqueKeysWithValues: zip(operands, try ReferenceEvaluator().values(of: operands)))
        for node in nodes {
            let row = note(node, &self)
            for case let value? in node.inputs.map({ values[$0] }) { tallies[row]!.add(value) }
            if case .loop(let loop) = node.operation {
                for inner in Self.allNodes(of: loop) { _ = note(inner, &self) }
            }
        }
        for row in seen { tallies[row]!.cases += 1 }
    }

    /// The nodes of a loop's body, and of the loops in it.
    private static func allNodes(of loop: Loop) -> [Node] {
        var nodes: [Node] = []
        var loops = [loop]
        while let next = loops.popLast() {
            for node in Node.topologicalOrder(of: next.results) {
                nodes.append(node)
                if case .loop(let inner) = node.operation { loops.append(inner) }
            }
        }
        return nodes
    }

    /// Every row that there must be, in the order of the primitives.
    public static var rows: [CoverageRow] { PrimitiveKind.allCases.flatMap(\.rows) }

    /// What the suite holds of a row.
    public subscript(row: CoverageRow) -> CoverageTally { tallies[row] ?? CoverageTally() }

    /// One sentence for each row that lacks something.
    public var gaps: [String] {
        Self.rows.compactMap { row in
            let gaps = self[row].gaps(in: row)
            return gaps.isEmpty ? nil : "\(row.name) lacks \(gaps.joined(separator: ", "))."
        }
    }

    /// The table, one line a row.
    public var description: String {
        let legend = """
            Extents: 0, 1, p prime, r above 64 and no multiple of it. Views: s in steps or permuted, b broadcast, \
            r reversed. Values: n NaN, i infinite, z −0.
            """
        var lines = [
            ["primitive", "cases", "gradients", "second", "extents", "views", "values", "types"]
        ]
        for row in Self.rows {
            let tally = self[row]
            func marks<Kind: CaseIterable & RawRepresentable<String> & Hashable>(_ seen: Set<Kind>) -> String
            {
                Kind.allCases.map { seen.contains($0) ? $0.rawValue : "·" }.joined()
            }
            let types = ScalarType.allCases.filter(tally.types.contains).map { "\($0)" }
            lines.append([
                row.name, "\(tally.cases)", row.hasGradient ? "\(tally.gradients.first)" : "–",
                row.hasGradient ? "\(tally.gradients.second)" : "–", marks(tally.extents), marks(tally.views),
                marks(tally.specials), row.type == nil ? types.joined(separator: " ") : "",
            ])
        }
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max()! }
        let table = lines.map { line in
            zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(
                separator: "  ")
        }
        return table.joined(separator: "\n") + "\n" + legend
    }
}

extension Node {
    /// Whether the node is a loop, which has no value of its own.
    fileprivate var isLoop: Bool {
        if case .loop = operation { true } else { false }
    }
}
