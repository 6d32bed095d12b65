import Gannet

/// WaveNet: van den Oord et al., "WaveNet: A Generative Model for Raw Audio" (arXiv:1609.03499).
///
/// Sound as numbers of 256 levels (``MuLaw``), each given all before it (equation 1) by a softmax. Causal convolutions of two
/// taps, 2ᵏ samples apart in layer k of a stack (section 2.1), have gated units (section 2.3, equation 2), a way around
/// them, and a share in the result (section 2.4, figure 4):
///
///     z = tanh(W_f ∗ x) ∘ σ(W_g ∗ x)      x′ = x + W_r z      s = Σ W_s z
///
/// Sound is [batch, samples] of levels, `int32`. What is given is the likelihood itself, not a bound.
public struct WaveNet: Module {
    /// A layer of gated units.
    struct Layer: Module {
        /// From x to the gates, taps apart by the layer's dilation.
        let gates: Conv2D
        /// What is added to x.
        let residual: Linear
        /// The share in the result.
        let skip: Linear

        /// The samples between the two taps.
        var dilation: Int { gates.geometry.width.dilation }
    }

    /// A vector for each level.
    private let embedding: Embedding
    private let layers: [Layer]
    private let hidden: Linear
    private let logits: Linear

    /// The features x of a sample.
    public var features: Int { embedding.features }

    /// The number of samples, the present one not counted, that a distribution depends on.
    public var receptiveField: Int { 1 + layers.reduce(0) { $0 + $1.dilation } }

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - stacks: How often dilations run from 1 up.
    ///   - layers: The layers of a stack; dilations are 1, 2, 4, … 2^(layers − 1).
    ///   - features: The features of a sample between the layers, and of the gated units.
    ///   - skipFeatures: The features of the sum that the result is made of.
    ///   - seed: What the initial weights follow from.
    public init(
        stacks: Int = 4, layers: Int = 10, features: Int = 32, skipFeatures: Int = 256, seed: UInt64 = 0
    ) {
        if stacks < 1 || layers < 1 || layers > 20 || features < 1 || skipFeatures < 1 {
            invalidUse(
                "WaveNet",
                "\(stacks) stacks of \(layers) layers with \(features) and \(skipFeatures) features make no model"
            )
        }
        var random = RandomStream(seed: seed, for: .initialization)
        embedding = Embedding(count: MuLaw.levels, features: features, random: &random)
        self.layers = (0..<stacks * layers).map { number in
            let dilation = 1 << (number % layers)
            return Layer(
                gates: Conv2D(
                    inputs: features, outputs: 2 * features, window: (1, 2),
                    ConvolutionGeometry(width: .init(dilation: dilation, padLow: dilation)), random: &random),
                residual: Linear(inputs: features, outputs: features, random: &random),
                skip: Linear(inputs: features, outputs: skipFeatures, random: &random))
        }
        hidden = Linear(inputs: skipFeatures, outputs: skipFeatures, random: &random)
        logits = Linear(inputs: skipFeatures, outputs: MuLaw.levels, random: &random)
    }

    /// The logits of each sample's levels given those before it: [batch, samples, 256] for [batch, samples].
    public func logits(of levels: Tensor) -> Tensor {
        let (batch, count) = (levels.shape[0], levels.shape[1])
        // A sample's features are those of the one before it; before the first there is silence.
        var x = embedding(levels).slice(0..<count - 1, axis: 1).padded(low: [0, 1, 0], high: [0, 0, 0])
            .reshape([batch, 1, count, features])
        var sum: Tensor?
        for layer in layers {
            let z = gated(layer.gates(x))
            let share = layer.skip(z)
            sum = sum.map { $0 + share } ?? share
            x = x + layer.residual(z)
        }
        return result(of: sum!).reshape([batch, count, MuLaw.levels])
    }

    /// −ln p(x) of each sound, [batch], in nats.
    public func negativeLogLikelihood(_ levels: Tensor) -> Tensor {
        crossEntropy(logits: logits(of: levels), labels: levels).sum(axes: [1])
    }

    /// tanh of one half of the gates times σ of the other.
    private func gated(_ sums: Tensor) -> Tensor {
        sums[.ellipsis, 0..<features].tanh() * sums[.ellipsis, features...].sigmoid()
    }

    private func result(of sum: Tensor) -> Tensor { logits(hidden(sum.relu()).relu()) }
}

extension WaveNet {
    /// `count` sounds of `length` levels, `int32` [count, length].
    ///
    /// What a layer made of earlier samples is kept, and no sample computes anything twice. A layer whose taps are d
    /// samples apart needs, for a block of d samples, what went into it in the block before: loops of two are nested,
    /// each over the halves of the block of the one around it, down to single samples, and the tap that looks back is
    /// computed for a whole block at once.
    public func samples(_ count: Int, length: Int, seed: UInt64 = 0, temperature: Float = 1) -> Tensor {
        if count < 1 || length < 1 || !(temperature > 0) {
            invalidUse(
                "samples(_:length:)",
                "\(count) sounds of \(length) samples at a temperature of \(temperature)")
        }
        var random = RandomStream(seed: seed, for: .sampling)
        let top = layers.map(\.dilation).max()!.trailingZeroBitCount
        let size = 1 << top
        let blocks = (length + size - 1) / size
        let uniform = random.uniform([count, length]).transposed()
            .padded(low: [0, 0], high: [blocks * size - length, 0])
        let drawing = Drawing(network: self, batch: count, temperature: Tensor(temperature))
        let start = layers.map { Tensor.zeros([$0.dilation, count, features]) }
        let levels = Tensor.loop(
            count: blocks, carrying: start + [.zeros([count, features])],
            over: [uniform.reshape([blocks, size, count])]
        ) { block in
            let result = drawing.block(top, state: block.state, contexts: [:], uniform: block.scanned[0])
            return (result.state, [result.levels])
        }.outputs[0]
        return levels.reshape([blocks * size, count]).slice(0..<length, axis: 0).transposed()
    }

    /// The loops over a sound's blocks.
    private struct Drawing {
        let network: WaveNet
        let batch: Int
        let temperature: Tensor

        /// Draws a block of 2^`level` samples.
        ///
        /// - Parameters:
        ///   - level: The logarithm of the block's size.
        ///   - state: For each layer with a dilation of at most the block's size what went into it in the last block of that
        ///     size, [dilation, batch, features], in the order of the layers; then the features of the last sample.
        ///   - contexts: For each layer with a larger dilation, by its number, what its tap that looks back gives to each
        ///     sample of the block, [size, batch, 2 · features].
        ///   - uniform: Random numbers, [size, batch].
        /// - Returns: The next state; what went into the layers with larger dilations, [size, batch, features]; and the
        ///   levels, `int32` [size, batch].
        func block(
            _ level: Int, state: [Tensor], contexts: [Int: Tensor], uniform: Tensor
        ) -> (state: [Tensor], inputs: [Int: Tensor], levels: Tensor) {
            let size = 1 << level
            let kept = network.layers.indices.filter { network.layers[$0].dilation <= size }
            // From here on the layers with this dilation, too, have their contexts from outside.
            var contexts = contexts
            for (number, before) in zip(kept, state) where network.layers[number].dilation == size {
                contexts[number] = lookingBack(number, before)
            }
            let inner = kept.filter { network.layers[$0].dilation < size }
            let innerState =
                zip(kept, state).filter { network.layers[$0.0].dilation < size }.map(\.1) + [state.last!]
            let outer = contexts.keys.sorted()
            let last: [Tensor]
            let inputs: [Int: Tensor]
            let levels: Tensor
            if level == 0 {
                let step = sample(
                    contexts.mapValues { $0.squeezed(axes: [0]) }, innerState[0], uniform.squeezed(axes: [0]))
                last = [step.features]
                inputs = step.inputs.mapValues { $0.insertingAxis(at: 0) }
                levels = step.level.insertingAxis(at: 0)
            } else {
                func halves(_ x: Tensor) -> Tensor {
                    x.reshape(Shape([2, size / 2] + x.shape.extents.dropFirst()))
                }
                let (state, outputs) = Tensor.loop(
                    count: 2, carrying: innerState,
                    over: outer.map { halves(contexts[$0]!) } + [halves(uniform)]
                ) { half in
                    let contexts = Dictionary(uniqueKeysWithValues: zip(outer, half.scanned))
                    let result = block(
                        level - 1, state: half.state, contexts: contexts, uniform: half.scanned[outer.count])
                    return (result.state, outer.map { result.inputs[$0]! } + [result.levels])
                }
                func whole(_ x: Tensor) -> Tensor { x.reshape(Shape([size] + x.shape.extents.dropFirst(2))) }
                last = state
                inputs = Dictionary(uniqueKeysWithValues: zip(outer, outputs.map(whole)))
                levels = whole(outputs[outer.count])
            }
            // What went into the layers of this dilation is what they look back at in the next block.
            let innerNext = Dictionary(uniqueKeysWithValues: zip(inner, last))
            let next = kept.map { innerNext[$0] ?? inputs[$0]! } + [last[inner.count]]
            return (next, inputs.filter { network.layers[$0.key].dilation > size }, levels)
        }

        /// What the tap that looks back gives to the gates of a layer, and the bias.
        private func lookingBack(_ number: Int, _ before: Tensor) -> Tensor {
            let gates = network.layers[number].gates
            let rows = before.shape[0] * batch
            return (before.reshape([rows, network.features]).matmul(tap(0, of: gates)) + gates.bias!.value)
                .reshape([before.shape[0], batch, 2 * network.features])
        }

        /// A tap, [features, 2 · features].
        private func tap(_ number: Int, of gates: Conv2D) -> Tensor {
            gates.weight.value.element(0, axis: 0).element(number, axis: 0)
        }

        /// Draws one sample of each sound.
        private func sample(
            _ contexts: [Int: Tensor], _ features: Tensor, _ uniform: Tensor
        ) -> (features: Tensor, inputs: [Int: Tensor], level: Tensor) {
            var x = features
            var inputs: [Int: Tensor] = [:]
            var shares: [Tensor] = []
            for (number, layer) in network.layers.enumerated() {
                inputs[number] = x
                let z = network.gated(x.matmul(tap(1, of: layer.gates)) + contexts[number]!)
                shares.append(z)
                x = x + layer.residual(z)
            }
            // All shares in one product.
            let weight = Tensor.concatenate(network.layers.map(\.skip.weight.value), axis: 0)
            let bias = network.layers.dropFirst().reduce(network.layers[0].skip.bias!.value) {
                $0 + $1.skip.bias!.value
            }
            let logits = network.result(of: Tensor.concatenate(shares, axis: 1).matmul(weight) + bias)
            let level = PixelDistribution.level(logits / temperature, uniform.insertingAxis(at: 1))
                .squeezed(axes: [1]).cast(to: .int32)
            return (network.embedding(level), inputs, level)
        }
    }
}
