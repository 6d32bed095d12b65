import ArgumentParser
import Gannet
import GannetOpenCL
import GannetTestSupport

/// `gannet-bench conformance`.
struct Conformance: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares everything that a device computes with the reference evaluator.",
        discussion: "The suite is that of Gannet's tests. The exit status is 1 when anything is wrong.")

    @Option(help: "The device, as in the other commands.")
    var device: String?

    @Flag(help: "On OpenCL, the kernels of both styles, not only of the one that suits the device.")
    var everyStyle = false

    @Option(help: "Only the cases whose name contains this.")
    var only: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        var outcomes: [ConformanceOutcome] = []
        for device in try devices() {
            let outcome = ConformanceOutcome(of: device, only: only)
            if !json { print(outcome) }
            outcomes.append(outcome)
        }
        if json { print(JSON.object(["conformance": .array(outcomes.map(\.json))]).indentedDescription) }
        if outcomes.contains(where: { !$0.failures.isEmpty }) { throw ExitCode.failure }
    }

    private func devices() throws -> [Device] {
        let device = try device.map { name throws(DeviceError) in try Device.named(name) } ?? .default
        guard everyStyle, let backend = try device.evaluator().backend as? OpenCLBackend else {
            return [device]
        }
        return try KernelStyle.allCases.map { style throws(DeviceError) in
            Device(try OpenCLBackend(device: backend.device, style: style))
        }
    }
}
