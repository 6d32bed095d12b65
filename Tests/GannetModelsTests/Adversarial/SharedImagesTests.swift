import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Adversarial training in which one run of the generator serves both updates.
@Suite("Shared images")
struct SharedImagesTests {
    /// A DCGAN that counts how often its generator is run.
    private struct CountedModel: ImageSharingModel {
        final class Counter: Sendable { let count = Guarded(0) }

        let model = DCGAN(imageShape: [8, 8, 1], features: 4, latents: 5, seed: 2)
        let counter = Counter()

        var generator: DCGAN.Generator { model.generator }
        var discriminator: DCGAN.Discriminator { model.discriminator }

        func madeImages(for batch: Batch, noise: inout RandomStream) -> Tensor {
            counter.count.withLock { $0 += 1 }
            return model.madeImages(for: batch, noise: &noise)
        }

        func discriminatorLoss(
            _ batch: Batch, against madeImages: Tensor, noise: inout RandomStream
        ) -> Tensor {
            model.discriminatorLoss(batch, against: madeImages, noise: &noise)
        }

        func generatorLoss(
            of madeImages: Tensor, _ batch: Batch, noise: inout RandomStream
        ) -> Tensor {
            model.generatorLoss(of: madeImages, batch, noise: &noise)
        }
    }

    private func training(
        _ model: CountedModel, _ schedule: AdversarialSchedule
    ) -> AdversarialTraining<CountedModel> {
        AdversarialTraining(
            of: model, generator: Adam(for: model.generator, beta1: 0.5),
            discriminator: Adam(for: model.discriminator, beta1: 0.5), schedule: schedule)
    }

    @Test("The generator runs once a step, where it ran twice, and no step compiles anew")
    func cost() throws {
        let batch = Bars().batch(at: [1, 5, 9, 14])
        for (schedule, runs) in [(AdversarialSchedule.alternating, 2), (.sharingImages, 1)] {
            let device = Device(InterpreterBackend())
            let model = CountedModel()
            let training = training(model, schedule)
            var noise = RandomStream(seed: 1)
            for step in 1...2 {
                let losses = try Device.with(device) { try training.step(batch, noise: &noise) }
                #expect(try losses.allSatisfy { try $0.scalar(on: device).isFinite })
                #expect(model.counter.count.withLock { $0 } == runs * step)
                #expect(noise.position == UInt64(runs * step))
            }
            #expect(try device.evaluator().compilationCount == 2)
        }
    }

    @Test(
        "The discriminator learns from the pictures that the generator has made", arguments: TestDevices.all)
    func pictures(device: Device) throws {
        let batch = Bars().batch(at: [1, 5, 9, 14])
        let model = CountedModel()
        let training = training(model, .sharingImages)
        var (noise, again) = (RandomStream(seed: 1), RandomStream(seed: 1))
        let expected = try ModelMode.with(.training) {
            let images = model.madeImages(for: batch, noise: &again)
            return try Tensor.evaluate(
                [
                    model.generatorLoss(of: images, batch, noise: &again),
                    model.discriminatorLoss(batch, against: images, noise: &again),
                ], on: device
            ).map { try $0.scalar(on: device) }
        }
        let losses = try Device.with(device) { try training.step(batch, noise: &noise) }
        for (loss, right) in zip(losses, expected) {
            #expect(abs(try loss.scalar(on: device) - right) < 1e-5)
        }
    }
}
