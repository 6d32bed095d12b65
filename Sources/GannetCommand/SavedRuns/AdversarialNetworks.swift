import ArgumentParser
import Gannet
import GannetModels

/// What a generator and a discriminator are like.
protocol AdversarialNetworks: Hashable, Sendable {
    associatedtype Options: ParsableArguments
    associatedtype Model: AdversarialModel & ConditionalModel

    /// Networks as the user wants them.
    init(_ options: Options, standard: Self)
    /// Those that a `config.json` tells of.
    init(_ reader: ConfigurationReader) throws(TrainingError)
    /// The entries of `config.json`.
    var json: [String: JSON] { get }
    /// Each option that was given and is not what a run was begun with.
    func changes(_ options: Options) -> [(name: String, given: String, own: String)]
    /// Why there is no model for pictures of a shape, of so many classes or 0, that is trained so; nil if there is.
    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String?
    /// The model.
    func model(
        imageShape: Shape, classes: Int?, tellsClasses: Bool, objective: AdversarialObjective, seed: UInt64
    ) -> Model
}
