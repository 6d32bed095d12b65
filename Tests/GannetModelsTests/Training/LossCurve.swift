import Gannet
import GannetTestSupport
import Testing

/// A model's first weights, and the losses that PyTorch's training from them gave.
struct LossCurve: Decodable {
    /// By the names of the model's parameters.
    let initial: [String: [Float]]
    let losses: [Float]
    /// What a model's noise was, where its losses follow from such; each test tells what it means.
    var noise: [Float]?

    /// Trains `model` as PyTorch did, by Adam, and checks that each loss agrees within `tolerance` of itself.
    func check(
        _ model: some Module, learningRate: Float, tolerance: Float, on device: Device, _ name: String,
        loss: (_ step: Int) -> Tensor
    ) throws {
        for (path, parameter) in model.allParameters {
            parameter.assign(Tensor(try #require(initial[path], "\(path)"), shape: parameter.shape))
        }
        let optimizer = Adam(for: model, learningRate: learningRate)
        for (step, expected) in losses.enumerated() {
            let seen = try optimizer.update(minimizing: loss(step), on: device).scalar(on: device) as Float
            #expect(abs(seen - expected) <= tolerance * abs(expected), "\(name), step \(step + 1): \(seen)")
        }
    }
}
