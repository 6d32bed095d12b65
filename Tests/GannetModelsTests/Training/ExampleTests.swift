import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The worked examples: the same losses on every device, and the same bytes however often a run is stopped.
@Suite("Examples")
struct ExampleTests {
    enum Example: String, CaseIterable { case pixelCNN, dcgan, ddpm }

    private func train(
        _ example: Example, steps: Int, folder: String, device: Device, resuming: Bool = false,
        stop: StopRequest = StopRequest(), stoppingAfter last: Int = .max
    ) throws {
        let data = Bars()
        let plan = TrainingPlan(length: .steps(steps), batchSize: 16, seed: 3, sampleCount: 4)
        func run<Model: Module>(_ model: Model, _ procedure: any TrainingProcedure) throws {
            let training = try TrainingRun(
                of: model, by: procedure, on: data, evaluating: Bars(count: 16), plan: plan,
                folder: RunFolder(folder), resuming: resuming, device: device)
            try training.run(stop: stop) { event in
                if case .saved(let step) = event, step >= last { stop.request() }
                if case .sampled(_, let images) = event {
                    #expect(images.shape == [4, 8, 8, 1])
                    let values = try images.array(of: Float.self, on: device)
                    #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 })
                }
            }
        }
        switch example {
        case .pixelCNN:
            let model = PixelCNN(imageShape: data.exampleShape, features: 8, blocks: 2, seed: 1)
            try run(model, LossMinimization(of: model, with: Adam(for: model)))
        case .dcgan:
            let model = DCGAN(imageShape: data.exampleShape, features: 8, latents: 8, seed: 1)
            try run(model, model.training())
        case .ddpm:
            var model = DDPM(
                imageShape: data.exampleShape, network: UNet.Configuration(channels: 1, features: [8, 8]),
                seed: 1)
            model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion, steps: 10)
            try run(model, LossMinimization(of: model, with: Adam(for: model)))
        }
    }

    private func losses(_ folder: String) throws -> [[Double]] {
        try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8).split(separator: "\n")
            .map { try JSON(parsing: String($0)) }
            .map { line in
                ["loss", "generatorLoss", "discriminatorLoss"].compactMap { line[$0]?.doubleValue }
            }
            .filter { !$0.isEmpty }
    }

    @Test("Losses of the first 50 steps agree between devices", arguments: Example.allCases)
    func devicesAgree(example: Example) throws {
        try withTemporaryFolder { folder in
            var curves: [[[Double]]] = []
            for (number, device) in TestDevices.all.enumerated() {
                let path = folder + "/\(number)"
                try train(example, steps: 50, folder: path, device: device)
                curves.append(try losses(path))
                #expect(curves[number].count == 50)
            }
            let reference = curves[0]
            if example != .dcgan { #expect(reference[49][0] < reference[0][0]) }
            for curve in curves.dropFirst() {
                for (step, (values, expected)) in zip(curve, reference).enumerated() {
                    for (value, right) in zip(values, expected) {
                        #expect(
                            abs(value - right) <= 1e-3 * abs(right), "step \(step): \(value), not \(right)")
                    }
                }
            }
        }
    }

    @Test(
        "A run that is stopped and resumed leaves the files of an unbroken one", arguments: Example.allCases)
    func resumes(example: Example) throws {
        try withTemporaryFolder { folder in
            try train(example, steps: 12, folder: folder + "/whole", device: .cpu)
            try train(
                example, steps: 12, folder: folder + "/parts", device: .cpu, stoppingAfter: 6)
            try train(example, steps: 12, folder: folder + "/parts", device: .cpu, resuming: true)
            for name in ["checkpoint.safetensors", "metrics.jsonl", "loss.svg"] {
                let files = try ["whole", "parts"].map {
                    try Data(contentsOf: URL(filePath: folder + "/\($0)/" + name))
                }
                #expect(files[0] == files[1], "\(name)")
            }
        }
    }

    @Test("Every step after the first finds its programs")
    func compilations() throws {
        // A device of this test's own: others compile on theirs meanwhile.
        let device = Device.cpu(threads: 5)
        for example in Example.allCases {
            try withTemporaryFolder { folder in
                func count(_ steps: Int, _ name: String) throws -> Int {
                    let before = try device.evaluator().compilationCount
                    try train(example, steps: steps, folder: folder + name, device: device)
                    return try device.evaluator().compilationCount - before
                }
                let (first, second) = (try count(2, "/two"), try count(5, "/five"))
                #expect(first > 0 && second == 0, "\(example): \(first), \(second)")
            }
        }
    }
}
