import Gannet

/// Pictures that begin with others.
extension DDPM: CompletingModel {
    /// The noised pictures on the way from noise to pictures, at first and after each of the sampler's steps, as they look:
    /// [steps + 1, count, height, width, channels], values in 0…1. The last are ``samples(_:seed:)``.
    ///
    /// - Parameter labels: The classes that they are to be of; nil for these in turn.
    public func path(_ count: Int, labels: [Int]? = nil, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let start = random.normal(Shape([count] + imageShape.extents))
        let labels = labels ?? classesInTurn(count)
        let path = sampler.path(from: start, noise: &random, denoiser: guided(labels))
        return shown(.concatenate([start.insertingAxis(at: 0), path], axis: 0))
    }

    /// Other versions of pictures: noised up to a part of the way, and denoised from there (Meng et al., "SDEdit",
    /// arXiv:2108.01073, algorithm 1).
    ///
    /// - Parameters:
    ///   - images: [batch, height, width, channels], values in 0…1.
    ///   - strength: The part of the way, above 0 up to 1: the nearer to 1, the less is left of the pictures.
    ///   - labels: The classes that they are to be of; nil for whichever.
    ///   - seed: What the noise follows from.
    public func variations(
        of images: Tensor, strength: Double, labels: [Int]? = nil, seed: UInt64 = 0
    ) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let (start, sampler) = noised(images * 2 - 1, strength: strength, noise: &random)
        return shown(sampler.examples(from: start, noise: &random, denoiser: guided(labels)))
    }

    /// Pictures between two (Ho, Jain and Abbeel, section 4.4, figure 8): both are noised up to a part of the way, with the same
    /// noise, and what lies between them is denoised.
    ///
    /// - Parameters:
    ///   - first: The picture to begin with, [height, width, channels], values in 0…1.
    ///   - last: The one to end with.
    ///   - count: The number of pictures, at least 2, of which the first and the last are versions of the two.
    ///   - strength: The part of the way, above 0 up to 1.
    ///   - label: The class that they are to be of; nil for whichever.
    ///   - seed: What the noise follows from.
    /// - Returns: [count, height, width, channels].
    public func interpolation(
        from first: Tensor, to last: Tensor, count: Int, strength: Double, label: Int? = nil,
        seed: UInt64 = 0
    ) -> Tensor {
        if count < 2 || first.shape != imageShape || last.shape != imageShape {
            invalidUse(
                "interpolation(from:to:count:strength:label:seed:)",
                "\(count) pictures between those of shapes \(first.shape) and \(last.shape), where \(imageShape) is needed"
            )
        }
        var random = RandomStream(seed: seed, for: .sampling)
        let shares = Tensor((0..<count).map { Float($0) / Float(count - 1) }, shape: [count, 1, 1, 1])
        let between = (first + shares * (last - first)) * 2 - 1
        let timestep = timestep(strength: strength)
        let remaining = diffusion.schedule.cumulativeAlpha(timestep)
        let noise = random.normal(Shape([1] + imageShape.extents))
        let labels = label.map { [Int](repeating: $0, count: count) }
        let start =
            .literal(Float(remaining.squareRoot())) * between
            + .literal(Float((1 - remaining).squareRoot())) * noise
        return shown(
            sampler.begun(at: timestep).examples(from: start, noise: &random, denoiser: guided(labels)))
    }

    /// Pictures of which a part is given, completed: at each step the given part is noised as the pictures are (Lugmayr et al.,
    /// "RePaint", arXiv:2201.09865, equation 8).
    ///
    /// - Parameters:
    ///   - given: The pictures and what of them is given; without classes they may come to be of whichever.
    ///   - seed: What the noise follows from.
    public func completions(of given: GivenPixels, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let images = given.images * 2 - 1
        let mask = given.mask.reshape([1, imageShape[0], imageShape[1], 1])
        return shown(
            sampler.examples(
                from: random.normal(images.shape), noise: &random,
                known: KnownPart(images, mask: mask, visits: completionVisits),
                denoiser: guided(given.labels)))
    }

    /// The first of the sampler's time steps that is no further than a part of the way.
    private func timestep(strength: Double) -> Int {
        if !(strength > 0 && strength <= 1) {
            invalidUse("DDPM", "the strength is \(strength), and must be above 0, up to 1")
        }
        let limit = strength * Double(diffusion.schedule.timesteps)
        return sampler.timesteps.first { Double($0) < limit } ?? sampler.timesteps.last!
    }

    private func noised(
        _ images: Tensor, strength: Double, noise: inout RandomStream
    ) -> (start: Tensor, sampler: DiffusionSampler) {
        let timestep = timestep(strength: strength)
        let timesteps = Tensor([Int32](repeating: Int32(timestep), count: images.shape[0]))
        return (
            diffusion.schedule.noised(images, at: timesteps, key: noise.nextKey()),
            sampler.begun(at: timestep)
        )
    }
}
