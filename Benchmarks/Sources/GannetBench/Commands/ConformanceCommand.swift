import ArgumentParser
import Gannet
import GannetOpenCL
import GannetTestSupport

/// `gannet-bench conformance`.
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Compares everything that a device computes with the reference evaluator.",
        discussion: "The suite is that of Gannet's tests. The exit status is 1 when anything is wrong.")

    @Option(help: "The device, as in the other commands.")
    var device: String?

    @Flag(help: "On OpenCL, the kernels of both styles, not only of the one that suits the device.")
    var everyStyle = false

    @Option(help: "Only the cases whose name contains this.")
    var only: String?

    @Option(help: "How many graphs of random primitives.")
    var randomGraphs = 100

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        var reports: [ConformanceReport] = []
        for device in try devices() {
            let report = Conformance.check(
                device, Conformance.Extent(only: only, randomGraphs: randomGraphs))
            if !json { print(report) }
            reports.append(report)
        }
        if json { print(JSON.object(["conformance": .array(reports.map(\.json))]).indentedDescription) }
        if reports.contains(where: { !$0.failures.isEmpty }) { throw ExitCode.failure }
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

extension ConformanceReport {
    /// The fields as they are printed.
    fileprivate var json: JSON {
        [
            "device": .string(device), "cases": .integer(cases), "seconds": .number(seconds),
            "failures": .array(failures.map { .string($0) }),
        ]
    }
}
