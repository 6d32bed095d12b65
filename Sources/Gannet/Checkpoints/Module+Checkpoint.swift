import GannetGraph

extension Module {
    /// The values of parameters and buffers by path, each path with `prefix` before it, for a checkpoint.
    public func checkpointTensors(prefix: String = "model.") -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: allParameters.map { (prefix + $0.path, $0.parameter.value) })
    }

    /// Gives all parameters and buffers the values that `checkpoint` has under their paths with `prefix` before them.
    ///
    /// Checks all before it changes any. Loading only a part, or under other names:
    ///
    /// ```swift
    /// try encoder.load(checkpoint, prefix: "model.encoder.")           // a part of a larger model's checkpoint
    /// let report = try model.load(checkpoint, isStrict: false)         // what there is
    /// try model.load(checkpoint) { "old." + $0 }                       // a property has another name now
    /// ```
    ///
    /// - Parameters:
    ///   - checkpoint: What holds the values.
    ///   - prefix: What comes before the paths; tensors whose names begin otherwise are none of the module's business.
    ///   - isStrict: Whether it is an error that the checkpoint lacks a name, or has one with the prefix that the module
    ///     has not. Shapes and types have to be right in any case.
    ///   - name: The name, without the prefix, under which the checkpoint has what has a path; nil leaves the parameter as
    ///     it is.
    /// - Returns: What was loaded and what was left over.
    @discardableResult
    public func load(
        _ checkpoint: Checkpoint, prefix: String = "model.", isStrict: Bool = true,
        naming name: (_ path: String) -> String? = { $0 }
    ) throws(CheckpointError) -> LoadReport {
        var intake = CheckpointIntake(checkpoint)
        var values: [(Parameter, Tensor)] = []
        for (path, parameter) in allParameters {
            guard let name = name(path) else { continue }
            let tensor = try intake.take(
                prefix + name, shape: parameter.shape, scalarType: parameter.scalarType)
            if let tensor { values.append((parameter, tensor)) }
        }
        let report = try intake.finish(prefix: prefix, isStrict: isStrict)
        for (parameter, value) in values { parameter.assign(value) }
        return report
    }
}
