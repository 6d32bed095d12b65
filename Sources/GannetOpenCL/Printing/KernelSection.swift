import GannetKernels

/// The parts of a `.cl` file, each after a line `// section: NAME`.
enum KernelSection {
    /// The section of this name in a file's text.
    static func text(_ name: String, of source: String) -> String {
        sections(of: source).first { $0.name == name }?.text ?? ""
    }

    /// All sections of a file, in order.
    static func sections(of source: String) -> [(name: String, text: String)] {
        let mark = "// section: "
        var result: [(name: String, text: String)] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(mark) {
                result.append((String(line.dropFirst(mark.count)), ""))
            } else if !result.isEmpty {
                result[result.count - 1].text += line + "\n"
            }
        }
        return result
    }

    /// Sections of a file one after another, with names defined before them and undefined behind them; beside
    /// those given `PARAMETERS` and `POINTERS`, a kernel's arguments and what makes pointers of them.
    static func text(
        _ names: [String], of source: String, defining definitions: [(String, String)],
        signature: KernelSignature
    ) -> String {
        let head = signature.head()
        let parameters = head[1].dropFirst("void \(KernelPlan.name)(".count).dropLast()
        let all =
            definitions + [
                ("PARAMETERS", String(parameters)),
                ("POINTERS", head.dropFirst(3).joined(separator: " \\\n    ")),
            ]
        return all.map { "#define \($0) \($1)\n" }.joined()
            + names.map { text($0, of: source) }.joined()
            + all.map { "#undef \($0.0.prefix { $0 != "(" })\n" }.joined()
    }

    /// The functions that generated code calls, in the order in which they may stand.
    static let library = sections(of: KernelSources.mathematics) + sections(of: KernelSources.random)
}
