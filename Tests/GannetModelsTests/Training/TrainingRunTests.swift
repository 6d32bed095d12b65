import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Training runs")
struct TrainingRunTests {
    /// 4 × 4 pictures with one bright row or column each; does something else at the batch with number `trigger`.
    private struct Bars: DataSet {
        var count = 40
        var exampleShape: Shape { [4, 4, 1] }
        var trigger = Int.max
        var action: @Sendable () throws -> Void = {}
        let visits = Counter()

        func batch(at indices: [Int]) throws -> Batch {
            visits.value += 1
            if visits.value == trigger { try action() }
            var pixels: [Float] = []
            for index in indices {
                for row in 0..<4 {
                    for column in 0..<4 {
                        pixels.append((index % 8 < 4 ? row : column) == index % 4 ? 0.9 : 0.05)
                    }
                }
            }
            return Batch(images: Tensor(pixels, shape: [indices.count, 4, 4, 1]))
        }
    }

    private final class Counter: @unchecked Sendable { var value = 0 }
    private struct Killed: Error {}

    private func run(
        _ folder: String, on data: Bars = Bars(), steps: Int = 13, interval: Int? = nil, seed: UInt64 = 1,
        batchSize: Int = 8, hidden: Int = 8, learningRate: Float = 0.01, resuming: Bool = false,
        device: Device = .cpu
    ) throws -> TrainingRun<VAE> {
        let model = VAE(imageShape: [4, 4, 1], hidden: [hidden], latents: 2, seed: seed)
        return try TrainingRun(
            of: model, with: Adam(for: model, learningRate: learningRate), on: data,
            evaluating: Bars(count: 16),
            plan: TrainingPlan(
                length: .steps(steps), batchSize: batchSize, seed: seed, checkpointInterval: interval,
                sampleCount: 2),
            folder: RunFolder(folder), configuration: ["model": "vae"], resuming: resuming, device: device)
    }

    private func contents(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in [
            "checkpoint.safetensors", "best.safetensors", "metrics.jsonl", "loss.svg", "config.json",
        ]
        where FileManager.default.fileExists(atPath: folder + "/" + name) {
            files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
        return files
    }

    @Test("The loss falls, and the events and files of a run are all there", arguments: TestDevices.all)
    func learns(device: Device) throws {
        try withTemporaryFolder { folder in
            let run = try run(folder + "/run", steps: 100, device: device)
            var (saved, epochs, samples, bounds): ([Int], [Int], [Shape], [Double]) = ([], [], [], [])
            var progress: [TrainingProgress] = []
            let summary = try run.run { event in
                switch event {
                case .started(let step, let count): #expect(step == 0 && count == 100)
                case .progressed(let report): progress.append(report)
                case .completedEpoch(let epoch, let seconds):
                    #expect(seconds > 0)
                    epochs.append(epoch)
                case .evaluated(_, let evaluation): bounds.append(evaluation.value)
                case .sampled(_, let images): samples.append(images.shape)
                case .saved(let step): saved.append(step)
                case .rescaled: Issue.record("there is no loss scale")
                case .alarmed: Issue.record("nothing measures what alarms tell of")
                }
            }
            #expect(summary.isComplete && summary.step == 100 && summary.epochSeconds.count == 20)
            #expect(epochs == Array(1...20) && saved == epochs.map { $0 * 5 } && bounds.count == 20)
            #expect(samples == Array(repeating: [2, 4, 4, 1], count: 20))
            #expect(
                progress.last.map { $0.epoch == 20 && $0.epochCount == 20 && $0.secondsLeft == 0 } == true)
            // Independent pixels cost 16 ln 2 = 11.1 nats at first.
            #expect(bounds[19] < bounds[0] && bounds[19] < 10)
            #expect(summary.evaluation?.value == bounds.last)
            #expect(summary.best?.evaluation.value == bounds.min())
            let lines = try String(contentsOfFile: folder + "/run/metrics.jsonl", encoding: .utf8)
                .split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(lines.compactMap { $0["loss"] }.count == 100)
            #expect(lines.compactMap { $0["negativeLogLikelihoodBound"]?.doubleValue } == bounds)
            let configuration = try run.folder.configuration()
            #expect(configuration["model"] == "vae" && configuration["batchSize"] == 8)
            #expect(configuration["steps"] == 100 && configuration["seed"] == "1")
            // The weights alone can be loaded into a new model, which then scores the same.
            let model = VAE(imageShape: [4, 4, 1], hidden: [8], latents: 2, seed: 99)
            try model.load(try run.folder.checkpoint())
            #expect(try model.negativeLogLikelihoodBound(over: Bars(count: 16), on: device) == bounds[19])
        }
    }

    @Test("A run that is stopped and resumed leaves the files of an unbroken one", arguments: TestDevices.all)
    func resumes(device: Device) throws {
        try withTemporaryFolder { folder in
            try run(folder + "/whole", device: device).run()
            let whole = try contents(folder + "/whole")
            for stopped in [1, 4, 5, 6, 12] {
                let path = folder + "/stopped\(stopped)"
                let stop = StopRequest()
                let data = Bars(trigger: stopped, action: { stop.request() })
                let summary = try run(path, on: data, device: device).run(stop: stop)
                #expect(!summary.isComplete && summary.step == stopped)
                let rest = try run(path, resuming: true, device: device)
                #expect(rest.step == stopped)
                #expect(try rest.run().isComplete)
                for (name, bytes) in try contents(path) {
                    #expect(bytes == whole[name], "\(name), stopped after step \(stopped)")
                }
            }
        }
    }

    @Test("A run that dies goes on from its last checkpoint to the same end", arguments: TestDevices.all)
    func survives(device: Device) throws {
        try withTemporaryFolder { folder in
            try run(folder + "/whole", interval: 4, device: device).run()
            for (died, saved) in [(3, 0), (5, 4), (8, 5), (12, 10)] {
                let path = folder + "/died\(died)"
                let data = Bars(trigger: died, action: { throw Killed() })
                #expect(throws: Killed.self) { try run(path, on: data, interval: 4, device: device).run() }
                // A line that was being written.
                let log = try FileHandle(forWritingTo: URL(filePath: path + "/metrics.jsonl"))
                try log.seekToEnd()
                try log.write(contentsOf: Data("{\"step\":\(died),\"loss\":1}\n{\"st".utf8))
                try log.close()
                let rest = try run(path, interval: 4, resuming: true, device: device)
                #expect(rest.step == saved)
                try rest.run()
                #expect(try contents(path) == contents(folder + "/whole"), "died in step \(died)")
            }
        }
    }

    @Test("The number of threads changes nothing, also between stop and resumption")
    func threads() throws {
        try withTemporaryFolder { folder in
            // Large enough that the work is shared between threads.
            func part(_ name: String, on data: Bars, threads: Int, resuming: Bool = false) throws
                -> TrainingRun<VAE>
            {
                try run(
                    folder + name, on: data, steps: 8, batchSize: 130, hidden: 150, resuming: resuming,
                    device: .cpu(threads: threads))
            }
            let stop = StopRequest()
            try part("/whole", on: Bars(count: 300), threads: 1).run()
            try part("/parts", on: Bars(count: 300, trigger: 4, action: { stop.request() }), threads: 2).run(
                stop: stop)
            try part("/parts", on: Bars(count: 300), threads: 3, resuming: true).run()
            for name in ["checkpoint.safetensors", "metrics.jsonl"] {
                #expect(try contents(folder + "/parts")[name] == contents(folder + "/whole")[name])
            }
        }
    }

    @Test("A model that draws no pictures can be trained too")
    func trainsOthers() throws {
        struct Mean: TrainableModel {
            let mean = Parameter(Tensor([Float](repeating: 0, count: 16), shape: [4, 4, 1]))
            func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
                (batch.images - mean.value).squared().sum(axes: [1, 2, 3]).mean()
            }
        }
        try withTemporaryFolder { folder in
            let model = Mean()
            let run = try TrainingRun(
                of: model, with: SGD(for: model, learningRate: 0.1), on: Bars(), evaluating: Bars(count: 8),
                plan: TrainingPlan(length: .epochs(4), batchSize: 8), folder: RunFolder(folder), device: .cpu)
            var kinds: Set<String> = []
            try run.run { kinds.insert(String("\($0)".prefix { $0 != "(" })) }
            #expect(kinds == ["started", "progressed", "completedEpoch", "saved"])
            // Bars are equally likely in all places: a quarter of the pictures are bright in each.
            for value in try model.mean.value.array(of: Float.self, on: .cpu) {
                #expect(abs(value - 0.26) < 0.1)
            }
        }
    }

    @Test("A longer plan goes on where a shorter one ended")
    func extends() throws {
        try withTemporaryFolder { folder in
            try run(folder + "/whole").run()
            try run(folder + "/parts", steps: 6).run()
            try run(folder + "/parts", resuming: true).run()
            let checkpoint = "checkpoint.safetensors"
            #expect(try contents(folder + "/parts")[checkpoint] == contents(folder + "/whole")[checkpoint])
            // Nothing is left to do: nothing changes.
            let before = try contents(folder + "/parts")
            #expect(try run(folder + "/parts", resuming: true).run().isComplete)
            #expect(try contents(folder + "/parts") == before)
        }
    }

    @Test("A folder that holds a run is refused and left untouched")
    func refusesExisting() throws {
        try withTemporaryFolder { folder in
            try run(folder, resuming: true).run()
            let before = try contents(folder)
            #expect { try run(folder, seed: 2) } throws: { ($0 as? TrainingError)?.kind == .runExists }
            #expect(try contents(folder) == before)
        }
    }

    @Test("A checkpoint of another run or model is refused with the difference")
    func refusesMismatch() throws {
        try withTemporaryFolder { folder in
            try run(folder, steps: 2).run()
            let before = try contents(folder)
            func message(_ body: () throws -> Void) -> String {
                do {
                    try body()
                    return ""
                } catch let error as CheckpointError {
                    return error.description
                } catch {
                    return "\(type(of: error))"
                }
            }
            #expect(
                message { _ = try run(folder, seed: 2, resuming: true) }.contains("another seed, 1 and not 2")
            )
            #expect(
                message { _ = try run(folder, batchSize: 4, resuming: true) }.contains(
                    "batch size, 8 and not 4"))
            #expect(
                message { _ = try run(folder, on: Bars(count: 24), resuming: true) }
                    .contains("number of examples, 40 and not 24"))
            let other = VAE(imageShape: [4, 4, 1], hidden: [9], latents: 2)
            #expect(
                message { try other.load(RunFolder(folder).checkpoint()) }.contains("model.encoder.0.weight"))
            #expect(try contents(folder) == before)
            try Data("{}".utf8).write(to: URL(filePath: folder + "/checkpoint.safetensors"))
            #expect(message { _ = try run(folder, resuming: true) }.contains("checkpoint.safetensors"))
        }
    }

    @Test("The best checkpoint is that of the best evaluation, also after a stop between the two files")
    func keepsTheBest() throws {
        /// Gives figures that were made up, one an evaluation.
        struct Scored: TrainableModel, EvaluableModel {
            static let measure = EvaluationMeasure(name: "score", isHigherBetter: true)
            let weight = Parameter(Tensor([0, 0] as [Float]))
            let scores: [Double]
            let seen = Counter()

            func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
                (weight.value - 1).squared().sum()
            }
            func evaluation(over data: some DataSet, on device: Device) -> Double {
                defer { seen.value += 1 }
                return scores[seen.value]
            }
        }
        try withTemporaryFolder { folder in
            func run(_ steps: Int, _ scores: [Double], resuming: Bool = false) throws -> TrainingSummary {
                let model = Scored(scores: scores)
                return try TrainingRun(
                    of: model, with: SGD(for: model, learningRate: 0.1), on: Bars(), evaluating: Bars(),
                    plan: TrainingPlan(length: .steps(steps), batchSize: 8, evaluationInterval: 2),
                    folder: RunFolder(folder), resuming: resuming, device: .cpu
                ).run()
            }
            func step(_ choice: RunFolder.CheckpointChoice) throws -> String? {
                try RunFolder(folder).checkpoint(choice).metadata["step"]
            }
            let summary = try run(7, [0.2, .nan, 0.5, 0.5])
            #expect(summary.best?.step == 6 && summary.evaluation?.value == 0.5)
            #expect(try step(.best) == "6" && step(.last) == "7")
            #expect(try run(10, [0.4, 0.9], resuming: true).best?.step == 10)
            let best = try contents(folder)["best.safetensors"]
            #expect(try best == contents(folder)["checkpoint.safetensors"])
            // The process may end after the last checkpoint was written and before the best was.
            try Data("older".utf8).write(to: URL(filePath: folder + "/best.safetensors"))
            _ = try run(10, [], resuming: true)
            #expect(try contents(folder)["best.safetensors"] == best)
        }
    }

    @Test("Numbers that make no sense are refused before anything is written")
    func badPlans() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/run"
            func isRefused(_ body: () throws -> Void) -> Bool {
                do { try body() } catch { return (error as? TrainingError)?.kind == .badPlan }
                return false
            }
            #expect(isRefused { _ = try run(path, steps: 0) })
            #expect(isRefused { _ = try run(path, interval: 0) })
            #expect(isRefused { try TrainingPlan(length: .steps(1), evaluationInterval: 0).validate() })
            #expect(isRefused { _ = try run(path, batchSize: 0) })
            #expect(isRefused { _ = try run(path, learningRate: .nan) })
            #expect(isRefused { _ = try run(path, learningRate: -1) })
            #expect(isRefused { _ = try run(path, on: Bars(count: 0)) })
            #expect(isRefused { try TrainingPlan(length: .epochs(-1)).validate() })
            #expect(!FileManager.default.fileExists(atPath: path))
            try Data().write(to: URL(filePath: path))
            #expect(throws: FileError.self) { try run(path) }
            #expect { try RunFolder(folder).configuration() } throws: {
                ($0 as? TrainingError)?.kind == .badRun
            }
            #expect { try RunFolder(folder).checkpoint() } throws: { ($0 as? TrainingError)?.kind == .badRun }
        }
    }
}
