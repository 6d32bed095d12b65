import ArgumentParser
import Gannet
import GannetModels

/// `gannet-bench noise`.
struct Noise: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures steps of a diffusion process on images that are there.",
        discussion: "Noise is made where it is used: its bytes need not be moved.")

    /// Which step.
    enum Process: String, CaseIterable, ExpressibleByArgument {
        case forward, ddpm, ddim
        case dpmSolver = "dpm-solver"
    }

    @Argument(
        help:
            "forward (x₀ to xₜ), ddpm (one step back, with noise), ddim (without), or dpm-solver (second order)."
    )
    var process: Process
    @Option(help: "How many numbers the images have together, a multiple of 16.") var count =
        16 * 3 * 256 * 256
    @OptionGroup var options: MeasurementOptions

    /// Each image has a time step of its own.
    private static let images = 16

    func validate() throws {
        try require(
            count > 0 && count.isMultiple(of: Self.images),
            "--count is \(count), and must be a positive multiple of \(Self.images).")
    }

    func workload(on device: Device) throws -> Workload {
        var operands = Operands(on: device)
        let shape: Shape = [Self.images, count / Self.images]
        let images = try operands.next(shape)
        let schedule = NoiseSchedule.linear()
        let timesteps = (0..<Self.images).map { 50 + 60 * $0 }
        var random = RandomStream(seed: 4)
        func table(_ rows: [[Double]]) throws -> Tensor {
            try (Tensor(rows.flatMap { $0.map(Float.init) }, shape: [rows.count, rows[0].count]) + 0)
                .evaluated(on: device)
        }
        let result: Tensor
        let work: Work
        switch process {
        case .forward:
            let coefficients = try table(
                timesteps.map {
                    let signal = schedule.cumulativeAlpha($0)
                    return [signal.squareRoot(), (1 - signal).squareRoot()]
                })
            result = images.noiseStep(.forward, coefficients: coefficients, key: random.nextKey())
            work = Work(operations: (3 + Normal.operationsPerNumber) * Double(count), numbers: 2 * count)
        case .ddpm, .ddim:
            let isNoisy = process == .ddpm
            let sampler = DiffusionSampler(isNoisy ? .ddpm : .ddim(eta: 0), of: GaussianDiffusion(schedule))
            let step = NoiseStep.reverse(isClipped: true, isNoisy: isNoisy)
            result = images.noiseStep(
                step, prediction: try operands.next(shape),
                coefficients: try table(
                    timesteps.map { sampler.coefficients(ofStep: schedule.timesteps - 1 - $0) }),
                key: isNoisy ? random.nextKey() : nil)
            work = Work(
                operations: (10 + (isNoisy ? Normal.operationsPerNumber : 0)) * Double(count),
                numbers: 3 * count)
        case .dpmSolver:
            let sampler = DiffusionSampler(.dpmSolver, of: GaussianDiffusion(schedule), steps: 20)
            let step = try sampler.solverStep(
                9, of: images, results: operands.next(shape), previous: operands.next(shape))
            return Workload(
                "noise \(process.rawValue)", shape: shape.text,
                work: Work(operations: 9 * Double(count), numbers: 5 * count),
                evaluating: [step.next, step.implied])
        }
        return Workload("noise \(process.rawValue)", shape: shape.text, work: work, evaluating: [result])
    }
}
