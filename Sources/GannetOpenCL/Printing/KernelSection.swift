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

    /// The functions that generated code calls, in the order in which they may stand.
    static let library =
        sections(of: KernelSources.mathematics) + sections(of: KernelSources.random)
        + sections(of: KernelSources.half)
}
