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
        #expect(model.generator.parameterCount == 5 * 64 + 8 + (16 * 4 + 1))
        #expect(model.discriminator.parameterCount == (16 * 4 + 4) + (64 + 1))
        #expect(model.buffers.count == 2)
        #expect(model.samples(3, seed: 0).shape == [3, 8, 8, 1])
        let deep = DCGAN(imageShape: [28, 28, 1], features: 4, latents: 5, seed: 2)
        #expect(deep.generator.parameterCount == 5 * 7 * 7 * 8 + 16 + 16 * 8 * 4 + 8 + (16 * 4 + 1))
        #expect(deep.discriminator.parameterCount == (16 * 4 + 4) + 16 * 4 * 8 + 16 + (7 * 7 * 8 + 1))
        for side in [32, 64] {
            let deep = DCGAN(imageShape: [side, side, 3], features: 2, latents: 5, seed: 2)
            let made = deep.generator(.zeros([2, 5]), labels: nil)
            #expect(made.shape == [2, side, side, 3])
            #expect(deep.discriminator(made, labels: nil).source.shape == [2])
        }
        #expect(DCGANPlan(imageShape: [7, 8, 1]).objection != nil)
        var plan = DCGANPlan(imageShape: [28, 28, 1])
        #expect(plan.objection == nil)
        plan.tellsClasses = true
        #expect(plan.objection?.contains("classes") == true)
        (plan.classes, plan.dropoutRate) = (10, 1)
        #expect(plan.objection?.contains("drop") == true)
    }

    @Test(
        "A discriminator that knows nothing costs 2 ln 2, and the generator ln 2", arguments: TestDevices.all)
    func losses(device: Device) throws {
        for (path, parameter) in model.discriminator.parameters where path.hasPrefix("source") {
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
        "A step moves both networks, each against its own loss, and the running statistics",
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
