import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The samplers against diffusers' scheduler tests: a model that scales its input by t / (t + 1), and images and
/// noise that are ramps.
@Suite struct DiffusionSamplerTests {
    /// The numbers (0 ..< 768) / 768 as (3, 8, 8, 4), permuted to (4, 3, 8, 8).
    private static func ramp(_ numbers: [Int]) -> Tensor {
        Tensor(numbers.map { Float($0) / 768 }, shape: [3, 8, 8, 4]).permute(3, 0, 1, 2)
    }

    private static let image = ramp(Array(0..<768))
    private static let noise = ramp(Array((0..<768).reversed()))

    /// What the tests of diffusers have for a model.
    @Sendable private static func model(_ images: Tensor, _ timesteps: Tensor) -> Tensor {
        let t = timesteps.cast(to: .float32).reshape([4, 1, 1, 1])
        return images * (t / (t + 1))
    }

    private static func expect(
        _ images: Tensor, sum: Double, mean: Double, on devices: [Device] = TestDevices.all
    )
        throws
    {
        for device in devices {
            let values = try images.array(of: Float.self, on: device).map { Double(abs($0)) }
            #expect(abs(values.reduce(0, +) - sum) < 2e-3, "on \(device)")
            #expect(abs(values.reduce(0, +) / 768 - mean) < 1e-4, "on \(device)")
        }
    }

    @Test(
        arguments: [
            (DenoiserPrediction.noise, 172.00671, 0.223967), (.velocity, 52.53020, 0.068399),
        ])
    func ddimInTenSteps(_ prediction: DenoiserPrediction, sum: Double, mean: Double) throws {
        let sampler = DiffusionSampler(
            .ddim(eta: 0), of: GaussianDiffusion(predicting: prediction), steps: 10)
        var noise = RandomStream(seed: 0)
        let images = sampler.examples(from: Self.image, noise: &noise, denoiser: Self.model)
        try Self.expect(images, sum: sum, mean: mean)
    }

    /// Diffusers' sums with and without `use_clipped_model_output`, of a model that says the opposite of the other tests', so that much is clipped.
    @Test("The noise of DDIM is predicted, or goes with the clipped example", arguments: [false, true])
    func clippedNoise(rederivesNoise: Bool) throws {
        let sampler = DiffusionSampler(
            .ddim(eta: 0), of: GaussianDiffusion(), steps: 10, rederivesNoise: rederivesNoise)
        var x = Self.image
        for number in 0..<9 {
            let t = Tensor([Int32](repeating: Int32(sampler.timesteps[number]), count: 4))
            x = sampler.step(number, of: x, results: -Self.model(x, t))
        }
        try Self.expect(
            x, sum: rederivesNoise ? 770.66846 : 670.26769, mean: rederivesNoise ? 1.003475 : 0.872744)
    }

    @Test("DDIM's last step ends without noise, or where time step 0 is", arguments: [true, false])
    func endOfDDIM(isClean: Bool) throws {
        let schedule = NoiseSchedule.linear(from: 0.01)
        let sampler = DiffusionSampler(
            .ddim(eta: 0), of: GaussianDiffusion(schedule), steps: 10,
            finalCumulativeAlpha: isClean ? 1 : schedule.cumulativeAlpha(0))
        var noise = RandomStream(seed: 0)
        let images = sampler.examples(from: Self.image, noise: &noise, denoiser: Self.model)
        try Self.expect(
            images, sum: isClean ? 149.82944 : 149.07841, mean: isClean ? 0.1951 : 0.1941)
    }

    @Test("DDIM from a picture that is partly noise")
    func ddimFromTheMiddle() throws {
        let sampler = DiffusionSampler(.ddim(eta: 0), of: GaussianDiffusion(), steps: 10).begun(at: 100)
        #expect(sampler.timesteps == [100, 0])
        let signal = sampler.schedule.cumulativeAlpha(100)
        let start =
            Self.image * .literal(Float(signal.squareRoot()))
            + Self.noise * .literal(Float((1 - signal).squareRoot()))
        var noise = RandomStream(seed: 0)
        let images = sampler.examples(from: start, noise: &noise, denoiser: Self.model)
        try Self.expect(images, sum: 354.54176, mean: 0.4616)
    }

    /// A chain of DDPM's steps whose noise is PyTorch's, of seed 0.
    private static func chain(from start: Tensor, steps: Range<Int>, of sampler: DiffusionSampler) throws
        -> Tensor
    {
        var random = MersenneTwister(seed: 0)
        var x = start
        for number in steps {
            let t = sampler.timesteps[number]
            let results = model(x, Tensor([Int32](repeating: Int32(t), count: 4)))
            // No noise is drawn for the last step.
            let noise = t > 0 ? Tensor(random.normals(768), shape: [4, 3, 8, 8]) : nil
            x = try sampler.step(number, of: x, results: results, noise: noise).evaluated(on: .cpu)
        }
        return x
    }

    @Test("All of DDPM's steps with PyTorch's noise")
    func ddpm() throws {
        let sampler = DiffusionSampler(.ddpm, of: GaussianDiffusion())
        let images = try Self.chain(from: Self.image, steps: 0..<1000, of: sampler)
        try Self.expect(images, sum: 258.96045, mean: 0.3372, on: [.cpu])
    }

    /// diffusers has 387.94659 here, by tables in single precision, in which βₜ = 1 − ᾱₜ / ᾱₜ₋₁ keeps three digits; what is expected
    /// is what the same formulas give in double precision.
    @Test("DDPM's last two steps from a picture that is partly noise")
    func ddpmFromTheEnd() throws {
        let sampler = DiffusionSampler(.ddpm, of: GaussianDiffusion())
        let signal = sampler.schedule.cumulativeAlpha(1)
        let start =
            Self.image * .literal(Float(signal.squareRoot()))
            + Self.noise * .literal(Float((1 - signal).squareRoot()))
        let images = try Self.chain(from: start, steps: 998..<1000, of: sampler)
        try Self.expect(images, sum: 387.96725, mean: 0.5052, on: [.cpu])
    }

    /// With a model that knows the noise, all samplers find the image, from any number of steps.
    @Test(
        arguments: [
            DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .ddim(eta: 0.7), .dpmSolver,
        ], [DiffusionSampler.Spacing.leading, .trailing])
    func aPerfectDenoiserFindsTheImage(
        _ kind: DiffusionSampler.Kind, spacing: DiffusionSampler.Spacing
    ) throws {
        let schedule = NoiseSchedule.linear()
        var noise = RandomStream(seed: 3)
        let image = Self.image * 1.8 - 0.9
        let start = noise.normal(image.shape)
        let table = Tensor(schedule.cumulativeAlphas.map(Float.init), shape: [1000, 1])
        let sampler = DiffusionSampler(kind, of: GaussianDiffusion(schedule), steps: 25, spacing: spacing)
        #expect(sampler.timesteps.count == 25 && sampler.timesteps[0] == (spacing == .leading ? 960 : 999))
        let images = sampler.examples(from: start, noise: &noise) { images, timesteps in
            let alpha = table.gathered(at: timesteps).reshape([4, 1, 1, 1])
            return (images - alpha.sqrt() * image) / (1 - alpha).sqrt()
        }
        for device in TestDevices.all {
            let error = try (images - image).abs().max().scalar(on: device)
            #expect(error < 2e-3, "on \(device): \(error)")
        }
    }

    /// For data that are N(m, s²) the best prediction is known, the ODE of the process has a solution, and the solver of
    /// second order comes nearer to it than that of first order, the more so the more steps there are.
    @Test func theSolverIsOfSecondOrder() throws {
        let schedule = NoiseSchedule.linear()
        let (m, s) = (0.3, 0.5)
        let table = Tensor(schedule.cumulativeAlphas.map(Float.init), shape: [1000, 1])
        func error(_ kind: DiffusionSampler.Kind, steps: Int) throws -> Double {
            let sampler = DiffusionSampler(
                kind, of: GaussianDiffusion(schedule), steps: steps, spacing: .trailing, clip: nil)
            var noise = RandomStream(seed: 3)
            let start = Tensor((-8...8).map { Float($0) / 4 }, shape: [17, 1])
            let drawn = sampler.examples(from: start, noise: &noise) { x, timesteps in
                let alpha = table.gathered(at: timesteps)
                let variance = alpha * .literal(Float(s * s)) + 1 - alpha
                return (1 - alpha).sqrt() * (x - alpha.sqrt() * .literal(Float(m))) / variance
            }
            let values = try drawn.array(of: Float.self, on: .cpu)
            // The ODE moves quantiles to quantiles.
            let last = schedule.cumulativeAlphas[999]
            let deviation = (last * s * s + 1 - last).squareRoot()
            return zip(values, -8...8).reduce(0) { worst, pair in
                let start = Double(pair.1) / 4
                let right = m + s * (start - last.squareRoot() * m) / deviation
                return max(worst, abs(Double(pair.0) - right))
            }
        }
        let (first, second) = (try error(.ddim(eta: 0), steps: 20), try error(.dpmSolver, steps: 20))
        #expect(second < 0.4 * first, "\(second) of DPM-Solver++, \(first) of DDIM")
        let finer = try error(.dpmSolver, steps: 40)
        #expect(finer < 0.4 * second, "\(finer) in 40 steps, \(second) in 20")
    }

    @Test("What is known of the examples stays", arguments: TestDevices.all)
    func knownParts(device: Device) throws {
        let mask = Tensor.index(along: 2, of: [1, 3, 8, 1]) .< 4
        for kind in [DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .dpmSolver] {
            let sampler = DiffusionSampler(kind, of: GaussianDiffusion(), steps: 5)
            var noise = RandomStream(seed: 4)
            let start = noise.normal(Self.image.shape)
            let images = sampler.examples(
                from: start, noise: &noise, known: KnownPart(Self.image, mask: mask), denoiser: Self.model)
            let differences = (images - Self.image).abs()
            let known = select(mask.broadcast(to: images.shape), differences, 0).max()
            let drawn = select(mask.broadcast(to: images.shape), 0, differences).max()
            let values = try Tensor.evaluate([known, drawn], on: device).map { try $0.scalar() }
            #expect(values[0] < 1e-6 && values[1] > 0.1, "\(kind): \(values)")
        }
    }

    /// Of two numbers that go together one is known. The other is drawn too much as if it were not, unless steps are made again.
    @Test("Steps that are made again draw what goes with what is known", arguments: TestDevices.all)
    func stepsMadeAgain(device: Device) throws {
        let (correlation, given, count) = (0.8, 1.5, 4000)
        let table = Tensor(NoiseSchedule.linear().cumulativeAlphas.map(Float.init), shape: [1000, 1])
        // The best prediction for numbers of variance 1: their sum has the variance 1 + ρ, their difference 1 − ρ.
        func denoiser(_ x: Tensor, _ timesteps: Tensor) -> Tensor {
            let alpha = table.gathered(at: timesteps)
            func share(_ variance: Double) -> Tensor {
                (1 - alpha).sqrt() / (alpha * .literal(Float(variance)) + 1 - alpha)
            }
            let swapped = Tensor.concatenate([x.slice(1..<2, axis: 1), x.slice(0..<1, axis: 1)], axis: 1)
            return share(1 + correlation) * (x + swapped) / 2 + share(1 - correlation) * (x - swapped) / 2
        }
        func moments(visits: Int, _ variance: ReverseVariance) throws -> (mean: Double, variance: Double) {
            let sampler = DiffusionSampler(
                .ddpm, of: GaussianDiffusion(variance: variance), steps: 50, spacing: .trailing, clip: nil)
            var noise = RandomStream(seed: 6)
            let start = noise.normal([count, 2])
            let known = KnownPart(
                .full(Float(given), shape: [count, 2]), mask: Tensor([true, false], shape: [1, 2]),
                visits: visits)
            let drawn = try sampler.examples(
                from: start, noise: &noise, known: known, denoiser: denoiser
            ).slice(1..<2, axis: 1).array(of: Float.self, on: device).map(Double.init)
            let mean = drawn.reduce(0, +) / Double(count)
            return (mean, drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
        }
        let right = (mean: correlation * given, variance: 1 - correlation * correlation)
        let once = try moments(visits: 1, .fixedSmall)
        let (small, large) = (try moments(visits: 20, .fixedSmall), try moments(visits: 20, .fixedLarge))
        for often in [small, large] {
            #expect(abs(often.mean - right.mean) < 0.1, "\(often), right \(right)")
            #expect(abs(once.mean - right.mean) > 3 * abs(often.mean - right.mean), "\(once), \(often)")
        }
        // The variance of a long step is between the two (Ho, Jain and Abbeel, section 3.2), and so is what comes of it.
        #expect(small.variance < right.variance && right.variance < large.variance, "\(small), \(large)")
    }

    @Test("A path ends where the examples are", arguments: TestDevices.all)
    func paths(device: Device) throws {
        for kind in [DiffusionSampler.Kind.ddpm, .dpmSolver] {
            let sampler = DiffusionSampler(kind, of: GaussianDiffusion(), steps: 6)
            var (first, second) = (RandomStream(seed: 4), RandomStream(seed: 4))
            let path = sampler.path(from: Self.image, noise: &first, denoiser: Self.model)
            let end = sampler.examples(from: Self.image, noise: &second, denoiser: Self.model)
            #expect(path.shape == [6, 4, 3, 8, 8])
            let values = try path.array(of: Float.self, on: device)
            #expect(try Array(values.suffix(768)) == end.array(of: Float.self, on: device))
            #expect(values.prefix(768) != values.suffix(768))
        }
    }

    @Test("A learned variance is between both fixed ones", arguments: TestDevices.all)
    func learnedVariances(device: Device) throws {
        var random = RandomStream(seed: 5)
        let noise = random.normal([4, 3, 8, 3])
        let x = random.normal([4, 3, 8, 3])
        func step(_ variance: ReverseVariance, share: Float?, number: Int, steps: Int? = nil) throws
            -> [Float]
        {
            let sampler = DiffusionSampler(.ddpm, of: GaussianDiffusion(variance: variance), steps: steps)
            let prediction = 0.1 * x
            let results = share.map {
                Tensor.concatenate([prediction, .full($0, shape: prediction.shape)], axis: -1)
            }
            return try sampler.step(number, of: x, results: results ?? prediction, noise: noise)
                .array(of: Float.self, on: device)
        }
        for (number, steps) in [(3, nil), (990, nil), (2, 10)] as [(Int, Int?)] {
            let small = try step(.fixedSmall, share: nil, number: number, steps: steps)
            let large = try step(.fixedLarge, share: nil, number: number, steps: steps)
            let low = try step(.learned, share: -1, number: number, steps: steps)
            let high = try step(.learned, share: 1, number: number, steps: steps)
            #expect(zip(small, low).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(zip(large, high).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(small != large)
        }
        // Drawing in a loop is the same, and the last step adds nothing.
        let sampler = DiffusionSampler(.ddpm, of: GaussianDiffusion(variance: .learned), steps: 3)
        func drawn(_ share: Float) throws -> [Float] {
            var noise = RandomStream(seed: 6)
            return try sampler.begun(at: 0).examples(from: x, noise: &noise) { x, _ in
                .concatenate([0.1 * x, .full(share, shape: x.shape)], axis: -1)
            }.array(of: Float.self, on: device)
        }
        #expect(try drawn(1) == drawn(-1))
    }
}
