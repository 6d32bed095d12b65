import Gannet

/// Examples of which a part is known while the rest is drawn.
public struct KnownPart: Sendable {
    /// The examples, [B, …].
    public var examples: Tensor
    /// Which of their elements are known, `bool`, of a shape that broadcasts to theirs.
    public var mask: Tensor
    /// How often each step but the last is made. Before it is made again, the examples are noised back to where it starts, so that what is drawn
    /// comes to go with what is known.
    public var visits: Int

    /// Examples that are known where `mask` is true.
    public init(_ examples: Tensor, mask: Tensor, visits: Int = 1) {
        if visits < 1 { invalidUse("KnownPart", "each step is made \(visits) times") }
        self.examples = examples
        self.mask = mask
        self.visits = visits
    }
}

extension DiffusionSampler {
    /// Examples made of noise, all steps in one loop of the graph.
    ///
    /// - Parameters:
    ///   - start: Standard normal noise, or what else is to be denoised, [B, …].
    ///   - noise: What the steps draw their noise from.
    ///   - known: What is known of the examples: at each step that part is what the examples would be at its level of noise (Lugmayr
    ///     et al., "RePaint", arXiv:2201.09865, equation 8), and steps may be made several times (algorithm 1).
    ///   - denoiser: See ``GaussianDiffusion/Denoiser``.
    public func examples(
        from start: Tensor, noise: inout RandomStream, known: KnownPart? = nil,
        denoiser: GaussianDiffusion.Denoiser
    ) -> Tensor {
        loop(from: start, noise: &noise, known: known, collects: false, denoiser: denoiser).state[0]
    }

    /// What the examples are after each step, [steps, B, …]; see ``examples(from:noise:known:denoiser:)``.
    public func path(
        from start: Tensor, noise: inout RandomStream, known: KnownPart? = nil,
        denoiser: GaussianDiffusion.Denoiser
    ) -> Tensor {
        loop(from: start, noise: &noise, known: known, collects: true, denoiser: denoiser).outputs[0]
    }

    /// The examples after step `number`, with noise that is given.
    ///
    /// - Parameters:
    ///   - number: The place of the step in ``timesteps``.
    ///   - x: The examples before it.
    ///   - results: The denoiser's, for them.
    ///   - noise: Standard normal noise of their shape, where the step adds some.
    public func step(_ number: Int, of x: Tensor, results: Tensor, noise: Tensor? = nil) -> Tensor {
        if kind == .dpmSolver {
            invalidUse(
                "step(_:of:results:noise:)",
                "a step of DPM-Solver++ depends on the one before; see solverStep(_:of:results:previous:)")
        }
        let row = Tensor(coefficients(ofStep: number).map(Float.init))
        let (prediction, share) = diffusion.parts(of: results)
        let mean = mean(of: x, prediction, row)
        guard isNoisy, let noise else { return mean }
        guard let share, kind == .ddpm else { return mean + row.element(5, axis: 0) * noise }
        return mean + deviation(share, Tensor(learnedRow(number))) * noise
    }

    /// The examples after step `number` of DPM-Solver++, and those that its results imply, which the next step wants.
    ///
    /// - Parameters:
    ///   - number: The place of the step in ``timesteps``.
    ///   - x: The examples before it.
    ///   - results: The denoiser's, for them.
    ///   - previous: The examples that the results of the step before implied; of the first step they do not matter.
    public func solverStep(
        _ number: Int, of x: Tensor, results: Tensor, previous: Tensor
    ) -> (next: Tensor, implied: Tensor) {
        if kind != .dpmSolver { invalidUse("solverStep(_:of:results:previous:)", "the sampler is \(kind)") }
        return solverStep(
            of: x, diffusion.parts(of: results).prediction, previous,
            Tensor(coefficients(ofStep: number).map(Float.init)),
            Tensor([Float(shareOfPreviousImage(ofStep: number))]))
    }

    /// A step of DPM-Solver++ by its coefficients and what it takes of `previous`.
    private func solverStep(
        of x: Tensor, _ prediction: Tensor, _ previous: Tensor, _ row: Tensor, _ share: Tensor
    ) -> (next: Tensor, implied: Tensor) {
        var image = row.element(0, axis: 0) * x + row.element(1, axis: 0) * prediction
        if let clip { image = image.clamped(to: -clip...clip) }
        return (mean(of: x, prediction, row) + share.element(0, axis: 0) * previous, image)
    }

    /// A step without its noise.
    private func mean(of x: Tensor, _ prediction: Tensor, _ row: Tensor) -> Tensor {
        x.noiseStep(
            .reverse(isClipped: clip != nil, isNoisy: false), prediction: prediction, coefficients: row)
    }

    /// Whether a step's variance is the denoiser's.
    private var isLearned: Bool { kind == .ddpm && diffusion.variance == .learned }

    /// ln β̃, ln β, and 1 or in the last step, which adds no noise, 0.
    private func learnedRow(_ number: Int) -> [Float] {
        let (small, large) = logVariances(ofStep: number)
        return [Float(small), Float(large), isLast(number) ? 0 : 1]
    }

    /// The standard deviation of a step whose variance is learned.
    private func deviation(_ share: Tensor, _ row: Tensor) -> Tensor {
        let (small, large) = (row.element(0, axis: 0), row.element(1, axis: 0))
        return row.element(2, axis: 0) * (0.5 * (small + (share + 1) * 0.5 * (large - small))).exp()
    }

    private func loop(
        from start: Tensor, noise: inout RandomStream, known: KnownPart?, collects: Bool,
        denoiser: GaussianDiffusion.Denoiser
    ) -> (state: [Tensor], outputs: [Tensor]) {
        let visits = known?.visits ?? 1
        if visits > 1, kind == .dpmSolver {
            invalidUse("DiffusionSampler", "steps of a multistep solver cannot be made \(visits) times")
        }
        // The last step, which adds no noise, would take some of the examples' variance away each time.
        let numbers = timesteps.indices.flatMap { repeatElement($0, count: isLast($0) ? 1 : visits) }
        let count = numbers.count
        func table(_ row: (Int) -> [Float]) -> Tensor {
            let rows = numbers.map(row)
            return Tensor(rows.flatMap(\.self), shape: [count, rows[0].count])
        }
        var scanned = [
            Tensor(numbers.map { Int32(timesteps[$0]) }),
            table { coefficients(ofStep: $0).map(Float.init) },
        ]
        /// The numbers of a step, as the body of the loop finds them.
        func scan(_ values: Tensor) -> Int {
            scanned.append(values)
            return scanned.count - 1
        }
        let keys = isNoisy ? scan(noise.nextKeys(count)) : nil
        let variances = isLearned ? scan(table(learnedRow)) : nil
        let previous =
            kind == .dpmSolver ? scan(table { [Float(shareOfPreviousImage(ofStep: $0))] }) : nil
        let knownKeys = known == nil ? nil : scan(noise.nextKeys(count))
        let knownTable = known == nil ? nil : scan(table(levels))
        let backKeys = visits == 1 ? nil : scan(noise.nextKeys(count))
        let backTable = visits == 1 ? nil : scan(wayBack(numbers))
        let batch = start.shape[0]
        let carried = previous == nil ? [start] : [start, .zeros(start.shape)]
        let result = Tensor.loop(count: count, carrying: carried, over: scanned) { iteration in
            let (x, row) = (iteration.state[0], iteration.scanned[1])
            let results = denoiser(x, iteration.scanned[0].broadcast(to: [batch]))
            let (prediction, share) = diffusion.parts(of: results)
            var next: Tensor
            var implied: Tensor?
            if let previous {
                (next, implied) = solverStep(
                    of: x, prediction, iteration.state[1], row, iteration.scanned[previous])
            } else if let variances {
                let noise = RandomStream.normal(x.shape, key: iteration.scanned[keys!])
                next = mean(of: x, prediction, row) + deviation(share!, iteration.scanned[variances]) * noise
            } else if let keys {
                next = x.noiseStep(
                    .reverse(isClipped: clip != nil, isNoisy: true), prediction: prediction,
                    coefficients: row, key: iteration.scanned[keys])
            } else {
                next = mean(of: x, prediction, row)
            }
            if let known {
                let noised = known.examples.noiseStep(
                    .forward, coefficients: iteration.scanned[knownTable!], key: iteration.scanned[knownKeys!]
                )
                next = select(known.mask.broadcast(to: x.shape), noised, next)
            }
            if let backTable, let backKeys {
                next = next.noiseStep(
                    .forward, coefficients: iteration.scanned[backTable], key: iteration.scanned[backKeys])
            }
            return ([next] + (implied.map { [$0] } ?? []), collects ? [next] : [])
        }
        return (result.state, result.outputs)
    }

    /// What examples behind a step take of x₀ and of noise.
    private func levels(_ number: Int) -> [Float] {
        let before = cumulativeAlphas(ofStep: number).before
        return [Float(before.squareRoot()), Float((1 - before).squareRoot())]
    }

    /// Behind each step what the examples keep, and what noise they take, where the same step follows; all and none where not.
    private func wayBack(_ numbers: [Int]) -> Tensor {
        let rows = numbers.indices.map { place -> [Float] in
            guard place + 1 < numbers.count, numbers[place + 1] == numbers[place] else { return [1, 0] }
            let (now, before) = cumulativeAlphas(ofStep: numbers[place])
            return [Float((now / before).squareRoot()), Float((1 - now / before).squareRoot())]
        }
        return Tensor(rows.flatMap(\.self), shape: [numbers.count, 2])
    }
}
