import Gannet
import GannetModels

/// What `config.json` says of two networks that are trained against each other.
struct AdversarialConfiguration<Kind: AdversarialKind>: ImageModelConfiguration, KindConfiguration {
    static var sharedExplanation: String {
        let decays = Kind.decays
        return """
            In each step the discriminator makes --critic-steps updates and the generator one, by \(defaults.optimizer.title) unless \
            another --optimizer is named (Adam with β₁ = \(decays.beta1) and β₂ = \(decays.beta2)); --batch-size counts the pictures of a step, of \
            which each update of the discriminator sees its part. Alarms tell while it trains that it goes wrong: by the discriminator's \
            loss, the norms of gradients (gradients.svg), and how various its pictures are and of which classes (diversity.svg).
            """
    }
    static var defaults: TrainingDefaults {
        var defaults = Kind.defaults
        defaults.diversityCount = 256
        defaults.decays = Kind.decays
        return defaults
    }

    typealias Options = AdversarialOptions<Kind>

    let imageShape: Shape
    private let classes: Int?
    private let networks: Kind.Networks
    private let settings: AdversarialSettings
    var toldClasses: Int? { classes }

    init(imageShape: Shape, classes: Int?, _ options: AdversarialOptions<Kind>) throws(TrainingError) {
        self.imageShape = imageShape
        if Kind.isToldClasses, classes == nil {
            throw TrainingError(
                .badPlan,
                "The data do not say of which classes the pictures are, and \(Kind.title) needs to know.")
        }
        self.classes = Kind.isToldClasses ? classes : nil
        networks = Kind.Networks(options.networks, standard: Kind.networks)
        settings = AdversarialSettings(options)
        if let objection { throw TrainingError(.badPlan, "There is no such model: \(objection).") }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape else { throw reader.damaged }
        imageShape = shape
        classes = reader.integer("classes", in: 1...65_535)
        networks = try Kind.Networks(reader)
        settings = try AdversarialSettings(reader)
        if (classes != nil) != Kind.isToldClasses || objection != nil { throw reader.damaged }
    }

    /// Why there is no such model.
    private var objection: String? {
        if Double(settings.replay) * Double(imageShape.count) > 0x1p28 {
            return
                "\(settings.replay) pictures of shape \(imageShape) are too many to keep: give a smaller --replay"
        }
        return settings.objection ?? networks.objection(to: imageShape, classes: classes ?? 0, settings)
    }

    var json: [String: JSON] {
        let own: [String: JSON?] = [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "classes": classes.map { .integer($0) },
        ]
        return own.compactMapValues(\.self).merging(networks.json) { $1 }.merging(settings.json) { $1 }
    }

    func check(_ options: AdversarialOptions<Kind>) throws(TrainingError) {
        for change in networks.changes(options.networks) {
            try Self.checkUnchanged(change.name, change.given, change.own) { $0 }
        }
        try Self.checkUnchanged(options, settings)
    }

    func model(seed: UInt64) -> Kind.Networks.Model {
        networks.model(
            imageShape: imageShape, classes: classes, tellsClasses: Kind.tellsClasses,
            objective: settings.objective, seed: seed)
    }

    func procedure(
        for model: Kind.Networks.Model, by optimizer: OptimizerSettings
    ) -> any TrainingProcedure {
        var optimizer = optimizer
        optimizer.measuresGradients = true
        return settings.training(of: model, by: optimizer)
    }
}
