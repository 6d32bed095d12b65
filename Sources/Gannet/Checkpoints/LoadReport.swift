import GannetGraph

/// What was loaded into a module, and what was left over on either side.
public struct LoadReport: Sendable, Hashable, CustomStringConvertible {
    /// The names of the tensors that were loaded.
    public var loaded: [String]
    /// The names under which the checkpoint has nothing for the module.
    public var missing: [String]
    /// The names of the tensors that the module has no use for.
    public var unused: [String]

    /// Creates a report.
    public init(loaded: [String] = [], missing: [String] = [], unused: [String] = []) {
        self.loaded = loaded
        self.missing = missing
        self.unused = unused
    }

    /// One sentence a list that is not empty.
    public var description: String {
        func sentence(_ names: [String], _ one: String, _ many: String) -> String? {
            if names.isEmpty { return nil }
            return "\(names.count) \(names.count == 1 ? one : many): \(names.joined(separator: ", "))."
        }
        return [
            "\(loaded.count) \(loaded.count == 1 ? "tensor was" : "tensors were") loaded.",
            sentence(missing, "is missing", "are missing"), sentence(unused, "was not used", "were not used"),
        ].compactMap { $0 }.joined(separator: " ")
    }
}

/// A checkpoint from which tensors are taken one by one, with an account of them.
struct CheckpointIntake {
    private let checkpoint: Checkpoint
    /// What was taken, and what was not there.
    private(set) var report = LoadReport()
    private var used: Set<String> = []

    /// Starts with nothing taken.
    init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// The tensor with a name, which has to have the given shape; nil, and a note, where there is none.
    ///
    /// Its type has to be the given one too, but for another floating-point type where `convertsFloats`.
    mutating func take(
        _ name: String, shape: Shape, scalarType: ScalarType, convertsFloats: Bool = false
    ) throws(CheckpointError) -> Tensor? {
        guard let tensor = checkpoint.tensors[name] else {
            report.missing.append(name)
            return nil
        }
        let converts =
            convertsFloats && tensor.scalarType.isFloatingPoint && scalarType.isFloatingPoint
        if tensor.shape != shape || tensor.scalarType != scalarType && !converts {
            throw CheckpointError(
                .mismatch,
                "The checkpoint is of another model: its \"\(name)\" is \(tensor.scalarType) \(tensor.shape), "
                    + "and this model's is \(scalarType) \(shape).")
        }
        used.insert(name)
        report.loaded.append(name)
        return tensor.cast(to: scalarType)
    }

    /// Lets a tensor that means nothing count as used.
    mutating func ignore(_ name: String) { used.insert(name) }

    /// The report at the end, with the unused tensors whose names begin with `prefix`; throws where something is left
    /// over and `isStrict`.
    func finish(prefix: String, isStrict: Bool) throws(CheckpointError) -> LoadReport {
        var report = report
        report.unused = checkpoint.tensors.keys.filter { $0.hasPrefix(prefix) && !used.contains($0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard isStrict else { return report }
        if let name = report.missing.first {
            throw CheckpointError(.mismatch, "The checkpoint is of another model: it has no \"\(name)\".")
        }
        if let name = report.unused.first {
            throw CheckpointError(
                .mismatch, "The checkpoint is of another model: this one has no \"\(name)\".")
        }
        return report
    }
}
