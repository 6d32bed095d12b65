/// Facts of the parts of a convolution, as names in a kernel: a number where all parts agree, else an element of a
/// table.
struct PartTable {
    private let count: Int
    private var columns: [[Int]] = []
    private(set) var definitions: [(String, String)] = []

    private static let name = "\(KernelPlan.name)_parts"

    init(count: Int) { self.count = count }

    /// Adds a fact, one value a part.
    mutating func add(_ name: String, _ values: [Int]) {
        if let first = values.first, values.allSatisfy({ $0 == first }) {
            definitions.append(("PART_\(name)", first < 0 ? "(\(first))" : "\(first)"))
        } else {
            definitions.append(("PART_\(name)", "\(Self.name)[part][\(columns.count)]"))
            columns.append(values)
        }
    }

    /// Adds how the parts share the work-items or groups, each taking so many.
    mutating func share(_ items: [Int]) {
        if count <= 1 {
            definitions.append(("FIND_PART(item)", ""))
            return
        }
        var first: [Int] = []
        var next = 0
        for item in items {
            first.append(next)
            next += item
        }
        let place = columns.count
        columns.append(first)
        definitions.append(
            (
                "FIND_PART(item)",
                "int part = 0; while (part + 1 < \(count) && item >= \(Self.name)[part + 1][\(place)]) part++; "
                    + "item -= \(Self.name)[part][\(place)];"
            ))
    }

    /// The table.
    var text: String {
        if columns.isEmpty { return "" }
        let rows = (0..<count).map { row in
            "{" + columns.map { "\($0[row])" }.joined(separator: ", ") + "}"
        }
        return "__constant int \(Self.name)[\(count)][\(columns.count)] = {\n"
            + rows.joined(separator: ",\n") + "};\n"
    }
}

extension KernelTemplate {
    /// A table of rows of numbers; an empty one gets a row, for the language has no empty arrays.
    static func numbers(_ name: String, _ rows: [[Int]]) -> String {
        let all = rows.isEmpty ? [[0]] : rows
        let text = all.map { "{" + $0.map(String.init).joined(separator: ", ") + "}" }
        return "__constant int \(KernelPlan.name)_\(name)[\(all.count)][\(all[0].count)] = {\n"
            + text.joined(separator: ",\n") + "};\n"
    }

    /// A table of four numbers a row; an empty one gets a row, for the language has no empty arrays.
    static func table(_ name: String, _ rows: [[Int]]) -> String {
        let all = rows.isEmpty ? [[0, 0, 0, 0]] : rows
        let text = all.map { "(int4)(" + $0.map(String.init).joined(separator: ", ") + ")" }
        return "__constant int4 \(KernelPlan.name)_\(name)[\(all.count)] = {\n"
            + text.joined(separator: ",\n") + "};\n"
    }
}
