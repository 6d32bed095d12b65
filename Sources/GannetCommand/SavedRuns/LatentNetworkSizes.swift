import Gannet
import GannetModels

/// What `config.json` says of the networks that encode pictures and decode latents.
struct LatentNetworkSizes: Hashable {
    /// What they are like unless the user says otherwise.
    static let standard = (hidden: [400], unitsBehindConvolutions: 256, latents: 20)
    // The product of two such widths stays below 2³² weights.
    static let widths = 1...65_535

    var imageShape: Shape
    var features: [Int]
    var hidden: [Int]
    var latents: Int

    /// Sizes as the user wants them.
    init(imageShape: Shape, _ options: LatentNetworkOptions) throws(TrainingError) {
        self.imageShape = imageShape
        features = options.features ?? []
        hidden =
            options.hidden
            ?? (features.isEmpty ? Self.standard.hidden : [Self.standard.unitsBehindConvolutions])
        latents = options.latents ?? Self.standard.latents
        if let objection { throw TrainingError(.badPlan, "There is no such network: \(objection).") }
    }

    /// Reads sizes, and refuses those that no model can be built with.
    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let shape = reader.imageShape, let hidden = reader.integers("hidden", in: Self.widths),
            let latents = reader.integer("latents", in: Self.widths)
        else { throw reader.damaged }
        imageShape = shape
        self.hidden = hidden
        self.latents = latents
        // Runs of earlier versions have none, and do not say so.
        let features = reader.integers("features", in: Self.widths)
        if features == nil, reader.json["features"] != nil { throw reader.damaged }
        self.features = features ?? []
        if objection != nil { throw reader.damaged }
    }

    var network: LatentNetwork {
        features.isEmpty
            ? .perceptron(hidden: hidden) : .convolutional(features: features, hidden: hidden.first ?? 0)
    }

    /// Why there are no networks of these sizes.
    private var objection: String? {
        if !features.isEmpty, hidden.count != 1 {
            return "behind convolutions there is one hidden layer, and --hidden names \(hidden.count)"
        }
        if hidden.count > 100 || features.contains(where: { $0 > 4096 }) || weightCount > 1 << 28 {
            return "it would have too many weights"
        }
        return network.objection(to: imageShape)
    }

    /// The number of weights of the layers of units, for the check that the model fits in memory.
    private var weightCount: Int {
        let inputs = features.last.map { $0 * imageShape.count >> 2 * features.count } ?? imageShape.count
        let widths = [inputs] + hidden + [latents]
        let sum = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return sum < 0x1p60 ? Int(sum) : .max
    }

    /// The entries of `config.json`.
    var json: [String: JSON] {
        func list(_ numbers: [Int]) -> JSON { .array(numbers.map { .integer($0) }) }
        return [
            "imageShape": list(imageShape.extents), "features": list(features), "hidden": list(hidden),
            "latents": .integer(latents),
        ]
    }
}

extension ModelConfiguration {
    /// Throws where options are not those of a run's networks.
    static func checkUnchanged(
        _ options: LatentNetworkOptions, _ sizes: LatentNetworkSizes
    ) throws(TrainingError) {
        func list(_ numbers: [Int]) -> String {
            numbers.isEmpty ? "none" : numbers.map(String.init).joined(separator: ",")
        }
        try checkUnchanged("hidden", options.hidden, sizes.hidden, text: list)
        try checkUnchanged("features", options.features, sizes.features, text: list)
        try checkUnchanged([("latents", options.latents, sizes.latents)])
    }
}
