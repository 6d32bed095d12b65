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
        // The first step compiles what the others run.
        try workload.run(device)
        let before = Dictionary(
            uniqueKeysWithValues: CallTimes.all.map { (ObjectIdentifier($0), $0.runs) })
        for _ in 0..<options.repeats { try workload.run(device) }
        try device.evaluator().backend.synchronize()
        // A program that a step runs twice is there twice.
        let calls = CallTimes.all.flatMap { program in
            let runs = program.runs - (before[ObjectIdentifier(program)] ?? 0)
            return repeatElement(program.calls, count: runs / options.repeats).joined()
        }
        if calls.isEmpty {
            throw BenchmarkError("No program of \(workload.operation) ran on \(device) in every step.")
        }
        let profile = StepProfile(
            title: "\(workload.operation) \(workload.shape)", device: device.title, roofline: roofline,
            calls: calls)
        if options.json {
            print(profile.json)
        } else {
            print("\(profile.device): \(roofline)")
            print(profile.text)
        }
    }
}
