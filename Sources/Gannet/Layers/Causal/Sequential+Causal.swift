import GannetGraph

/// A container of causal layers is one.
extension Sequential: CausalLayer {
    private var causalLayers: [any CausalLayer] {
        layers.map { layer in
            guard let causal = layer as? any CausalLayer else {
                invalidUse(
                    "Sequential",
                    "\(type(of: layer)) cannot be computed in reading order: it is no CausalLayer")
            }
            return causal
        }
    }

    public var depth: Int { causalLayers.map(\.depth).max() ?? 0 }

    public var keptMaps: [KeptMap] { causalLayers.flatMap(\.keptMaps) }

    public func startRow(_ row: inout RowReading) {
        for layer in causalLayers { layer.startRow(&row) }
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        causalLayers.reduce(x) { $1.pixel($0, in: &reading) }
    }
}

/// A residual layer of causal layers is one.
extension Residual: CausalLayer {
    private var around: Sequential { Sequential(shortcut.map { [$0] } ?? []) }

    public var depth: Int { max(around.depth, body.depth) }

    public var keptMaps: [KeptMap] { around.keptMaps + body.keptMaps }

    public func startRow(_ row: inout RowReading) {
        around.startRow(&row)
        body.startRow(&row)
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        let short = around.pixel(x, in: &reading)
        return short + body.pixel(x, in: &reading)
    }
}
