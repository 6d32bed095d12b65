import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Several updates of the discriminator in a step")
struct DiscriminatorStepsTests {
    /// Two numbers, and a note of the batches that each loss was asked for.
    private struct Model: AdversarialModel {
        struct Part: Module {
            let weight = Parameter(Tensor([1] as [Float]))
        }
        final class Notes: Sendable {
            let discriminator = Guarded([Int]())
            let generator = Guarded(0)
        }

        let generator = Part()
        let discriminator = Part()
        let notes = Notes()

        func discriminatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
            notes.discriminator.withLock { $0.append(batch.count) }
            let made = generator.weight.value * noise.normal([batch.count])
            return (discriminator.weight.value * (batch.examples.sum(axes: [1]) + made)).mean()
        }

        func generatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
            notes.generator.withLock { $0 += 1 }
            return (generator.weight.value * discriminator.weight.value * noise.normal([batch.count])).mean()
        }
    }

    @Test("There are as many as are asked for, each on its part of the batch", arguments: TestDevices.all)
    func parts(device: Device) throws {
        let model = Model()
        let training = AdversarialTraining(
            of: model, generator: SGD(for: model.generator, learningRate: 0.1),
            discriminator: SGD(for: model.discriminator, learningRate: 0.1), discriminatorSteps: 3)
        // One example is left out.
        let examples = (0..<14).map { Float($0) }
        let batch = Batch(images: Tensor(examples, shape: [7, 2]))
        var noise = RandomStream(seed: 5)
        let losses = try Device.with(device) { try training.step(batch, noise: &noise) }
        #expect(model.notes.discriminator.withLock { $0 } == [2, 2, 2])
        #expect(model.notes.generator.withLock { $0 } == 1)
        #expect(noise.position == 4)
        // The gradient of a part is the mean of its sums, and of its noise.
        var again = RandomStream(seed: 5)
        var weight: Float = 1
        for part in 0..<3 {
            let drawn = try again.normal([2]).array(of: Float.self, on: .cpu)
            let sums = (0..<2).map {
                examples[4 * part + 2 * $0] + examples[4 * part + 2 * $0 + 1] + drawn[$0]
            }
            let mean = (sums[0] + sums[1]) / 2
            if part == 2 { #expect(abs(try losses[1].scalar(on: device) - weight * mean) < 1e-4) }
            weight -= 0.1 * mean
        }
        let found = try model.discriminator.weight.value.array(of: Float.self, on: device)[0]
        #expect(abs(found - weight) < 1e-4)
    }

    @Test("A generator's update leaves the discriminator as it is, and no step compiles anew")
    func generatorsUpdate() throws {
        let device = Device(InterpreterBackend())
        let model = Model()
        let training = AdversarialTraining(
            of: model, generator: Adam(for: model.generator), discriminator: Adam(for: model.discriminator),
            discriminatorSteps: 2)
        var noise = RandomStream(seed: 5)
        let batch = Batch(images: .ones([4, 2]), labels: Tensor([0, 1, 2, 3] as [Int32]))
        for _ in 0..<3 { _ = try Device.with(device) { try training.step(batch, noise: &noise) } }
        // The parts of batches, and an update of each.
        #expect(try device.evaluator().compilationCount == 3)
        let before = try model.discriminator.weight.value.array(of: Float.self, on: device)
        try training.generatorOptimizer.update(
            minimizing: RandomStream.withCurrent { model.generatorLoss(batch, noise: &$0) }, on: device)
        #expect(try model.discriminator.weight.value.array(of: Float.self, on: device) == before)
    }

    @Test("Of a batch that is too small for its parts each update sees all")
    func tooSmall() throws {
        let model = Model()
        let training = AdversarialTraining(
            of: model, generator: Adam(for: model.generator), discriminator: Adam(for: model.discriminator),
            discriminatorSteps: 5)
        var noise = RandomStream(seed: 5)
        _ = try Device.with(.cpu) { try training.step(Batch(images: .ones([4, 2])), noise: &noise) }
        #expect(model.notes.discriminator.withLock { $0 } == [4, 4, 4, 4, 4])
    }
}
