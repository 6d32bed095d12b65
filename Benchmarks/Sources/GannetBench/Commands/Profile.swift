import ArgumentParser
import Gannet
import GannetCompiler

/// `gannet-bench profile`.
struct Profile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures each kernel of a training step, against what the device can do.",
        discussion: """
            Times are the least of several steps, on OpenCL devices of the kernels alone, without what is between \
            them. Convolutions by Winograd's filtering count the operations that they save, and what stays in caches \
            is faster than the memory: such kernels may pass the roofline.
            """)

    @Argument(help: "The model: \(StepModel.names.joined(separator: ", ")).")
    var model: StepModel

    @Option(help: "The number of pictures.") var batch = 64
    @OptionGroup var options: MeasurementOptions

    func validate() throws { try require(batch > 0, "--batch must be positive.") }

    func run() throws {
        CallTimes.start()
        let device = try options.chosenDevice()
        let roofline = try options.chosenRoofline(of: device)
        let workload = try model.workload(batch: batch, on: device)
        for _ in 0...options.repeats { try workload.run(device) }
        try device.evaluator().backend.synchronize()
        let programs = CallTimes.all.filter { $0.runs > options.repeats }
        guard let step = programs.max(by: { $0.calls.count < $1.calls.count }) else {
            throw BenchmarkError("No program of \(workload.operation) ran on \(device).")
        }
        let profile = StepProfile(
            title: "\(workload.operation) \(workload.shape)", device: device.title, roofline: roofline,
            calls: step.calls)
        if options.json {
            print(profile.json)
        } else {
            print("\(profile.device): \(roofline)")
            print(profile.text)
        }
    }
}
