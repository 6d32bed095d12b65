import Gannet

/// What a ``VAE`` is trained by: the bound that is maximised, and what of it counts how much.
public struct VAEObjective: Sendable, Hashable {
    /// How the divergence of q(z|x) from the prior is computed.
    public enum Divergence: Sendable, Hashable {
        /// By its formula; of a mixture, which has none, by the sample.
        case closedForm
        /// As ln q(z|x) − ln p(z) of the z that was drawn.
        case monteCarlo
    }

    /// β, how much the divergence counts: above 1 fewer latents are used, and each more by itself (Higgins et al., "β-VAE", 2017).
    public var beta: Float
    /// The number of updates over which β grows from 0 in even steps, so that latents come to be used before they cost something
    /// (Bowman et al., arXiv:1511.06349).
    public var warmUp: Int
    /// λ: what the divergence of a latent costs at least, in nats, so that nothing is gained by not using it (Kingma et al.,
    /// arXiv:1606.04934, equation 15): Σ max(λ, mean over the batch of KL). With 0 it costs what it is.
    public var freeBits: Float
    /// k: how many z are drawn for a picture.
    public var samples: Int
    /// Whether the z of a picture are weighed, as in ``VAE/importanceWeightedBound(_:epsilon:condition:)``; otherwise the mean of their bounds counts.
    public var isImportanceWeighted: Bool
    /// How the divergence is computed.
    public var divergence: Divergence

    /// Creates an objective; by default the evidence lower bound with one z a picture.
    public init(
        beta: Float = 1, warmUp: Int = 0, freeBits: Float = 0, samples: Int = 1,
        isImportanceWeighted: Bool = false, divergence: Divergence = .closedForm
    ) {
        self.beta = beta
        self.warmUp = warmUp
        self.freeBits = freeBits
        self.samples = samples
        self.isImportanceWeighted = isImportanceWeighted
        self.divergence = divergence
    }

    /// The bound of Burda et al. with k samples.
    public static func importanceWeighted(samples: Int) -> VAEObjective {
        VAEObjective(samples: samples, isImportanceWeighted: true)
    }

    /// Why it makes no sense; nil if it does.
    ///
    /// - Parameter isMixture: Whether the prior is a mixture.
    public func objection(isMixture: Bool) -> String? {
        if !(beta >= 0 && beta.isFinite && freeBits >= 0 && freeBits.isFinite) || warmUp < 0 || samples < 1 {
            return "β \(beta), \(warmUp) updates of warm-up, \(freeBits) free nats and \(samples) samples"
        }
        if isImportanceWeighted, beta != 1 || freeBits > 0 || warmUp > 0 {
            return
                "the importance-weighted bound has no divergence by itself that β, warm-up or free bits could weigh"
        }
        if freeBits > 0, isMixture {
            return "the latents of a mixture have no divergence each that could be free"
        }
        return nil
    }
}

extension VAE: LikelihoodModel, ConditionalModel {
    public var conditioningClassCount: Int? { isOfClasses ? conditions : nil }

    /// −``objective`` of a batch.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let condition = condition(of: batch)
        let count = objective.samples
        let epsilon = noise.normal([count, batch.count, latents])
        if objective.isImportanceWeighted {
            return -importanceWeightedBound(batch.images, epsilon: epsilon, condition: condition).mean()
        }
        let (mean, logVariance) = encode(batch.images, condition: condition)
        let isClosed = objective.divergence == .closedForm && prior == nil
        var (logLikelihood, divergences) = (Tensor.literal(Float(0)), Tensor.literal(Float(0)))
        for sample in 0..<count {
            let epsilon = epsilon.element(sample, axis: 0)
            let z = mean + (0.5 * logVariance).exp() * epsilon
            logLikelihood =
                logLikelihood + self.logLikelihood(batch.images, z, condition: condition).mean()
            if sample == 0 || !isClosed {
                divergences = divergences + divergence(mean, logVariance, epsilon, closedForm: isClosed)
            }
        }
        var each = divergences.mean(axes: [0])
        if !isClosed { each = each / .literal(Float(count)) }
        if objective.freeBits > 0 { each = maximum(each, .literal(objective.freeBits)) }
        return weight() * each.sum() - logLikelihood / .literal(Float(count))
    }

    /// β, or the part of it that the divergence has come to count.
    private func weight() -> Tensor {
        guard let updates else { return .literal(objective.beta) }
        let part = minimum((updates.value + 1) / .literal(Float(objective.warmUp)), 1)
        updates.track { $0 + 1 }
        return .literal(objective.beta) * part.sum()
    }

    private func condition(of batch: Batch) -> Tensor? {
        if conditions == 0 { return nil }
        guard isOfClasses, let labels = batch.labels else {
            invalidUse("VAE", "the pictures come without their classes")
        }
        return condition(labels)
    }

    /// −ELBO with one z a picture, whatever the objective.
    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        -evidenceLowerBound(
            batch.images, epsilon: noise.normal([batch.count, latents]), condition: condition(of: batch))
    }

    /// The evidence lower bound of each picture, with noise drawn from `noise`.
    public func evidenceLowerBound(
        _ images: Tensor, condition: Tensor? = nil, noise: inout RandomStream
    ) -> Tensor {
        evidenceLowerBound(
            images, epsilon: noise.normal([images.shape[0], latents]), condition: condition)
    }

    /// The evidence lower bound of each picture, with the noise of the optimiser whose update this is part of.
    public func evidenceLowerBound(_ images: Tensor, condition: Tensor? = nil) -> Tensor {
        RandomStream.withCurrent { evidenceLowerBound(images, condition: condition, noise: &$0) }
    }

    /// −ln p(x) by so many weighed samples of z a picture, the mean over a data set in nats: −``importanceWeightedBound(_:epsilon:condition:)``.
    ///
    /// - Throws: What the data set throws, and `DeviceError`.
    public func negativeLogLikelihood(
        over data: some DataSet, samples: Int, seed: UInt64 = 0, on device: Device = .default
    ) throws -> Double {
        if data.count > 0 { try checkClasses(of: data) }
        // As many decoded pictures at once as fit in memory well.
        let batchSize = max(1, 10_000 / max(samples, 1))
        var noise = RandomStream(seed: seed, for: .evaluation)
        return try data.mean(batchSize: batchSize, on: device) { batch in
            -importanceWeightedBound(
                batch.images, epsilon: noise.normal([samples, batch.count, latents]),
                condition: condition(of: batch))
        }
    }

    /// Latents drawn from the prior, [count, latents].
    public func latents(_ count: Int, noise: inout RandomStream) -> Tensor {
        prior?.samples(count, noise: &noise) ?? noise.normal([count, latents])
    }

    /// The means of p(x|z) for z drawn from the prior; of a model of classes, of these in turn.
    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        if let classes = conditioningClassCount {
            return samples(of: (0..<count).map { $0 % classes }, seed: seed)
        }
        if conditions > 0 { invalidUse("samples(_:seed:)", "a model of conditions is to be told some") }
        var random = RandomStream(seed: seed, for: .sampling)
        return decode(latents(count, noise: &random))
    }

    public func samples(of labels: [Int], seed: UInt64) -> Tensor {
        guard let classes = conditioningClassCount, labels.allSatisfy((0..<classes).contains) else {
            invalidUse("samples(of:seed:)", "\(labels) for a model of \(conditioningClassCount ?? 0) classes")
        }
        var random = RandomStream(seed: seed, for: .sampling)
        return decode(
            latents(labels.count, noise: &random), condition: condition(Tensor(labels.map(Int32.init))))
    }
}
