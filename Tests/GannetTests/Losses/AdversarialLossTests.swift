import Gannet
import GannetTestSupport
import Testing

@Suite("Adversarial losses")
struct AdversarialLossTests {
    @Test(
        "Where the discriminator is sure, the generator's minimax gradient vanishes, and the other is −1",
        arguments: TestDevices.all)
    func saturation(device: Device) throws {
        /// By the logit of a picture that D takes for a made one.
        func slope(_ loss: AdversarialLoss, _ logit: Float) throws -> Float {
            let made = Tensor([logit])
            return try gradients(of: loss.generator(made: made), withRespectTo: [made])[0]
                .sum().scalar(on: device)
        }
        #expect(abs(try slope(.minimax, -20)) < 1e-8)
        #expect(abs(try slope(.nonSaturating, -20) + 1) < 1e-8)
        // Where D cannot tell, both are −½.
        #expect(try slope(.minimax, 0) == -0.5 && slope(.nonSaturating, 0) == -0.5)
    }

    @Test("The penalty pulls where the slope is not 1, and not at a slope of 0", arguments: TestDevices.all)
    func penalty(device: Device) throws {
        var noise = RandomStream(seed: 3)
        let images = noise.normal([4, 3])
        for (slope, expected) in [(0, 10), (1, 0), (3, 40)] as [(Float, Float)] {
            let weight = Tensor([slope, 0, 0])
            let value = CriticPenalty.gradient(weight: 10).value(
                of: { ($0 * weight).sum(axes: [1]) }, real: images, made: -images, noise: &noise)
            #expect(abs(try value.scalar(on: device) - expected) < 1e-3, "\(slope)")
            let pull = try gradients(of: value, withRespectTo: [weight])[0].array(of: Float.self, on: device)
            #expect(abs(pull[0] - (slope == 0 ? 0 : 20 * (slope - 1))) < 1e-3, "\(pull)")
        }
    }
}
