import Gannet

extension WaveNet {
    /// Draws `count` sounds: levels, `int32` [count, length].
    ///
    /// What a layer made of earlier samples is kept, and no sample computes anything twice. A layer whose taps are d
    /// samples apart needs, for a block of d samples, what went into it in the block before: loops of two are nested,
    /// each over the halves of the block of the one around it, down to single samples, and the tap that looks back is
    /// computed for a whole block at once.
    public func levels(_ count: Int, seed: UInt64 = 0, options: SoundOptions) -> Tensor {
        let length = options.length
        if count < 1 || length < 1 || !(options.temperature > 0) {
            invalidUse(
                "levels(_:seed:options:)",
                "\(count) sounds of \(length) samples at a temperature of \(options.temperature)")
        }
        let labels = labels(count, options)
        var random = RandomStream(seed: seed, for: .sampling)
        let uniform = random.uniform([count, length])
        // Whatever changes from call to call is an input of the graph.
        let temperature = Tensor(options.temperature)
        if options.isNaive { return naive(uniform, labels, temperature) }
        return cached(uniform, labels, temperature)
    }

    /// The classes of sounds to draw, [count]; nil where there are none.
    private func labels(_ count: Int, _ options: SoundOptions) -> Tensor? {
        guard let classCount else {
            if options.labels == nil { return nil }
            invalidUse("levels(_:seed:options:)", "classes are asked of a model that has none")
        }
        let labels = options.labels ?? (0..<count).map { $0 % classCount }
        if labels.count != count {
            invalidUse("levels(_:seed:options:)", "\(labels.count) classes are given for \(count) sounds")
        }
        if let wrong = labels.first(where: { !(0..<classCount).contains($0) }) {
            invalidUse(
                "levels(_:seed:options:)", "\(wrong) is not one of \(classCount) classes, numbered from 0")
        }
        return Tensor(labels.map { Int32($0) })
    }

    /// Where the distribution functions of logits, [count, 256], pass random numbers, [count]: `int32` [count].
    private static func drawn(_ logits: Tensor, _ uniform: Tensor, _ temperature: Tensor) -> Tensor {
        PixelDistribution.level(logits / temperature, uniform.insertingAxis(at: 1))
            .squeezed(axes: [1]).cast(to: .int32)
    }

    private func naive(_ uniform: Tensor, _ labels: Tensor?, _ temperature: Tensor) -> Tensor {
        let (count, length) = (uniform.shape[0], uniform.shape[1])
        let place = Tensor.index(along: 1, of: [count, length])
        return Tensor.loop(
            count: length, carrying: [Tensor.zeros([count, length]).cast(to: .int32)],
            over: [uniform.transposed()]
        ) { step in
            let logits = logits(of: step.state[0], labels: labels).reshape([count * length, MuLaw.levels])
                .gathered(at: Tensor.range(count) * .literal(Int32(length)) + step.index)
            let level = Self.drawn(logits, step.scanned[0], temperature)
            return ([select(place .== step.index, level.insertingAxis(at: 1), step.state[0])], [])
        }.state[0]
    }

    private func cached(_ uniform: Tensor, _ labels: Tensor?, _ temperature: Tensor) -> Tensor {
        inOrder(uniform, labels) { logits, uniform in
            let level = Self.drawn(logits, uniform, temperature)
            return (level, level)
        }
    }

    /// ``logits(of:labels:)`` as they are computed where sounds are drawn: sample by sample, of what is kept.
    public func logitsInOrder(of levels: Tensor, labels: Tensor? = nil) -> Tensor {
        inOrder(levels, labels) { logits, level in (level, logits) }
    }

    /// Goes through sounds sample by sample.
    ///
    /// - Parameters:
    ///   - given: What is given for each sample, [count, length].
    ///   - labels: The sounds' classes, `int32` [count].
    ///   - choice: From the logits of a sample's levels, [count, 256], and what is given for it, [count], to its levels,
    ///     `int32` [count], and to what is wanted, [count, …].
    /// - Returns: What is wanted of each sample, [count, length, …].
    private func inOrder(
        _ given: Tensor, _ labels: Tensor?,
        _ choice: @escaping (_ logits: Tensor, _ given: Tensor) -> (level: Tensor, output: Tensor)
    ) -> Tensor {
        let (count, length) = (given.shape[0], given.shape[1])
        let top = layers.map(\.dilation).max()!.trailingZeroBitCount
        let size = 1 << top
        let blocks = (length + size - 1) / size
        let given = given.transposed().padded(low: [0, 0], high: [blocks * size - length, 0])
        let drawing = Drawing(network: self, batch: count, shifts: shifts(of: labels), choice: choice)
        let start = layers.map { Tensor.zeros([$0.dilation, count, features]) }
        let outputs = Tensor.loop(
            count: blocks, carrying: start + [.zeros([count, features])],
            over: [given.reshape([blocks, size, count])]
        ) { block in
            let result = drawing.block(top, state: block.state, contexts: [:], given: block.scanned[0])
            return (result.state, [result.outputs])
        }.outputs[0]
        let rest = outputs.shape.extents.dropFirst(3)
        return outputs.reshape(Shape([blocks * size, count] + rest)).slice(0..<length, axis: 0)
            .permute(order: [1, 0] + rest.indices.map { $0 - 1 })
    }

    /// The loops over a sound's blocks.
    private struct Drawing {
        let network: WaveNet
        let batch: Int
        /// What the sounds' classes add to the gates of each layer, [batch, 2 · features]; nil where nothing.
        let shifts: [Tensor]?
        /// What a sample becomes of its logits and of what is given for it; see ``WaveNet/inOrder(_:_:_:)``.
        let choice: (_ logits: Tensor, _ given: Tensor) -> (level: Tensor, output: Tensor)

        /// Goes through a block of 2^`level` samples.
        ///
        /// - Parameters:
        ///   - level: The logarithm of the block's size.
        ///   - state: For each layer with a dilation of at most the block's size what went into it in the last block of that
        ///     size, [dilation, batch, features], in the order of the layers; then the features of the last sample.
        ///   - contexts: For each layer with a larger dilation, by its number, what its tap that looks back gives to each
        ///     sample of the block, [size, batch, 2 · features].
        ///   - given: What is given for each sample, [size, batch].
        /// - Returns: The next state; what went into the layers with larger dilations, [size, batch, features]; and what
        ///   is wanted of each sample, [size, batch, …].
        func block(
            _ level: Int, state: [Tensor], contexts: [Int: Tensor], given: Tensor
        ) -> (state: [Tensor], inputs: [Int: Tensor], outputs: Tensor) {
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
            let wanted: Tensor
            if level == 0 {
                let step = sample(
                    contexts.mapValues { $0.squeezed(axes: [0]) }, innerState[0], given.squeezed(axes: [0]))
                last = [step.features]
                inputs = step.inputs.mapValues { $0.insertingAxis(at: 0) }
                wanted = step.output.insertingAxis(at: 0)
            } else {
                func halves(_ x: Tensor) -> Tensor {
                    x.reshape(Shape([2, size / 2] + x.shape.extents.dropFirst()))
                }
                let (state, outputs) = Tensor.loop(
                    count: 2, carrying: innerState,
                    over: outer.map { halves(contexts[$0]!) } + [halves(given)]
                ) { half in
                    let contexts = Dictionary(uniqueKeysWithValues: zip(outer, half.scanned))
                    let result = block(
                        level - 1, state: half.state, contexts: contexts, given: half.scanned[outer.count])
                    return (result.state, outer.map { result.inputs[$0]! } + [result.outputs])
                }
                func whole(_ x: Tensor) -> Tensor { x.reshape(Shape([size] + x.shape.extents.dropFirst(2))) }
                last = state
                inputs = Dictionary(uniqueKeysWithValues: zip(outer, outputs.map(whole)))
                wanted = whole(outputs[outer.count])
            }
            // What went into the layers of this dilation is what they look back at in the next block.
            let innerNext = Dictionary(uniqueKeysWithValues: zip(inner, last))
            let next = kept.map { innerNext[$0] ?? inputs[$0]! } + [last[inner.count]]
            return (next, inputs.filter { network.layers[$0.key].dilation > size }, wanted)
        }

        /// What the tap that looks back gives to the gates of a layer, and the bias and the class.
        private func lookingBack(_ number: Int, _ before: Tensor) -> Tensor {
            let gates = network.layers[number].gates
            let rows = before.shape[0] * batch
            let sums = before.reshape([rows, network.features]).matmul(tap(0, of: gates)) + gates.bias!.value
            let contexts = sums.reshape([before.shape[0], batch, 2 * network.features])
            return shifts.map { contexts + $0[number] } ?? contexts
        }

        /// A tap, [features, 2 · features].
        private func tap(_ number: Int, of gates: Conv2D) -> Tensor {
            gates.weight.value.element(0, axis: 0).element(number, axis: 0)
        }

        /// Goes through one sample of each sound.
        private func sample(
            _ contexts: [Int: Tensor], _ features: Tensor, _ given: Tensor
        ) -> (features: Tensor, inputs: [Int: Tensor], output: Tensor) {
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
            let (level, output) = choice(logits, given)
            return (network.embedding(level), inputs, output)
        }
    }
}
