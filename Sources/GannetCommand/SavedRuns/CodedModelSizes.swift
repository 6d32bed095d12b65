import Gannet
import GannetModels

/// What `config.json` says of the networks and the books of a model of codes.
struct CodedModelSizes: Hashable {
    static let codeCounts = 2...65_535
    static let featureCounts = 2...4096
    static let halvingCounts = 1...8
    static let blockCounts = 0...100

    var imageShape: Shape
    var networks: CodeNetworkSizes
    var book: CodebookOptions
    private var learning: CodeLearningName

    /// Sizes as the user wants them, of a model with so many planes of codes.
    init(imageShape: Shape, levels: Int, _ options: CodedModelOptions) throws(TrainingError) {
        let (networks, book) = (CodeNetworkSizes(), CodebookOptions())
        self.imageShape = imageShape
        self.networks = CodeNetworkSizes(
            features: options.features ?? networks.features, halvings: options.halvings ?? networks.halvings,
            blocks: options.blocks ?? networks.blocks)
        learning = options.codeLearning ?? .average
        self.book = CodebookOptions(
            count: options.codes ?? book.count, features: options.codeFeatures ?? book.features,
            learning: learning.learning, commitment: options.commitment ?? book.commitment)
        if let objection = self.networks.objection(to: imageShape, levels: levels) {
            throw TrainingError(.badPlan, "There is no such model: \(objection).")
        }
    }

    /// Reads sizes, and refuses those that no model can be built with.
    init(_ reader: ConfigurationReader, levels: Int) throws(TrainingError) {
        guard let shape = reader.imageShape,
            let codes = reader.integer("codes", in: Self.codeCounts),
            let codeFeatures = reader.integer("codeFeatures", in: Self.featureCounts),
            let features = reader.integer("features", in: Self.featureCounts),
            let halvings = reader.integer("halvings", in: Self.halvingCounts),
            let blocks = reader.integer("blocks", in: Self.blockCounts),
            let learning = reader.json["codeLearning"]?.stringValue.flatMap(CodeLearningName.init(rawValue:)),
            let commitment = reader.json["commitment"]?.doubleValue, commitment >= 0, commitment.isFinite
        else { throw reader.damaged }
        imageShape = shape
        networks = CodeNetworkSizes(features: features, halvings: halvings, blocks: blocks)
        self.learning = learning
        book = CodebookOptions(
            count: codes, features: codeFeatures, learning: learning.learning, commitment: Float(commitment))
        if networks.objection(to: imageShape, levels: levels) != nil { throw reader.damaged }
    }

    /// The entries of `config.json`.
    var json: [String: JSON] {
        [
            "imageShape": .array(imageShape.extents.map { .integer($0) }), "codes": .integer(book.count),
            "codeFeatures": .integer(book.features), "codeLearning": .string(learning.rawValue),
            "commitment": .float(book.commitment), "features": .integer(networks.features),
            "halvings": .integer(networks.halvings), "blocks": .integer(networks.blocks),
        ]
    }
}

extension ModelConfiguration {
    /// Throws where options are not those of a run's model of codes.
    static func checkUnchanged(
        _ options: CodedModelOptions, _ sizes: CodedModelSizes
    ) throws(TrainingError) {
        try checkUnchanged([
            ("codes", options.codes, sizes.book.count),
            ("code-features", options.codeFeatures, sizes.book.features),
            ("features", options.features, sizes.networks.features),
            ("halvings", options.halvings, sizes.networks.halvings),
            ("blocks", options.blocks, sizes.networks.blocks),
        ])
        try checkUnchanged("commitment", options.commitment, sizes.book.commitment) { "\($0)" }
        let own: CodeLearningName = sizes.book.learning == .loss ? .loss : .average
        try checkUnchanged("code-learning", options.codeLearning, own, text: \.rawValue)
    }
}
