import Gannet
import GannetModels

extension SavedRun {
    /// The model as one that draws pictures, in the way that is asked for; throws where it does not.
    func pictureModel(
        drawing asked: DrawingArguments
    ) throws -> any GenerativeModel & ImageModel {
        if asked.isOfDiffusion { return try diffusionModel(asked) }
        guard let order = asked.order else {
            return try model(as: (any GenerativeModel & ImageModel).self, for: "pictures to draw")
        }
        guard var model = model as? any PixelwiseModel else {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), and --temperature and --naive are for PixelCNNs, PixelRNNs and "
                    + "WaveNets."
            )
        }
        model.drawing = order
        return model
    }

    private func diffusionModel(_ asked: DrawingArguments) throws -> DDPM {
        guard var model = model as? DDPM else {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), and --sampler and --steps are for diffusion models."
            )
        }
        let kind: DiffusionSampler.Kind = asked.sampler == .ddim ? .ddim(eta: 0) : .ddpm
        let count = asked.steps ?? model.sampler.timesteps.count
        try checkRange("--steps", count, 1...model.diffusion.schedule.timesteps)
        model.sampler = DiffusionSampler(kind, of: model.diffusion, steps: count)
        return model
    }
}
