import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("DCGAN")
struct DCGANTests {
    private let model = DCGAN(imageShape: [8, 8, 1], features: 4, latents: 5, seed: 2)
    private let batch = Bars().batch(at: [1, 5, 9, 14])

    @Test("The parts have the shapes and the number of parameters that they should")
    func shapes() {
        #expect(model.generator.parameterCount == 5 * 32 + 16 + 8 + 16 * 8 * 4 + (16 * 4 + 1))
        #expect(model.discriminator.parameterCount == (16 * 4 + 4) + 16 * 4 * 8 + 16 + (32 + 1))
        #expect(model.buffers.count == 6)
        #expect(model.samples(3).shape == [3, 8, 8, 1])
        let z = Tensor.zeros([2, 5])
        #expect(model.generator(z).shape == [2, 8, 8, 1])
        #expect(model.discriminator(model.generator(z)).shape == [2])
    }

    @Test(
        "A discriminator that knows nothing costs 2 ln 2, and the generator ln 2", arguments: TestDevices.all)
    func losses(device: Device) throws {
        for (path, parameter) in model.discriminator.parameters where path.hasPrefix("logit") {
            parameter.assign(
                Tensor([Float](repeating: 0, count: parameter.shape.count), shape: parameter.shape))
        }
        var noise = RandomStream(seed: 1)
        let discriminator = try model.discriminatorLoss(batch, noise: &noise).scalar(on: device)
        let generator = try model.generatorLoss(batch, noise: &noise).scalar(on: device)
        #expect(abs(Double(discriminator) - 2 * log(2.0)) < 1e-6)
        #expect(abs(Double(generator) - log(2.0)) < 1e-6)
        #expect(noise == RandomStream(seed: 1, position: 2))
    }

    @Test(
        "A step moves both networks, each against its own loss, and their averages",
        arguments: TestDevices.all)
    func step(device: Device) throws {
        func values(_ module: some Module) throws -> [[Float]] {
            try module.allParameters.map { try $0.parameter.value.array(of: Float.self, on: device) }
        }
        let training = model.training()
        let (generator, discriminator) = (try values(model.generator), try values(model.discriminator))
        var noise = RandomStream(seed: 1)
        let losses = try Device.with(device) { try training.step(batch, noise: &noise) }
        #expect(losses.count == 2 && noise.position == 2)
        for (before, after) in [
            (generator, try values(model.generator)), (discriminator, try values(model.discriminator)),
        ] {
            for (old, new) in zip(before, after) { #expect(old != new) }
        }
    }
}
