/// Collects lines of C, indented by their braces.
struct CodeWriter {
    private(set) var lines: [String] = []
    private var depth = 0

    /// The text so far.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Adds a line; one that begins with a closing brace ends a block, one that ends with an opening one begins it.
    mutating func add(_ line: String) {
        if line.hasPrefix("}") { depth -= 1 }
        lines.append(String(repeating: "    ", count: max(0, depth)) + line)
        if line.hasSuffix("{") { depth += 1 }
    }

    /// Adds lines.
    mutating func add(_ lines: [String]) { for line in lines { add(line) } }
}
