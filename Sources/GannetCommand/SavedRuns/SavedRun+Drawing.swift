import Gannet
import GannetData
import GannetModels

extension SavedRun {
    /// The model as one that draws pictures, in the way that is asked for; throws where it does not.
    func pictureModel(
        drawing asked: DrawingArguments
    ) throws -> any GenerativeModel & ImageModel {
        if asked.isOfDiffusion { return try diffusionModel(drawing: asked) }
        guard let order = asked.order else {
            return try model(as: (any GenerativeModel & ImageModel).self, for: "pictures to draw")
        }
        if var flow = model as? any FlowModel, !order.isNaive {
            flow.temperature = order.temperature
            return flow
        }
        guard var model = model as? any PixelwiseModel else {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), and --temperature and --naive are for PixelCNNs, PixelRNNs and "
                    + "WaveNets, --temperature for flows, too."
            )
        }
        model.drawing = order
        return model
    }

    /// The model as a diffusion model that draws in the way that is asked for; throws where it is none.
    func diffusionModel(drawing asked: DrawingArguments) throws -> DDPM {
        guard var model = model as? DDPM else {
            throw TrainingError(
                .badRun,
                asked.isOfDiffusion
                    ? "\(folder.path) holds \(kind.title), and --sampler, --sampler-steps, --eta, --guidance and --weaker are for "
                        + "diffusion models."
                    : "\(folder.path) holds \(kind.title), and a diffusion model is needed.")
        }
        if asked.order != nil {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title), and --temperature and --naive are for PixelCNNs, PixelRNNs and WaveNets."
            )
        }
        if let weaker = asked.weaker {
            model.weakerNetwork = try SavedRun(weaker).weakerNetwork(of: model, in: folder.path)
            model.guidance = 1
        }
        if let guidance = asked.guidance {
            if model.conditioningClassCount == nil, model.weakerNetwork == nil {
                throw TrainingError(
                    .badRun,
                    "\(folder.path) holds a DDPM that is not told classes, and --guidance is for one that is, or with --weaker."
                )
            }
            model.guidance = guidance
        }
        try checkRange("--sampler-steps", asked.samplerSteps, 1...model.diffusion.schedule.timesteps)
        model.sampler = asked.diffusionSampler(of: model.diffusion)
        return model
    }

    /// The run's network, as one that pictures of a model in another folder are guided away from; throws where it is none.
    private func weakerNetwork(of other: DDPM, in path: String) throws -> UNet {
        guard let model = model as? DDPM else {
            throw TrainingError(
                .badRun, "\(folder.path) holds \(kind.title), and --weaker is for a diffusion model.")
        }
        let differences: [(String, Bool)] = [
            ("sizes of pictures", model.imageShape != other.imageShape),
            ("schedules", model.diffusion.schedule.betas != other.diffusion.schedule.betas),
            ("predictions", model.diffusion.prediction != other.diffusion.prediction),
            ("numbers of classes", model.conditioningClassCount != other.conditioningClassCount),
            ("kinds of variance", model.diffusion.variance != other.diffusion.variance),
        ]
        if let (what, _) = differences.first(where: \.1) {
            throw TrainingError(
                .badRun,
                "The models in \(path) and in \(folder.path) are of different \(what), and one cannot guide the other."
            )
        }
        return model.network
    }
}

extension SavedRun {
    /// The picture in a file, which must be of a model's shape, or else `count` of the run's test pictures, which `seed` chooses:
    /// [count, height, width, channels], values in 0…1.
    func pictures(_ path: String?, count: Int, seed: UInt64, for model: any ImageModel) throws -> Tensor {
        guard let path else {
            let pictures = try testData(nil).examples
            let order = DataOrder.permutation(count: pictures.count, seed: seed, epoch: 0)
            return try pictures.batch(at: Array(order.prefix(count))).images
        }
        let shape = model.imageShape
        let bitmap = try Bitmap(contentsOf: path).converted(channels: shape[2])
        if bitmap.height != shape[0] || bitmap.width != shape[1] {
            throw DataError(
                .mismatch, path: path,
                "\(path) has \(bitmap.width) × \(bitmap.height) pixels, and the run's pictures have \(shape[1]) × \(shape[0])."
            )
        }
        return bitmap.tensor
    }
}

extension DrawingArguments {
    /// The sampler that pictures are drawn with where nobody says another.
    static func standardSampler(of diffusion: GaussianDiffusion) -> DiffusionSampler {
        DiffusionSampler(
            .ddim(eta: 0), of: diffusion, steps: min(standardSteps, diffusion.schedule.timesteps),
            spacing: .trailing)
    }
    private static let standardSteps = 50

    /// The sampler of a diffusion process that is asked for.
    fileprivate func diffusionSampler(of diffusion: GaussianDiffusion) -> DiffusionSampler {
        let all = diffusion.schedule.timesteps
        let (kind, standard): (DiffusionSampler.Kind, Int) =
            switch sampler ?? .ddim {
            case .ddpm: (.ddpm, all)
            case .ddim: (.ddim(eta: eta ?? 0), Self.standardSteps)
            case .dpmSolver: (.dpmSolver, 20)
            }
        return DiffusionSampler(
            kind, of: diffusion, steps: samplerSteps ?? min(standard, all), spacing: .trailing)
    }
}
