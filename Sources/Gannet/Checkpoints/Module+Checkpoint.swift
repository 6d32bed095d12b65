import GannetGraph

extension Module {
    /// The values of parameters and buffers by path, each path with `prefix` before it, for a checkpoint.
    public func checkpointTensors(prefix: String = "model.") -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: allParameters.map { (prefix + $0.path, $0.parameter.value) })
    }

    /// Gives all parameters and buffers the values that `checkpoint` has under their paths with `prefix` before them.
    ///
    /// Checks all before it changes any.
    public func load(_ checkpoint: Checkpoint, prefix: String = "model.") throws(CheckpointError) {
        let found = allParameters
        for (path, parameter) in found {
            guard let tensor = checkpoint.tensors[prefix + path] else {
                throw CheckpointError(
                    .mismatch, "The checkpoint is of another model: it has no \"\(prefix + path)\".")
            }
            if tensor.shape != parameter.shape || tensor.scalarType != parameter.value.scalarType {
                throw CheckpointError(
                    .mismatch,
                    "The checkpoint is of another model: its \"\(prefix + path)\" is "
                        + "\(tensor.scalarType) \(tensor.shape), and this model's is "
                        + "\(parameter.value.scalarType) \(parameter.shape).")
            }
        }
        let known = Set(found.map { prefix + $0.path })
        let surplus = checkpoint.tensors.keys.filter { $0.hasPrefix(prefix) && !known.contains($0) }
        if let name = surplus.min() {
            throw CheckpointError(
                .mismatch, "The checkpoint is of another model: this one has no \"\(name)\".")
        }
        for (path, parameter) in found { parameter.assign(checkpoint.tensors[prefix + path]!) }
    }
}
