import ArgumentParser
import GannetModels

/// `gannet train`: a subcommand for each model.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model.",
        subcommands: [
            TrainModel<VAEConfiguration>.self, TrainModel<AutoencoderConfiguration>.self,
            TrainModel<CodedModelConfiguration<VQVAE>>.self, TrainModel<CodedModelConfiguration<VQVAE2>>.self,
            TrainModel<CodePriorConfiguration>.self, TrainModel<FVBNConfiguration>.self,
            TrainModel<PixelCNNConfiguration>.self, TrainModel<GatedPixelCNNConfiguration>.self,
            TrainModel<RowPixelRNNConfiguration>.self, TrainModel<DiagonalPixelRNNConfiguration>.self,
            TrainModel<ConditionalPixelCNNConfiguration>.self, TrainModel<PixelCNNPlusPlusConfiguration>.self,
            TrainModel<FlowConfiguration<RealNVP>>.self, TrainModel<FlowConfiguration<Glow>>.self,
            TrainModel<FlowConfiguration<MAF>>.self,
            TrainModel<AdversarialConfiguration<PerceptronGANKind>>.self,
            TrainModel<AdversarialConfiguration<ConditionalGANKind>>.self,
            TrainModel<AdversarialConfiguration<AuxiliaryGANKind>>.self,
            TrainModel<AdversarialConfiguration<DCGANKind>>.self,
            TrainModel<AdversarialConfiguration<WassersteinGANKind>>.self,
            TrainModel<AdversarialConfiguration<PenalizedGANKind>>.self,
            TrainModel<DDPMConfiguration>.self,
            TrainModel<WaveNetConfiguration>.self,
            TrainModel<ClassifierConfiguration>.self, TrainModel<EncodedClassifierConfiguration>.self,
        ])
}
