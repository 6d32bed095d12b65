import GannetGraph

extension Module {
    /// Gives trainable parameters the averages of weights that a training run's checkpoint holds; those without an
    /// average, and buffers, stay as they are.
    ///
    /// - Returns: Whether there were any.
    /// - Throws: ``CheckpointError`` where an average has another shape; then nothing has changed.
    @discardableResult
    public func loadAverages(_ checkpoint: Checkpoint) throws(CheckpointError) -> Bool {
        var found: [(Parameter, Tensor)] = []
        for (path, parameter) in parameters {
            // Each part of a model may have an optimizer of its own, whose state is named after the part.
            let names = path.split(separator: ".")
            let average = names.indices.lazy.compactMap { part in
                checkpoint.tensors[(names[..<part] + ["average"] + names[part...]).joined(separator: ".")]
            }.first
            guard let average else { continue }
            if average.shape != parameter.shape || average.scalarType != parameter.scalarType {
                throw CheckpointError(
                    .mismatch,
                    "The checkpoint is of another model: its average of \"\(path)\" is \(average.scalarType) "
                        + "\(average.shape), and this model's is \(parameter.scalarType) \(parameter.shape).")
            }
            found.append((parameter, average))
        }
        for (parameter, average) in found { parameter.assign(average) }
        return !found.isEmpty
    }
}
