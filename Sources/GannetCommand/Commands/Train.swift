import ArgumentParser

/// `gannet train`: a subcommand for each model.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model.",
        subcommands: [
            TrainModel<VAEConfiguration>.self, TrainModel<PixelCNNConfiguration>.self,
            TrainModel<DCGANConfiguration>.self, TrainModel<DDPMConfiguration>.self,
            TrainModel<ClassifierConfiguration>.self,
        ])
}
