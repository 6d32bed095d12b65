import ArgumentParser
import Gannet

/// `gannet-bench step`.
struct Step: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a whole training step: loss, gradients, Adam.")

    @Argument(help: "The model: \(StepModel.names.joined(separator: ", ")).")
    var model: StepModel

    @Option(help: "The number of pictures.") var batch = 64
    @OptionGroup var options: MeasurementOptions

    func validate() throws { try require(batch > 0, "--batch must be positive.") }

    func workload(on device: Device) throws -> Workload {
        try model.workload(batch: batch, on: device)
    }
}

/// The models whose steps are measured.
enum StepModel: ExpressibleByArgument, CaseIterable {
    case vae, pixelCNN, dcgan, wganGP, uNet
    case latentVariable(LatentVariableNetwork)
    case autoregressive(AutoregressiveNetwork)

    static let allCases: [StepModel] =
        [.vae, .pixelCNN, .dcgan, .wganGP, .uNet] + LatentVariableNetwork.allCases.map { .latentVariable($0) }
        + AutoregressiveNetwork.allCases.map { .autoregressive($0) }

    static var names: [String] { allCases.map(\.name) }

    var name: String {
        switch self {
        case .vae: "vae"
        case .pixelCNN: "pixelcnn"
        case .dcgan: "dcgan"
        case .wganGP: "wgan-gp"
        case .uNet: "unet"
        case .latentVariable(let network): network.rawValue
        case .autoregressive(let network): network.rawValue
        }
    }

    init?(argument: String) {
        guard let model = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = model
    }

    static var allValueStrings: [String] { names }

    func workload(batch: Int, on device: Device) throws -> Workload {
        switch self {
        case .vae: try Workload.vaeStep(batch: batch, on: device)
        case .pixelCNN: try Workload.pixelCNNStep(batch: batch, on: device)
        case .dcgan: try Workload.dcganStep(batch: batch, on: device)
        case .wganGP: try Workload.wganGPStep(batch: batch, on: device)
        case .uNet: try DiffusionNetwork().step(batch: batch, on: device)
        case .latentVariable(let network): try network.step(batch: batch, on: device)
        case .autoregressive(let network): try network.step(batch: batch, on: device)
        }
    }
}
