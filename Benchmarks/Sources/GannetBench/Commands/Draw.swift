import ArgumentParser
import Gannet

/// `gannet-bench draw`.
struct Draw: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the drawing of pictures of 28×28 pixels, pixel by pixel.",
        discussion: "Each pixel computes what is new, as pixels before it have left the rest.")

    @Argument(help: "The model: \(AutoregressiveNetwork.allCases.map(\.rawValue).joined(separator: ", ")).")
    var model: AutoregressiveNetwork

    @Option(help: "The number of pictures.") var batch = 16
    @OptionGroup var options: MeasurementOptions

    func validate() throws { try require(batch > 0, "--batch must be positive.") }

    func workload(on device: Device) throws -> Workload {
        try model.drawing(batch: batch, on: device)
    }
}
