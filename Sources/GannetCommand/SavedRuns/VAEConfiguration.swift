import Gannet
import GannetModels

/// What `config.json` says of a variational autoencoder, enough to build it again.
struct VAEConfiguration: Hashable {
    var imageShape: Shape
    var hidden = [400]
    var latents = 20

    init(imageShape: Shape) { self.imageShape = imageShape }

    /// Reads a configuration, and refuses what no model can be built from.
    init(_ json: JSON, path: String) throws(TrainingError) {
        func integers(_ key: String) -> [Int]? {
            guard let values = json[key]?.arrayValue?.map(\.integerValue), !values.contains(nil) else {
                return nil
            }
            return values.compactMap(\.self)
        }
        guard json["model"]?.stringValue == "vae" else {
            throw TrainingError(.badRun, "\(path) is damaged: it does not name a model that is known.")
        }
        // No single layer of a sound configuration is wider; the product of two stays below 2³² weights.
        let widths = 1...65_535
        guard let shape = integers("imageShape"), shape.count == 3, shape.allSatisfy(widths.contains),
            let hidden = integers("hidden"), hidden.allSatisfy(widths.contains), hidden.count <= 100,
            let latents = json["latents"]?.integerValue, widths.contains(latents),
            Self.weightCount(shape, hidden, latents) <= 1 << 28
        else {
            throw TrainingError(.badRun, "\(path) is damaged: its sizes are not those of a model.")
        }
        imageShape = Shape(shape)
        self.hidden = hidden
        self.latents = latents
    }

    /// The entries of `config.json`.
    var json: [String: JSON] {
        [
            "model": "vae", "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "hidden": .array(hidden.map { .integer($0) }), "latents": .integer(latents),
        ]
    }

    /// The model, with weights that follow from `seed`.
    func model(seed: UInt64 = 0) -> VAE {
        VAE(imageShape: imageShape, hidden: hidden, latents: latents, seed: seed)
    }

    /// The number of weights, for the check that the model fits in memory.
    private static func weightCount(_ shape: [Int], _ hidden: [Int], _ latents: Int) -> Int {
        let pixels = shape[0] * shape[1] * shape[2]
        let widths = [pixels] + hidden + [latents]
        let sum = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return sum < 0x1p60 ? Int(sum) : .max
    }
}
