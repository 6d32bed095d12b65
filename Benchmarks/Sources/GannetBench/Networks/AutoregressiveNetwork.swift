import ArgumentParser
import Gannet
import GannetModels

/// The models that draw pixel by pixel, for black and white pictures of 28×28 pixels.
enum AutoregressiveNetwork: String, CaseIterable, ExpressibleByArgument {
    /// The PixelCNN of residual blocks: 101,505 parameters.
    case residualPixelCNN = "residual-pixelcnn"
    case gatedPixelCNN = "gated-pixelcnn"
    case rowPixelRNN = "pixelrnn-row"
    case diagonalPixelRNN = "pixelrnn-diagonal"

    private static let side = 28

    /// The model with weights that follow from a seed.
    private var model: any AutoregressiveModel {
        let shape: Shape = [Self.side, Self.side, 1]
        return switch self {
        case .residualPixelCNN: PixelCNN(imageShape: shape, seed: 2)
        case .gatedPixelCNN: GatedPixelCNN(imageShape: shape, features: 32, blocks: 5, seed: 2)
        case .rowPixelRNN: PixelRNN(.row, imageShape: shape, features: 16, layers: 2, seed: 2)
        case .diagonalPixelRNN: PixelRNN(.diagonal, imageShape: shape, features: 16, layers: 1, seed: 2)
        }
    }

    /// The multiplications of a pixel in one pass, at the taps that masks keep.
    private var multiplicationsPerPixel: Int {
        switch self {
        case .residualPixelCNN: 24 * 64 + 7 * (64 * 32 + 5 * 32 * 32 + 32 * 64) + 64 * 64 + 64
        case .gatedPixelCNN:
            (21 + 3) * 64 + 64 * 64 + 32 * 32 + 5 * (8 * 32 * 64 + 64 * 64 + 32 * 32) + 32 * 32 + 32
        case .rowPixelRNN: 24 * 32 + 2 * (2 * 32 * 64 + 3 * 16 * 64 + 16 * 32) + 32 * 32 + 32
        case .diagonalPixelRNN: 24 * 32 + 2 * (32 * 64 + 2 * 16 * 64) + 16 * 32 + 32 * 32 + 32
        }
    }

    /// A training step.
    func step(batch: Int, on device: Device) throws -> Workload {
        try step(of: model, batch: batch, on: device)
    }

    private func step(of model: some AutoregressiveModel, batch: Int, on device: Device) throws -> Workload {
        let optimizer = Adam(for: model, learningRate: 1e-3)
        var random = RandomStream(seed: 2)
        let images = try random.uniform([batch, Self.side, Self.side, 1]).rounded().evaluated(on: device)
        let operations = 6 * Double(images.count * multiplicationsPerPixel)
        let work = Work.step(operations: operations, parameters: model.parameters, batch: images.count)
        return Workload("step \(rawValue)", shape: "\(batch)", work: work) { device in
            try optimizer.update(minimizing: model.negativeLogLikelihood(images).mean(), on: device)
        }
    }

    /// The drawing of pictures.
    func drawing(batch: Int, on device: Device) throws -> Workload {
        let model = model
        let pixels = batch * Self.side * Self.side
        let parameters = model.parameters.reduce(0) { $0 + $1.parameter.shape.count }
        let work = Work(
            operations: 2 * Double(pixels * multiplicationsPerPixel), numbers: pixels + parameters)
        return Workload("draw \(rawValue)", shape: "\(batch)", work: work) { device in
            _ = try model.samples(batch, seed: 1).evaluated(on: device)
        }
    }
}
