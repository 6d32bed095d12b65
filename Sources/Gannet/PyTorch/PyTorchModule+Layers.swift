import GannetGraph

extension Linear: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] {
        [.transposed("weight", weight)] + [bias.map { PyTorchEntry("bias", $0) }].compactMap { $0 }
    }
}

extension Conv2D: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] {
        [PyTorchEntry("weight", weight, order: PyTorchEntry.filterOrder)]
            + [bias.map { PyTorchEntry("bias", $0) }].compactMap { $0 }
    }
}

extension ConvTranspose2D: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] {
        [PyTorchEntry("weight", weight, order: PyTorchEntry.filterOrder)]
            + [bias.map { PyTorchEntry("bias", $0) }].compactMap { $0 }
    }
}

extension MaskedConv2D: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] {
        [PyTorchEntry("weight", weight, order: PyTorchEntry.filterOrder)]
            + [bias.map { PyTorchEntry("bias", $0) }].compactMap { $0 }
    }
}

extension Embedding: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { [PyTorchEntry("weight", weight)] }
}

extension BatchNorm: PyTorchModule {
    /// PyTorch also counts the batches, which nothing depends on while momentum is a number.
    public var pyTorchState: [PyTorchEntry] {
        [
            PyTorchEntry("weight", scale), PyTorchEntry("bias", offset),
            PyTorchEntry("running_mean", runningMean), PyTorchEntry("running_var", runningVariance),
            .ignored("num_batches_tracked"),
        ]
    }
}

extension GroupNorm: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { PyTorchEntry.norm(scale, offset) }
}

extension LayerNorm: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { PyTorchEntry.norm(scale, offset) }
}

extension InstanceNorm: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { PyTorchEntry.norm(scale, offset) }
}

extension LSTMCell: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { pyTorchState(layer: "") }

    fileprivate func pyTorchState(layer: String) -> [PyTorchEntry] {
        [
            .transposed("weight_ih" + layer, inputWeight), .transposed("weight_hh" + layer, stateWeight),
            .sum(["bias_ih" + layer, "bias_hh" + layer], bias),
        ]
    }
}

extension LSTM: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { cell.pyTorchState(layer: "_l0") }
}

extension GRUCell: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { pyTorchState(layer: "") }

    fileprivate func pyTorchState(layer: String) -> [PyTorchEntry] {
        [
            .transposed("weight_ih" + layer, inputWeight), .transposed("weight_hh" + layer, stateWeight),
            PyTorchEntry("bias_ih" + layer, inputBias), PyTorchEntry("bias_hh" + layer, stateBias),
        ]
    }
}

extension GRU: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] { cell.pyTorchState(layer: "_l0") }
}

extension MultiHeadAttention: PyTorchModule {
    public var pyTorchState: [PyTorchEntry] {
        [.transposed("in_proj_weight", inputWeight)]
            + [inputBias.map { PyTorchEntry("in_proj_bias", $0) }].compactMap { $0 }
            + output.pyTorchState.map { $0.under("out_proj") }
    }
}

extension SpectralNorm: PyTorchModule {
    /// As `torch.nn.utils.parametrizations.spectral_norm` names them.
    public var pyTorchState: [PyTorchEntry] {
        let own = (layer as? any PyTorchModule)?.pyTorchState ?? []
        let weight = own.first { $0.parameter === layer.weight } ?? PyTorchEntry("weight", layer.weight)
        let others = (0..<layer.weight.shape.rank).filter { $0 != layer.outputAxis }
        // PyTorch's order of the weight's axes, without that of the outputs.
        let order = weight.order.filter { $0 != layer.outputAxis }.map { others.firstIndex(of: $0)! }
        var original = weight
        original.names = ["parametrizations.weight.original"]
        return own.filter { $0.parameter !== layer.weight } + [
            original, PyTorchEntry("parametrizations.weight.0._u", left),
            .reordered(
                "parametrizations.weight.0._v", right,
                grid: Shape(others.map { layer.weight.shape[$0] }), order: order),
        ]
    }
}

extension PyTorchEntry {
    /// The entries of a normalisation's γ and β, where it has them.
    fileprivate static func norm(_ scale: Parameter?, _ offset: Parameter?) -> [PyTorchEntry] {
        [scale.map { PyTorchEntry("weight", $0) }, offset.map { PyTorchEntry("bias", $0) }]
            .compactMap { $0 }
    }
}
