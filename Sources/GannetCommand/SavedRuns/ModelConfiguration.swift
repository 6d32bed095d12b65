import ArgumentParser
import Gannet
import GannetModels

/// A kind of model that the tool can train: what `config.json` says of one, enough to build it again, and how it is
/// trained.
protocol ModelConfiguration: NamedModel, Hashable, Sendable {
    /// The model.
    associatedtype Model: Module
    /// What it is trained on.
    associatedtype Data: TrainingData
    /// What the user may say of the model itself.
    associatedtype Options: ParsableArguments = NoModelOptions

    /// How it is trained unless the user says otherwise.
    static var defaults: TrainingDefaults { get }
    /// What it is judged by; nil where nothing judges it.
    static var score: Score? { get }
    /// Whether it begins with the model of another run.
    static var needsRun: Bool { get }

    /// A model for `data` as the user wants it; throws where there is none.
    init(for data: Data, _ options: Options) throws(TrainingError)
    /// Reads the configuration in the file at `path`, and refuses what no model can be built from.
    init(_ json: JSON, path: String) throws(TrainingError)

    /// The entries of `config.json`.
    var json: [String: JSON] { get }

    /// Throws where a model that was begun with this configuration cannot go on with `data` as the user wants it.
    func check(_ data: Data, _ options: Options) throws
    /// The examples of a source to judge by, made ready as `saved`, a run's `config.json`, says.
    func testData(from source: DataSource, saved: JSON) throws -> any DataSet
    /// Writes what the model made to the file at `path`, or to several beside it, and returns their paths.
    func write(_ samples: Tensor, to path: String, on device: Device) throws -> [String]

    /// The model, with weights that follow from `seed`.
    func model(seed: UInt64) -> Model
    /// The model that a training begins with, which may have weights of another run.
    func firstModel(seed: UInt64) throws -> Model
    /// How the model is trained.
    func procedure(for model: Model, by optimizer: OptimizerSettings) -> any TrainingProcedure
}

/// How a model is trained unless the user says otherwise.
struct TrainingDefaults {
    var epochs: Int
    var batchSize: Int
    var learningRate: Float
    /// The number of examples drawn after each epoch.
    var sampleCount = 64
    /// The digits after the point that losses are shown with.
    var lossDigits = 2
    /// The decay of the weights' averages; nil where none are kept.
    var averageDecay: Double?
    /// How weights are updated.
    var optimizer = OptimizerSettings.Rule.adam
    /// The decays of Adam's averages.
    var decays = AdamDecays()
    /// The number of samples whose diversity is compared with that of the data; 0 for none.
    var diversityCount = 0
}

/// What a model is judged by.
struct Score {
    /// In what it is told.
    enum Unit {
        /// Nats an example.
        case nats
        /// A share of the examples, in hundredths.
        case percent
        /// A plain number an example.
        case plain
    }

    /// In sentences.
    var title: String
    /// In JSON.
    var key: String
    /// In what it is told.
    var unit = Unit.nats

    /// A figure with its unit: "105.83 nats", "98.62 %".
    func text(_ value: Double) -> String {
        switch unit {
        case .nats: Format.number(value, digits: 2) + " nats"
        case .percent: Format.number(value * 100, digits: 2) + " %"
        case .plain: Format.number(value, digits: 3)
        }
    }

    /// A figure as a sentence begins with it: "negative ELBO 105.83 nats per picture"; `example` is what is judged.
    func phrase(_ value: Double, per example: String) -> String {
        title + " " + text(value) + (unit == .percent ? "" : " per \(example)")
    }
}

/// The options of models of which nothing can be said.
struct NoModelOptions: ParsableArguments {}

extension ModelConfiguration {
    static var score: Score? { nil }
    static var needsRun: Bool { false }

    func firstModel(seed: UInt64) throws -> Model { model(seed: seed) }

    /// What an example is called in sentences: "picture".
    static var example: String { Data.name }
    /// What the model is trained on.
    static var dataType: any TrainingData.Type { Data.self }

    /// Throws where options that were given are not what a run was begun with.
    static func checkUnchanged(_ options: [(name: String, given: Int?, own: Int)]) throws(TrainingError) {
        for (name, given, own) in options { try checkUnchanged(name, given, own) { "\($0)" } }
    }

    /// Throws where an option that was given is not what a run was begun with.
    static func checkUnchanged<Value: Equatable>(
        _ name: String, _ given: Value?, _ own: Value, text: (Value) -> String
    ) throws(TrainingError) {
        guard let given, given != own else { return }
        throw TrainingError(
            .badPlan,
            "--\(name) is \(text(given)), and the run was begun with \(text(own)): leave it out, or begin another run."
        )
    }

    /// Throws where a flag was given that a run was begun without.
    static func checkUnchanged(_ name: String, isGiven: Bool, _ isOwn: Bool) throws(TrainingError) {
        if isGiven, !isOwn {
            throw TrainingError(
                .badPlan, "The run was begun without --\(name): leave it out, or begin another run.")
        }
    }
}

extension ModelConfiguration where Model: TrainableModel {
    func procedure(for model: Model, by optimizer: OptimizerSettings) -> any TrainingProcedure {
        LossMinimization(of: model, with: optimizer.optimizer(for: model))
    }
}

/// The kinds of models that the tool can train.
enum KnownModels {
    static let all: [any ModelConfiguration.Type] = [
        VAEConfiguration.self, AutoencoderConfiguration.self, CodedModelConfiguration<VQVAE>.self,
        CodedModelConfiguration<VQVAE2>.self, CodePriorConfiguration.self, FVBNConfiguration.self,
        PixelCNNConfiguration.self,
        GatedPixelCNNConfiguration.self, RowPixelRNNConfiguration.self, DiagonalPixelRNNConfiguration.self,
        ConditionalPixelCNNConfiguration.self, PixelCNNPlusPlusConfiguration.self,
        AdversarialConfiguration<PerceptronGANKind>.self, AdversarialConfiguration<ConditionalGANKind>.self,
        AdversarialConfiguration<AuxiliaryGANKind>.self, AdversarialConfiguration<DCGANKind>.self,
        AdversarialConfiguration<WassersteinGANKind>.self, AdversarialConfiguration<PenalizedGANKind>.self,
        FlowConfiguration<RealNVP>.self, FlowConfiguration<Glow>.self, FlowConfiguration<MAF>.self,
        DDPMConfiguration.self, WaveNetConfiguration.self, ClassifierConfiguration.self,
        EncodedClassifierConfiguration.self,
    ]
}

/// Numbers that a `config.json` gives, checked.
struct ConfigurationReader {
    let json: JSON
    let path: String

    /// Begins to read a configuration that must be one of the model with the given name.
    init(_ json: JSON, path: String, model: String) throws(TrainingError) {
        self.json = json
        self.path = path
        let name = json["model"]?.stringValue
        if name == model { return }
        if let name, KnownModels.all.contains(where: { $0.name == name }) {
            throw TrainingError(
                .badRun,
                "\(path) is that of another model: go on with it by gannet train \(name) --resume, or name another "
                    + "folder by --output.")
        }
        throw TrainingError(.badRun, "\(path) is damaged: it does not name a model that is known.")
    }

    /// The numbers in a list, each within `range`; nil where there is no such list.
    func integers(_ key: String, in range: ClosedRange<Int>) -> [Int]? {
        guard let values = json[key]?.arrayValue?.map(\.integerValue), !values.contains(nil) else {
            return nil
        }
        let numbers = values.compactMap(\.self)
        return numbers.allSatisfy(range.contains) ? numbers : nil
    }

    /// A number within `range`; nil where there is none.
    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        json[key]?.integerValue.flatMap { range.contains($0) ? $0 : nil }
    }

    /// The shape of pictures; nil where there is none.
    var imageShape: Shape? {
        // No single layer of a sound configuration is wider.
        integers("imageShape", in: 1...65_535).flatMap { $0.count == 3 ? Shape($0) : nil }
    }

    /// The sentence for numbers that make no model.
    var damaged: TrainingError {
        TrainingError(.badRun, "\(path) is damaged: its sizes are not those of a model.")
    }

    /// The sentence for pictures that a model is not made for.
    static func unfit(_ imageShape: Shape, _ model: String, _ need: String) -> TrainingError {
        TrainingError(.badPlan, "The pictures are of shape \(imageShape), and \(model) needs \(need).")
    }
}

extension ConfigurationReader {
    /// What an entry says; nil where there is none, as in runs of earlier versions. What makes no sense is refused.
    func optional<Value>(_ key: String, _ read: (JSON) -> Value?) throws(TrainingError) -> Value? {
        guard let entry = json[key] else { return nil }
        guard let value = read(entry) else { throw damaged }
        return value
    }

    /// A whole number, where there is one; see ``optional(_:_:)``.
    func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws(TrainingError) -> Int? {
        try optional(key) { _ in integer(key, in: range) }
    }
}
