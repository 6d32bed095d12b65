import Gannet
import GannetModels

/// What `config.json` says of a denoising diffusion model.
struct DDPMConfiguration: ImageModelConfiguration {
    static let name = "ddpm"
    static let title = "a DDPM"
    static let longTitle = "a denoising diffusion model"
    static let explanation = """
        A U-Net with \(standard.features[0]), \(standard.features[1]) and \(standard.features[2]) features learns to tell the noise \
        in pictures that steps of a schedule turn into noise. Trained by Adam; pictures and figures are those of averaged weights. \
        Pictures are drawn by 50 steps of DDIM, or as gannet sample says. The figure is a bound on the negative log-likelihood of \
        pixels of 256 levels.
        """
    static let defaults = TrainingDefaults(
        epochs: 2, batchSize: 32, learningRate: 1e-3, lossDigits: 4, averageDecay: 0.999)
    static let score: Score? = Score(
        title: "bound on the negative log-likelihood", key: "negativeLogLikelihoodBound")

    typealias Options = DDPMOptions

    /// What a model is like unless the user says otherwise.
    static let standard = (timesteps: 1000, patch: 1, features: [32, 64, 128], blocks: 1)
    static let timestepCounts = 1...100_000
    static let patchSides = 1...256
    static let featureCounts = 8...4096
    static let blockCounts = 1...16
    private static let levelCounts = 1...8

    var imageShape: Shape
    private var schedule = NoiseScheduleName.linear
    private var timesteps: Int
    private var prediction = PredictionName.noise
    private var variance = VarianceName.small
    private var objective: ObjectiveName
    private var usesImportance = false
    /// How many classes pictures may be of; nil where that does not matter.
    private var classes: Int?
    var toldClasses: Int? { classes }
    private var patch: Int
    private var features: [Int]
    private var blocks: Int
    private var attention: [Int] = []
    private var dropout: Float = 0

    init(imageShape: Shape, classes: Int?, _ options: DDPMOptions) throws(TrainingError) {
        self.imageShape = imageShape
        schedule = options.schedule ?? .linear
        timesteps = options.timesteps ?? Self.standard.timesteps
        prediction = options.prediction ?? .noise
        variance = options.variance ?? .small
        objective = options.loss ?? (variance == .learned ? .hybrid : .simple)
        usesImportance = options.importance
        patch = options.patch ?? Self.standard.patch
        features = options.features ?? Self.standard.features
        blocks = options.blocks ?? Self.standard.blocks
        attention = Array(Set(options.attention ?? [])).sorted()
        dropout = options.dropout ?? 0
        if options.classes { self.classes = try Self.knownClasses(classes) }
        if let wrong = attention.first(where: { !features.indices.contains($0) }) {
            throw TrainingError(
                .badPlan,
                "--attention names level \(wrong), and the levels are numbered from 0 to \(features.count - 1)."
            )
        }
        if variance == .learned, objective == .simple {
            throw TrainingError(
                .badPlan,
                "--loss simple does not train a learned variance: take hybrid or bound, or another --variance."
            )
        }
        if let objection { throw TrainingError(.badPlan, "There is no such network: \(objection).") }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        func name<Name: RawRepresentable<String>>(_ key: String) -> Name? {
            json[key]?.stringValue.flatMap(Name.init(rawValue:))
        }
        guard let shape = reader.imageShape,
            let schedule: NoiseScheduleName = name("noiseSchedule"),
            let timesteps = reader.integer("timesteps", in: Self.timestepCounts),
            let prediction: PredictionName = name("prediction"),
            let variance: VarianceName = name("variance"),
            let objective: ObjectiveName = name("objective"),
            let usesImportance = json["importance"]?.booleanValue,
            let features = reader.integers("features", in: Self.featureCounts),
            let blocks = reader.integer("blocks", in: Self.blockCounts),
            let attention = reader.integers("attention", in: 0...Self.levelCounts.upperBound),
            let dropout = json["dropout"]?.doubleValue, (0..<1).contains(dropout)
        else { throw reader.damaged }
        imageShape = shape
        patch = try reader.optionalInteger("patch", in: Self.patchSides) ?? Self.standard.patch
        (self.schedule, self.timesteps, self.prediction) = (schedule, timesteps, prediction)
        (self.variance, self.objective, self.usesImportance) = (variance, objective, usesImportance)
        (self.features, self.blocks, self.attention) = (features, blocks, attention)
        self.dropout = Float(dropout)
        classes = reader.integer("classes", in: 1...65_535)
        if objection != nil || classes == nil && json["classes"] != nil
            || (objective == .hybrid) && variance != .learned
        {
            throw reader.damaged
        }
    }

    private var network: UNet.Configuration {
        var network = UNet.Configuration(channels: imageShape[2], features: features)
        network.patch = patch
        network.blocks = blocks
        network.attentionLevels = Set(attention)
        network.headFeatures = 32
        network.dropout = dropout
        return network
    }

    /// Why there is no model of these sizes.
    private var objection: String? {
        Self.levelCounts.contains(features.count)
            ? network.objection(to: imageShape) : "it would have \(features.count) levels"
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "noiseSchedule": .string(schedule.rawValue), "timesteps": .integer(timesteps),
            "prediction": .string(prediction.rawValue), "variance": .string(variance.rawValue),
            "objective": .string(objective.rawValue), "importance": .boolean(usesImportance),
            "classes": classes.map { .integer($0) }, "patch": .integer(patch),
            "features": .array(features.map { .integer($0) }),
            "blocks": .integer(blocks), "attention": .array(attention.map { .integer($0) }),
            "dropout": .float(dropout),
        ].compactMapValues(\.self)
    }

    func check(_ options: DDPMOptions) throws(TrainingError) {
        try Self.checkUnchanged([
            ("timesteps", options.timesteps, timesteps), ("patch", options.patch, patch),
            ("blocks", options.blocks, blocks),
        ])
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        try Self.checkUnchanged("schedule", options.schedule, schedule, text: \.rawValue)
        try Self.checkUnchanged("prediction", options.prediction, prediction, text: \.rawValue)
        try Self.checkUnchanged("variance", options.variance, variance, text: \.rawValue)
        try Self.checkUnchanged("loss", options.loss, objective, text: \.rawValue)
        try Self.checkUnchanged("features", options.features, features, text: list)
        try Self.checkUnchanged("attention", options.attention, attention, text: list)
        try Self.checkUnchanged("dropout", options.dropout, dropout) { "\($0)" }
        try Self.checkUnchanged("importance", isGiven: options.importance, usesImportance)
        try Self.checkUnchanged("classes", isGiven: options.classes, classes != nil)
    }

    func model(seed: UInt64) -> DDPM {
        var model = DDPM(
            imageShape: imageShape, network: network,
            diffusion: GaussianDiffusion(
                schedule.schedule(timesteps: timesteps), predicting: prediction.prediction,
                variance: variance.variance),
            objective: objective.objective, drawsTimestepsByImportance: usesImportance, classes: classes,
            seed: seed)
        model.sampler = DrawingArguments.standardSampler(of: model.diffusion)
        return model
    }
}
