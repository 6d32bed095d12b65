import GannetGraph

// Weights in PyTorch's names and layout. Layers of the library are the same as PyTorch's, and say how they are kept
// there; everything else has the names of properties and the layout it has here.

extension Module {
    /// Everything that PyTorch's `state_dict` has of this module, by its names there.
    private var pyTorchEntries: [PyTorchEntry] {
        var entries: [PyTorchEntry] = []
        var search = ParameterSearch { module, path in
            guard let module = module as? any PyTorchModule else { return false }
            entries += module.pyTorchState.map { $0.under(path) }
            return true
        }
        search.visit(self, path: "")
        return entries + search.found.map { PyTorchEntry($0.path, $0.parameter) }
    }

    /// Gives parameters and buffers the values that a safetensors file has in PyTorch's names and layout.
    ///
    /// ```swift
    /// try model.loadPyTorch(from: "model.safetensors") { name in
    ///     name.replacing("firstNorm", with: "norm1")
    /// }
    /// ```
    ///
    /// A `Sequential` here has the names of one there. Filters, matrices and the gates of recurrent layers are permuted;
    /// the two biases of an LSTM are added; other floating-point types are converted; `num_batches_tracked` is passed
    /// over. Features that PyTorch flattened have its order of axes: see ``Flatten``.
    ///
    /// Checks all before it changes any.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - prefix: What comes before the names; tensors whose names begin otherwise are none of the module's business.
    ///   - isStrict: Whether it is an error that the file lacks a name, or has one with the prefix that the module has
    ///     not.
    ///   - name: The name in the file, without the prefix, of what has a name in a module of PyTorch's whose attributes
    ///     are called as properties are here; nil leaves the parameter as it is.
    /// - Returns: What was loaded and what was left over.
    /// - Throws: ``CheckpointError`` where the file cannot be read or does not fit.
    @discardableResult
    public func loadPyTorch(
        from path: String, prefix: String = "", isStrict: Bool = true,
        naming name: (_ name: String) -> String? = { $0 }
    ) throws -> LoadReport {
        try loadPyTorch(Checkpoint(contentsOf: path), prefix: prefix, isStrict: isStrict, naming: name)
    }

    /// Gives parameters and buffers the values that a checkpoint has in PyTorch's names and layout; see
    /// ``loadPyTorch(from:prefix:isStrict:naming:)``.
    @discardableResult
    public func loadPyTorch(
        _ checkpoint: Checkpoint, prefix: String = "", isStrict: Bool = true,
        naming name: (_ name: String) -> String? = { $0 }
    ) throws -> LoadReport {
        var intake = CheckpointIntake(checkpoint)
        var (parameters, values): ([Parameter], [Tensor]) = ([], [])
        for entry in pyTorchEntries {
            let names = entry.names.compactMap(name).map { prefix + $0 }
            guard let parameter = entry.parameter else {
                for name in names { intake.ignore(name) }
                continue
            }
            var parts: [Tensor] = []
            for name in names {
                let part = try intake.take(
                    name, shape: entry.shape, scalarType: parameter.scalarType, convertsFloats: true)
                if let part { parts.append(part) }
            }
            if parts.isEmpty { continue }
            parameters.append(parameter)
            values.append(entry.imported(parts.dropFirst().reduce(parts[0], +)))
        }
        let report = try intake.finish(prefix: prefix, isStrict: isStrict)
        for (parameter, value) in zip(parameters, try Tensor.evaluate(values, on: .cpu)) {
            parameter.assign(value)
        }
        return report
    }

    /// All parameters and buffers in PyTorch's names and layout, each name with `prefix` before it.
    ///
    /// - Parameters:
    ///   - prefix: What comes before the names.
    ///   - name: The name that is written, without the prefix, for what has a name in a module of PyTorch's whose
    ///     attributes are called as properties are here; nil leaves it out.
    public func pyTorchTensors(
        prefix: String = "", naming name: (_ name: String) -> String? = { $0 }
    ) throws(DeviceError) -> [String: Tensor] {
        var (names, tensors): ([String], [Tensor]) = ([], [])
        for entry in pyTorchEntries {
            guard let parameter = entry.parameter else { continue }
            for (number, own) in entry.names.enumerated() {
                guard let name = name(own) else { continue }
                names.append(prefix + name)
                tensors.append(
                    number == 0
                        ? entry.exported(parameter.value) : .zeros(entry.shape, type: parameter.scalarType))
            }
        }
        return Dictionary(zip(names, try Tensor.evaluate(tensors, on: .cpu))) { first, _ in first }
    }

    /// Writes a safetensors file that PyTorch loads with `safetensors.torch.load_file` and `load_state_dict`.
    ///
    /// - Throws: ``FileError`` where the file cannot be written.
    public func savePyTorch(
        to path: String, naming name: (_ name: String) -> String? = { $0 }
    ) throws {
        let tensors = try pyTorchTensors(naming: name)
        try Checkpoint(tensors: tensors, metadata: ["format": "pt"]).write(to: path)
    }
}
