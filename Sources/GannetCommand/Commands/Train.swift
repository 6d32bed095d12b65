import ArgumentParser

/// `gannet train`: a subcommand for each model.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model.", subcommands: [TrainVAE.self])
}
