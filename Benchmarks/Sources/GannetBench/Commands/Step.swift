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
enum StepModel: String, CaseIterable, ExpressibleByArgument {
    case vae, pixelcnn, dcgan, unet

    static var names: [String] { allCases.map(\.rawValue) }

    func workload(batch: Int, on device: Device) throws -> Workload {
        switch self {
        case .vae: try Workload.vaeStep(batch: batch, on: device)
        case .pixelcnn: try Workload.pixelCNNStep(batch: batch, on: device)
        case .dcgan: try Workload.dcganStep(batch: batch, on: device)
        case .unet: try Workload.uNetStep(batch: batch, on: device)
        }
    }
}
