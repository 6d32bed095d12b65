import Gannet

/// What a diffusion model's bound on −log₂ p(x) is made of, in bits per dimension: Ho, Jain and Abbeel (arXiv:2006.11239), equation
/// 5.
public struct DiffusionBound: Sendable, Hashable {
    /// L_T, what is left of the pictures in the noise.
    public let prior: Double
    /// The term of each time step: that of 0 is L₀, the decoder's, that of t is L_t.
    public let terms: [Double]

    /// L₀.
    public var decoder: Double { terms[0] }
    /// L₁ + … + L_{T−1}.
    public var divergences: Double { terms.dropFirst().reduce(0, +) }
    /// The bound.
    public var total: Double { prior + divergences + decoder }

    /// The bound in nats a picture of a shape.
    public func nats(_ imageShape: Shape) -> Double {
        total * Double(imageShape.count) * 0.693_147_180_559_945_3
    }
}

extension DDPM {
    /// ``bound(over:seed:on:)`` in nats a picture: all time steps count alike, where ``negativeLogLikelihoodBound(_:noise:)`` of a batch leaves
    /// it to chance how often the first ones, whose terms are large, are among them.
    public func evaluation(over data: some DataSet, on device: Device) throws -> Double {
        try bound(over: data, on: device).nats(imageShape)
    }

    /// The bound over a data set, and its parts.
    ///
    /// Time steps are gone through in turn while pictures are, so that each is taken at as many pictures; where there are fewer
    /// pictures than time steps, they are gone through several times.
    ///
    /// - Throws: What the data set throws, and `DeviceError`.
    public func bound(
        over data: some DataSet, seed: UInt64 = 0, on device: Device = .default
    ) throws -> DiffusionBound {
        if data.count == 0 {
            throw TrainingError(.badPlan, "The data set to evaluate has no examples.")
        }
        try checkClasses(of: data)
        let steps = diffusion.schedule.timesteps
        let rounds = max((data.count + steps - 1) / steps, 1)
        var noise = RandomStream(seed: seed, for: .evaluation)
        var sums = [Double](repeating: 0, count: steps)
        var prior = 0.0
        let places = Array(0..<rounds * steps)
        for start in stride(from: 0, to: places.count, by: evaluationBatchSize) {
            let part = places[start..<min(start + evaluationBatchSize, places.count)]
            let batch = try data.batch(at: part.map { $0 % data.count })
            let images = batch.images * 2 - 1
            let labels = conditioningClassCount == nil ? nil : batch.labels
            let terms = diffusion.term(
                of: images, at: Tensor(part.map { Int32($0 % steps) }), key: noise.nextKey(), clip: 1
            ) { denoise($0, $1, labels: labels) }
            let values = try Tensor.evaluate([terms, diffusion.priorTerm(of: images)], on: device)
            for (place, value) in zip(part, try values[0].array(of: Float.self)) {
                sums[place % steps] += Double(value)
            }
            prior += try values[1].array(of: Float.self).reduce(0) { $0 + Double($1) }
        }
        func bits(_ nats: Double) -> Double { bitsPerDimension(nats: nats, exampleShape: imageShape) }
        return DiffusionBound(
            prior: bits(prior / Double(places.count)), terms: sums.map { bits($0 / Double(rounds)) })
    }
}
