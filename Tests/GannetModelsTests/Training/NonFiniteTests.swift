import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Runs in which something becomes NaN or infinite: they stop, say where it began, and save nothing of it.
@Suite("What is not finite")
struct NonFiniteTests {
    /// What goes wrong in the batch that has the marked example.
    enum Fault: CaseIterable, Sendable {
        /// The logarithm of a number below 0.
        case loss
        /// The slope of the square root at 0, where the loss is finite.
        case gradient
        /// An infinite constant less itself.
        case constants
        /// The example.
        case data
        /// A step so large that weights overflow.
        case update
    }

    private struct Faulty: TrainableModel {
        let fault: Fault
        let first: Linear
        let second: Linear

        init(_ fault: Fault) {
            var random = RandomStream(seed: 1, for: .initialization)
            self.fault = fault
            first = Linear(inputs: 4, outputs: 3, random: &random)
            second = Linear(inputs: 3, outputs: 1, random: &random)
        }

        func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
            let x = batch.images.reshape(-1, 4)
            // 1 in all batches but the one with the marked example, where it is 0.
            let sound = select(x.max() .< 1.5, 1, Tensor(0 as Float))
            let h = first(x).tanh()
            let y = second(h).squared().mean() + 1e-3 * noise.normal([1]).sum()
            switch fault {
            case .loss: return y + (y + 100 * sound - 50).log()
            case .gradient: return y + (h * sound).squared().sum().sqrt()
            case .constants:
                let masked = select(sound.broadcast(to: h.shape) .> 0.5, h, .literal(-Float.infinity))
                return y + masked.logSoftmax().mean()
            case .data: return y
            case .update: return 1e4 * y
            }
        }
    }

    /// Forty examples of four numbers; number 17 is marked.
    private struct Numbers: DataSet {
        static let marked = 17
        let mark: Float
        var count: Int { 40 }
        var exampleShape: Shape { [1, 4, 1] }

        func batch(at indices: [Int]) -> Batch {
            var values: [Float] = []
            for index in indices {
                for place in 0..<4 {
                    let isMarked = index == Self.marked && place == 0
                    values.append(isMarked ? mark : Float((index * 7 + place * 3) % 10) / 10)
                }
            }
            return Batch(images: Tensor(values, shape: [indices.count, 1, 4, 1]))
        }
    }

    private func run(_ fault: Fault, steps: Int, folder: String, device: Device) throws -> TrainingRun<Faulty>
    {
        let model = Faulty(fault)
        let rate: Float = fault == .update ? 3e38 : 0.01
        return try TrainingRun(
            of: model,
            with: fault == .update
                ? SGD(for: model, learningRate: rate) : Adam(for: model, learningRate: rate),
            on: Numbers(mark: fault == .data ? .nan : 2),
            plan: TrainingPlan(length: .steps(steps), batchSize: 4, checkpointInterval: 2),
            folder: RunFolder(folder), device: device)
    }

    /// The step, from 1, whose batch has the marked example.
    private var faultyStep: Int {
        DataOrder.permutation(count: 40, seed: 0, epoch: 0).firstIndex(of: Numbers.marked)! / 4 + 1
    }

    private func bytes(_ model: Faulty) throws -> [[Float]] {
        try model.allParameters.map { try $0.parameter.value.array(of: Float.self, on: .cpu) }
    }

    @Test("The cause is named, and the model is as it was before", arguments: Fault.allCases)
    func causes(fault: Fault) throws {
        try expectStop(fault, on: .cpu)
    }

    @Test("As on the processor, so on other devices", arguments: TestDevices.all.dropFirst())
    func otherDevices(device: Device) throws {
        try expectStop(.gradient, on: device)
    }

    private func expectStop(_ fault: Fault, on device: Device) throws {
        try withTemporaryFolder { folder in
            let faulty = try run(fault, steps: 40, folder: folder + "/faulty", device: device)
            let bad = fault == .update ? 1 : faultyStep
            try #require(fault == .update || bad > 2)
            var message = ""
            do {
                try faulty.run()
                Issue.record("nothing was found")
            } catch let error as TrainingError {
                #expect(error.kind == .notFinite)
                message = error.description
            }
            let words =
                switch fault {
                case .loss:
                    [
                        "The loss became NaN", "is the result of logarithm (near second, [])",
                        "inputs that are finite",
                    ]
                case .gradient: ["became NaN", "in the gradient the first value", "divide"]
                case .constants: ["The loss became NaN", "subtract", "[4, 3]", "inputs that hold infinity"]
                case .data: ["The loss became NaN", "an input of shape [4, 1, 4, 1]", "the data"]
                case .update: ["became infinite", "gradients are finite", "learning rate 3e+38"]
                }
            for word in ["in step \(bad)", "lower learning rate"] + words {
                #expect(message.contains(word), "\(message)")
            }

            #expect(faulty.step == bad - 1)
            for (_, optimizer, _) in faulty.procedure.optimizers { #expect(optimizer.step == bad - 1) }
            let sound = try run(fault, steps: max(bad - 1, 1), folder: folder + "/sound", device: device)
            if bad > 1 { try sound.run() }
            #expect(try bytes(faulty.model) == bytes(sound.model))
            // The last checkpoint is the one before, and all in it is finite.
            guard bad > 2 else {
                #expect(!faulty.folder.holdsCheckpoint)
                return
            }
            let checkpoint = try faulty.folder.checkpoint()
            #expect(checkpoint.metadata["step"] == String((bad - 1) / 2 * 2))
            for tensor in checkpoint.tensors.values where tensor.scalarType == .float32 {
                #expect(try tensor.array(of: Float.self, on: .cpu).allSatisfy(\.isFinite))
            }
        }
    }

    @Test("A value that does not come again is not blamed on the model")
    func whatDoesNotComeAgain() throws {
        final class Visits: @unchecked Sendable { var count = 0 }
        struct Fickle: DataSet {
            let visits = Visits()
            var count: Int { 40 }
            var exampleShape: Shape { [1, 4, 1] }
            func batch(at indices: [Int]) -> Batch {
                visits.count += 1
                let value: Float = visits.count == 3 ? .nan : 0.5
                return Batch(images: .full(value, shape: [indices.count, 1, 4, 1]))
            }
        }
        try withTemporaryFolder { folder in
            let model = Faulty(.data)
            let run = try TrainingRun(
                of: model, with: Adam(for: model), on: Fickle(),
                plan: TrainingPlan(length: .steps(9), batchSize: 4), folder: RunFolder(folder), device: .cpu)
            #expect {
                try run.run()
            } throws: {
                ($0 as? TrainingError)?.kind == .notFinite && "\($0)".contains("do not give the same twice")
            }
        }
    }
}
