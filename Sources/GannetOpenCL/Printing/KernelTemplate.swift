import GannetKernels

/// The text of a kernel that a `.cl` file holds, in which names stand for what differs from call to call.
struct KernelTemplate {
    /// The text.
    var body: String

    /// A kernel of the CPU style that multiplies by tiles of `matmul.cl`.
    static func tiled(_ body: String) -> KernelTemplate {
        func section(_ name: String) -> String { KernelSection.text(name, of: KernelSources.matmul) }
        return KernelTemplate(body: section("tile") + body + section("tile end"))
    }

    /// A kernel of the GPU style that multiplies by tiles of `group_tile.cl`.
    static func grouped(_ body: String, _ target: KernelTarget) -> KernelTemplate {
        func section(_ name: String) -> String { KernelSection.text(name, of: KernelSources.groupTile) }
        let (sums, end) = target.tensorUnit?.sums ?? (section("sums"), section("sums end"))
        return KernelTemplate(
            body: section("group tile") + sums + section("group tile slabs") + body + end
                + section("group tile end"))
    }

    /// The text with its names defined before it and undefined after it. `tables` stand before all.
    func text(_ definitions: [(String, String)], signature: KernelSignature, tables: String = "") -> String {
        let head = signature.head()
        let parameters = head[1].dropFirst("void \(KernelPlan.name)(".count).dropLast()
        let all =
            definitions + [
                ("PARAMETERS", String(parameters)),
                ("POINTERS", head.dropFirst(3).joined(separator: " \\\n    ")),
            ]
        return tables + all.map { "#define \($0) \($1)\n" }.joined() + body
            + all.map { "#undef \($0.0.prefix { $0 != "(" })\n" }.joined()
    }
}
