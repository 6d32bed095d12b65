import Gannet
import GannetTestSupport
import Testing

/// Losses give PyTorch's values and gradients on every device.
@Suite("Losses beside PyTorch's")
struct TorchLossTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let golden: TorchCases = readFixture("torch_losses.json")

    private static let functions = [others, adversarial, penalties].reduce(into: [:]) { all, some in
        all.merge(some) { one, _ in one }
    }

    private static let adversarial = AdversarialLoss.allCases.reduce(into: [String: Function]()) {
        cases, loss in
        cases["\(loss)Discriminator"] = { loss.discriminator(real: $0["real"]!, made: $0["made"]!) }
        cases["\(loss)Generator"] = { loss.generator(made: $0["made"]!) }
        guard loss.hasTargets else { return }
        cases["\(loss)Smoothed"] = {
            loss.discriminator(
                real: $0["real"]!, made: $0["made"]!, realTarget: $0["t"]!, madeTarget: $0["u"]!)
        }
    }

    private static let penalties: [String: Function] = [
        "gradientPenalty": {
            CriticPenalty.gradient(weight: 10).value(
                of: critic($0), real: $0["real"]!, made: $0["made"]!, epsilon: $0["epsilon"]!)
        },
        "r1": { penalty(.r1(weight: 5), $0) },
    ]

    private static func penalty(_ penalty: CriticPenalty, _ inputs: [String: Tensor]) -> Tensor {
        var noise = RandomStream(seed: 1)
        return penalty.value(of: critic(inputs), real: inputs["real"]!, made: inputs["made"]!, noise: &noise)
    }

    /// That of `torch_losses.py`.
    private static func critic(_ weights: [String: Tensor]) -> (Tensor) -> Tensor {
        { x in
            let first = x.convolved(with: weights["first"]!, stride: 2, padding: 1).softplus()
            let second =
                (first.convolved(with: weights["second"]!, stride: 2, padding: 1) + weights["bias"]!)
                .leakyReLU(slope: 0.2)
            return second.reshape(x.shape[0], -1).matmul(weights["last"]!).reshape([x.shape[0]])
        }
    }

    private static let others: [String: Function] = [
        "crossEntropy": { crossEntropy(logits: $0["x"]!, labels: $0["i"]!) },
        "crossEntropyFar": { crossEntropy(logits: $0["x"]!, labels: $0["i"]!) },
        "crossEntropySmoothed": {
            crossEntropy(logits: $0["x"]!, labels: $0["i"]!, labelSmoothing: 0.1)
        },
        "crossEntropyOfPixels": { crossEntropy(logits: $0["x"]!, labels: $0["i"]!) },
        "crossEntropySoft": { crossEntropy(logits: $0["x"]!, targets: $0["t"]!) },
        "crossEntropySoftSmoothed": {
            crossEntropy(logits: $0["x"]!, targets: $0["t"]!, labelSmoothing: 0.2)
        },
        "squaredError": { squaredError(predictions: $0["x"]!, targets: $0["t"]!) },
        "absoluteError": { absoluteError(predictions: $0["x"]!, targets: $0["t"]!) },
        "huber": { huberLoss(predictions: $0["x"]!, targets: $0["t"]!) },
        "huberWide": { huberLoss(predictions: $0["x"]!, targets: $0["t"]!, delta: 2.5) },
        "smoothL1": { smoothL1Loss(predictions: $0["x"]!, targets: $0["t"]!, beta: 0.5) },
        "smoothL1Sharp": { smoothL1Loss(predictions: $0["x"]!, targets: $0["t"]!, beta: 0) },
        "hinge": { hingeLoss(scores: $0["x"]!, targets: $0["t"]!) },
        "gaussianNLL": { gaussianNLL(mean: $0["mean"]!, logVariance: $0["logVariance"]!, targets: $0["t"]!) },
        "gaussianKL": divergence, "gaussianKLAlike": divergence,
        "discretizedGaussian": discretized, "discretizedGaussianWide": discretized,
        "discretizedGaussianFar": discretized,
        "logisticMixture": { mixture($0, channels: 1) },
        "logisticMixtureColours": { mixture($0, channels: 3) },
        "logisticMixtureNarrow": { mixture($0, channels: 1) },
        "logisticMixtureWide": { mixture($0, channels: 1) },
        "logisticMixtureFewLevels": { mixture($0, channels: 3, levels: 32) },
    ]

    @Sendable private static func divergence(_ inputs: [String: Tensor]) -> Tensor {
        gaussianKL(
            mean: inputs["mean"]!, logVariance: inputs["logVariance"]!, to: inputs["other"]!,
            logVariance: inputs["otherLogVariance"]!)
    }

    @Sendable private static func discretized(_ inputs: [String: Tensor]) -> Tensor {
        discretizedGaussianNLL(
            mean: inputs["mean"]!, logVariance: inputs["logVariance"]!, targets: inputs["t"]!)
    }

    private static func mixture(_ inputs: [String: Tensor], channels: Int, levels: Int = 256) -> Tensor {
        DiscretizedLogisticMixture(parameters: inputs["p"]!, channels: channels, levels: levels)
            .negativeLogLikelihood(of: inputs["x"]!)
    }

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(Self.golden.cases.keys))
    }

    @Test(arguments: TestDevices.everyStyle)
    func valuesAndGradients(_ device: Device) throws {
        try Self.golden.expect(Self.functions, on: device, tolerance: 1e-5)
    }
}
