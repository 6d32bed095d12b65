import ArgumentParser
import Gannet
import GannetData
import GannetModels

extension SavedRun {
    /// The model of codes that the run has, by itself or under a prior; nil where there is none.
    var codedModel: (any CodedModel)? { model as? any CodedModel ?? (model as? CodePrior)?.coder }

    /// The model as one with latents; throws where it has none.
    func latentModel() throws(TrainingError) -> any LatentModel {
        if model is any LatentDrawingModel {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), which has no encoder: name pictures by their numbers in what it draws."
            )
        }
        return try model(as: (any LatentModel).self, for: "encoder to latents")
    }

    /// The model as one that decodes latents; throws where it does not.
    func decodingModel() throws(TrainingError) -> any DecodingModel {
        try model(as: (any DecodingModel).self, for: "latents to decode")
    }

    /// The latents of pictures that `gannet sample` draws with a seed, by their numbers from 0, row by row; throws where these are not known.
    func drawnRows(_ numbers: [Int], seed: UInt64, option: String, on device: Device) throws -> [[Double]] {
        guard let model = model as? any LatentDrawingModel else {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), and \(option) takes numbers of drawn pictures of a GAN: name picture files."
            )
        }
        for number in numbers {
            try checkRange(option, number, 0...9999, meaning: "numbers of drawn pictures")
        }
        let rows = try model.drawnLatents((numbers.max() ?? 0) + 1, seed: seed).rows(on: device)
        return numbers.map { rows[$0] }
    }

    /// The classes that a model of latents is told of so many pictures: for one that is told any, as often the class that is asked for.
    func labels(_ asked: ClassOption, of model: any DecodingModel, count: Int) throws -> [Int]? {
        if let label = asked.label {
            try checkClass(label, of: model.conditioningClassCount)
            return [Int](repeating: label, count: count)
        }
        if let classes = model.conditioningClassCount {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title) that is told classes: say by --class of which, 0 to \(classes - 1), the pictures "
                    + "are.")
        }
        return nil
    }

    /// Throws where a model has no latent of a number that an option gives.
    func checkDimensions(_ option: String, _ dimensions: [Int], of model: any LatentModel) throws {
        for dimension in dimensions {
            try checkRange(option, dimension, 0...model.latents - 1, meaning: "the numbers of the latents")
        }
    }
}

extension Tensor {
    /// The numbers of [rows, width], a list a row.
    func rows(on device: Device) throws -> [[Double]] {
        let (numbers, width) = (try array(of: Float.self, on: device), shape[1])
        return stride(from: 0, to: numbers.count, by: width).map {
            numbers[$0..<$0 + width].map(Double.init)
        }
    }
}

extension LatentModel {
    /// The latents of pictures as numbers, a row a picture.
    func rows(of images: Tensor, labels: [Int]?, on device: Device) throws -> [[Double]] {
        try encoded(images, labels: labels).rows(on: device)
    }
}

extension DecodingModel {
    /// The pictures of rows of latents, all of one class where the model is told any.
    func pictures(of rows: [[Double]], label: Int?) -> Tensor {
        let latents = Tensor(rows.flatMap { $0.map(Float.init) }, shape: [rows.count, latents])
        return decoded(latents, labels: label.map { [Int](repeating: $0, count: rows.count) })
    }
}
