import Gannet

/// Networks of the Python library diffusers, in its files.
extension UNet {
    /// Reads a `UNet2DModel` as diffusers' `save_pretrained` writes it: `config.json` and
    /// `diffusion_pytorch_model.safetensors` in a folder.
    ///
    /// - Throws: ``CheckpointError`` where the folder holds another network, or one of a kind that this one is not; and what
    ///   reading the files throws.
    public init(diffusers folder: String) throws {
        let path = folder + "/config.json"
        let configuration: Configuration
        do {
            configuration = try Configuration(diffusers: JSON(parsing: FileAccess.read(path)), path: path)
        } catch let error as JSONError {
            throw CheckpointError(.mismatch, "\(path) is no JSON file: \(error)")
        }
        var random = RandomStream(seed: 0)
        self.init(configuration, random: &random)
        try load(diffusers: folder + "/diffusion_pytorch_model.safetensors")
    }

    /// Gives the network the weights of a `UNet2DModel` of the same configuration.
    ///
    /// - Parameter path: A safetensors file with its state dict.
    /// - Throws: ``CheckpointError`` where the file cannot be read or does not fit.
    @discardableResult
    public func load(diffusers path: String) throws -> LoadReport {
        try loadPyTorch(from: path, naming: Self.diffusersName)
    }

    /// What diffusers calls what is called so here.
    static func diffusersName(_ name: String) -> String {
        let parts = name.split(separator: ".").map(String.init)
        let isOfAttention = parts.contains("attentions") || parts[0] == "middleAttention"
        let result = parts.enumerated().map { place, part in
            switch (part, place) {
            case ("embedding", 0): "time_embedding"
            case ("first", 0): "conv_in"
            case ("first", _): "linear_1"
            case ("second", _): "linear_2"
            case ("down", 0): "down_blocks"
            case ("up", 0): "up_blocks"
            case ("middle", 0): "mid_block.resnets"
            case ("middleAttention", 0): "mid_block.attentions.0"
            case ("norm", 0): "conv_norm_out"
            case ("last", 0): "conv_out"
            case ("blocks", _): "resnets"
            case ("resampling", _): parts[0] == "down" ? "downsamplers.0.conv" : "upsamplers.0.conv"
            case ("firstNorm", _): "norm1"
            case ("secondNorm", _): "norm2"
            case ("firstConvolution", _): "conv1"
            case ("secondConvolution", _): "conv2"
            case ("signal", _): "time_emb_proj"
            case ("shortcut", _): "conv_shortcut"
            case ("norm", _) where isOfAttention: "group_norm"
            case ("queries", _): "to_q"
            case ("keys", _): "to_k"
            case ("values", _): "to_v"
            case ("output", _): "to_out.0"
            default: part
            }
        }
        // Classes are no part of the time's embedding there.
        return result.joined(separator: ".")
            .replacing(prefix: "time_embedding.classes", by: "class_embedding")
    }
}

extension String {
    fileprivate func replacing(prefix: String, by other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}

extension UNet.Configuration {
    /// What the `config.json` of a `UNet2DModel` says.
    fileprivate init(diffusers json: JSON, path: String) throws(CheckpointError) {
        func refuse(_ key: String) -> CheckpointError {
            let value = json[key].map { "\($0)" } ?? "not there"
            return CheckpointError(
                .mismatch, "\(path): \"\(key)\" is \(value), and UNet is no such network of diffusers'.")
        }
        /// Throws where an entry is there and is none of those that are the same as here.
        func require(_ key: String, _ allowed: [JSON]) throws(CheckpointError) {
            if let value = json[key], !allowed.contains(value) { throw refuse(key) }
        }
        func integer(_ key: String, default standard: Int? = nil) throws(CheckpointError) -> Int {
            guard let value = json[key] ?? standard.map({ .integer($0) }) else { throw refuse(key) }
            guard let number = value.integerValue, number >= 0, number <= 65_535 else { throw refuse(key) }
            return number
        }
        func names(_ key: String) throws(CheckpointError) -> [String] {
            guard let values = json[key]?.arrayValue else { throw refuse(key) }
            let names = values.compactMap(\.stringValue)
            if names.count != values.count { throw refuse(key) }
            return names
        }
        try require("_class_name", ["UNet2DModel"])
        try require("time_embedding_type", ["positional"])
        try require("center_input_sample", [false])
        try require("mid_block_type", ["UNetMidBlock2D"])
        try require("mid_block_scale_factor", [1, 1.0])
        try require("downsample_type", ["conv"])
        try require("upsample_type", ["conv"])
        try require("act_fn", ["silu", "swish"])
        try require("resnet_time_scale_shift", ["default"])
        try require("attn_norm_num_groups", [.null])
        try require("class_embed_type", [.null])
        try require("time_embedding_dim", [.null])
        try require("downsample_padding", [0, 1])
        guard let features = json["block_out_channels"]?.arrayValue?.compactMap(\.integerValue),
            !features.isEmpty, features.allSatisfy({ (1...65_535).contains($0) })
        else { throw refuse("block_out_channels") }
        self.init(
            channels: try integer("in_channels"), outputs: try integer("out_channels"), features: features)
        blocks = try integer("layers_per_block", default: 2)
        let down = try names("down_block_types")
        let up = try names("up_block_types")
        for (key, kinds, prefix) in [("down_block_types", down, "Down"), ("up_block_types", up, "Up")]
        where kinds.count != features.count
            || !kinds.allSatisfy({ [prefix + "Block2D", "Attn" + prefix + "Block2D"].contains($0) })
        {
            throw refuse(key)
        }
        let attention = down.map { $0.hasPrefix("Attn") }
        if attention != up.reversed().map({ $0.hasPrefix("Attn") }) { throw refuse("up_block_types") }
        attentionLevels = Set(attention.indices.filter { attention[$0] })
        hasMiddleAttention = json["add_attention"]?.booleanValue ?? true
        headFeatures = try integer("attention_head_dim", default: 8)
        groups = try integer("norm_num_groups", default: 32)
        epsilon = Float(json["norm_eps"]?.doubleValue ?? 1e-5)
        dropout = Float(json["dropout"]?.doubleValue ?? 0)
        waveOrder = json["flip_sin_to_cos"]?.booleanValue ?? true ? .cosinesFirst : .sinesFirst
        waveShift = try integer("freq_shift", default: 0)
        padsEvenly = try integer("downsample_padding", default: 1) != 0
        if let classes = json["num_class_embeds"], classes != .null {
            self.classes = try integer("num_class_embeds")
        }
        if let objection {
            throw CheckpointError(.mismatch, "\(path) is that of no network: \(objection).")
        }
    }
}
