import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Training runs with everything that an optimizer can do beside its rule.
@Suite("Training runs with update options")
struct UpdateOptionsRunTests {
    private func run(
        _ folder: String, initialScale: Float = 0x1p14, resuming: Bool = false, device: Device
    ) throws -> TrainingRun<VAE> {
        let data = Bars(count: 40)
        let model = VAE(imageShape: data.exampleShape, hidden: [8], latents: 2, seed: 1)
        let optimizer = AdamW(
            for: model, learningRate: 0.02, weightDecay: 0.1,
            options: UpdateOptions(
                groups: [.noDecayOnNormsAndBiases], schedule: .cosine(over: 8).warmedUp(over: 2),
                clipping: .norm(5), accumulation: 2, averaging: WeightAverage(decay: 0.9),
                lossScaling: .dynamic(initial: initialScale, interval: 3), precision: .float16))
        return try TrainingRun(
            of: model, with: optimizer, on: data, evaluating: Bars(count: 16),
            plan: TrainingPlan(length: .steps(21), batchSize: 8, seed: 1, sampleCount: 2),
            folder: RunFolder(folder), resuming: resuming, device: device)
    }

    private func contents(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in ["checkpoint.safetensors", "best.safetensors", "metrics.jsonl", "loss.svg"] {
            files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
        return files
    }

    @Test("A run that is stopped and resumed leaves the files of an unbroken one", arguments: TestDevices.all)
    func resumes(device: Device) throws {
        try withTemporaryFolder { folder in
            try run(folder + "/whole", device: device).run()
            let whole = try contents(folder + "/whole")
            // After an update, between two batches of one, and at the end of an epoch.
            for stopped in [4, 7, 10] {
                let path = folder + "/stopped\(stopped)"
                let stop = StopRequest()
                let interrupted = try run(path, device: device)
                try interrupted.run(stop: stop) { event in
                    if case .progressed(let progress) = event, progress.step >= stopped { stop.request() }
                }
                #expect(interrupted.step < 21)
                #expect(try run(path, resuming: true, device: device).run().isComplete)
                for (name, bytes) in try contents(path) {
                    #expect(bytes == whole[name], "\(name), stopped after step \(interrupted.step)")
                }
            }
        }
    }

    @Test("Evaluations and samples are those of the averages, which a checkpoint holds")
    func averages() throws {
        try withTemporaryFolder { folder in
            let device = Device.cpu
            let training = try run(folder + "/run", device: device)
            let summary = try training.run()
            let checkpoint = try training.folder.checkpoint()
            let model = VAE(imageShape: [8, 8, 1], hidden: [8], latents: 2, seed: 9)
            func bound() throws -> Double {
                try model.negativeLogLikelihoodBound(over: Bars(count: 16), on: device)
            }
            try model.load(checkpoint)
            let weights = try bound()
            #expect(try model.loadAverages(checkpoint))
            let averages = try bound()
            #expect(averages == summary.evaluation?.value && averages != weights)
            #expect(try !model.loadAverages(Checkpoint()))
            #expect(throws: CheckpointError.self) {
                let other = VAE(imageShape: [8, 8, 1], hidden: [9], latents: 2, seed: 9)
                try other.loadAverages(checkpoint)
            }
        }
    }

    @Test("Updates that overflow are told of, in events and in the metrics")
    func overflows() throws {
        try withTemporaryFolder { folder in
            var scales: [LossScale] = []
            let training = try run(folder + "/run", initialScale: 0x1p30, device: .cpu)
            try training.run { event in if case .rescaled(_, let scale) = event { scales.append(scale) } }
            #expect(scales.first == LossScale(scale: 0x1p29, skippedCount: 1))
            let lines = try String(contentsOfFile: folder + "/run/metrics.jsonl", encoding: .utf8)
                .split(separator: "\n").map { try JSON(parsing: String($0)) }
            let logged = lines.compactMap { $0["lossScale"]?.doubleValue }.map { Float($0) }
            #expect(logged == scales.map(\.scale))
            #expect(
                lines.compactMap { $0["skippedUpdates"]?.integerValue } == scales.map(\.skippedCount))
            #expect(lines.compactMap { $0["loss"]?.doubleValue }.allSatisfy { $0.isFinite })
        }
    }
}
