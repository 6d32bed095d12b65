import Gannet
import GannetCompiler
import GannetModels
import GannetTestSupport
import Testing

/// `GANNET_VALIDATE=1` over whole training steps: every value of a step is what the reference computes.
@Suite struct ValidatedStepTests {
    /// The device with every program's graph evaluated by the reference too.
    private func validating(_ device: Device) throws -> Device {
        Device(try device.evaluator().backend, options: DebugOptions(validates: true))
    }

    private let batch = Bars(count: 4).batch(at: [0, 5, 9, 14])

    @Test(arguments: TestDevices.everyStyle)
    func convolutionalVAE(_ device: Device) throws {
        let device = try validating(device)
        let model = ConvolutionalVAE(seed: 1)
        let optimizer = Adam(for: model)
        for _ in 0..<2 {
            let loss = try optimizer.update(
                minimizing: RandomStream.withCurrent { model.loss(batch.images, noise: &$0) }, on: device)
            #expect(try loss.scalar(on: device).isFinite)
        }
    }

    @Test(arguments: TestDevices.everyStyle)
    func adversarialNetworks(_ device: Device) throws {
        let model = DCGAN(imageShape: [8, 8, 1], features: 8, latents: 8, seed: 1)
        try step(model.training(), on: validating(device))
    }

    @Test(arguments: TestDevices.everyStyle)
    func uNet(_ device: Device) throws {
        let model = DDPM(
            imageShape: [8, 8, 1], network: UNet.Configuration(channels: 1, features: [8, 8]), seed: 1)
        try step(LossMinimization(of: model, with: Adam(for: model)), on: validating(device))
    }

    @Test(arguments: TestDevices.everyStyle)
    func autoregressiveNetworks(_ device: Device) throws {
        let device = try validating(device)
        func check(_ model: some AutoregressiveModel) throws {
            try step(LossMinimization(of: model, with: Adam(for: model)), on: device)
        }
        try check(GatedPixelCNN(imageShape: [8, 8, 1], features: 4, blocks: 1, seed: 1))
        try check(PixelRNN(.row, imageShape: [8, 8, 1], features: 4, layers: 1, seed: 1))
        try check(PixelRNN(.diagonal, imageShape: [8, 8, 1], features: 4, layers: 1, seed: 1))
    }

    private func step(_ procedure: any TrainingProcedure, on device: Device) throws {
        try Device.with(device) {
            var noise = RandomStream(seed: 2)
            for loss in try procedure.step(batch, noise: &noise) {
                #expect(try loss.scalar(on: device).isFinite)
            }
        }
    }
}

/// A variational autoencoder of strided and transposed convolutions, for pictures [8, 8, 1].
private struct ConvolutionalVAE: Module {
    private let down: Conv2D
    private let norm: BatchNorm
    private let mean: Linear
    private let logVariance: Linear
    private let widen: Linear
    private let up: ConvTranspose2D

    init(seed: UInt64) {
        var random = RandomStream(seed: seed)
        down = Conv2D(inputs: 1, outputs: 6, kernel: 4, stride: 2, padding: 1, random: &random)
        norm = BatchNorm(channels: 6)
        mean = Linear(inputs: 96, outputs: 5, random: &random)
        logVariance = Linear(inputs: 96, outputs: 5, random: &random)
        widen = Linear(inputs: 5, outputs: 96, random: &random)
        up = ConvTranspose2D(inputs: 6, outputs: 1, kernel: 4, stride: 2, padding: 1, random: &random)
    }

    /// The negative evidence lower bound of pictures [batch, 8, 8, 1], in nats per picture.
    func loss(_ images: Tensor, noise: inout RandomStream) -> Tensor {
        let features = norm(down(images)).relu().reshape(-1, 96)
        let (mean, logVariance) = (mean(features), logVariance(features))
        let latents = mean + (0.5 * logVariance).exp() * noise.normal(mean.shape)
        let logits = up(widen(latents).relu().reshape(-1, 4, 4, 6))
        let likelihood = binaryCrossEntropy(logits: logits, targets: images).sum(axes: [1, 2, 3])
        return (likelihood + gaussianKL(mean: mean, logVariance: logVariance).sum(axes: [1])).mean()
    }
}
