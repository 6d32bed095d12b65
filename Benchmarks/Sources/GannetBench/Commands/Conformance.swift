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

/// What the suite found on one device.
struct ConformanceOutcome: CustomStringConvertible {
    let device: String
    private(set) var count = 0
    private(set) var failures: [String] = []
    private(set) var seconds = 0.0

    /// Runs the suite.
    init(of device: Device, only: String?) {
        self.device = device.description
        let start = ContinuousClock.now
        func isWanted(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }
        for test in ConformanceCase.all where isWanted(test.name) {
            note(test.name) { try test.failures(on: device) }
        }
        for test in GradientCase.all where isWanted(test.name) {
            note("gradient of \(test.name)") { try test.failures(on: device) }
        }
        if isWanted("random graphs") {
            var generator = SeededGenerator(named: "random graphs of a benchmark")
            note("random graphs") {
                try RandomGraph.failures(count: 100, graphsPerProgram: 20, &generator) {
                    try Tensor.evaluate($0, on: device)
                }
            }
        }
        seconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private mutating func note(_ name: String, _ failures: () throws -> [String]) {
        count += 1
        do {
            self.failures += try failures()
        } catch {
            self.failures.append("\(name): \(error)")
        }
    }

    var description: String {
        let head = "\(device): \(count) cases in \(Table.number(seconds, digits: 1)) s, "
        if failures.isEmpty { return head + "all as they must be." }
        return head + "\(failures.count) failures:\n" + failures.joined(separator: "\n")
    }

    /// The fields as they are printed.
    var json: JSON {
        [
            "device": .string(device), "cases": .integer(count), "seconds": .number(seconds),
            "failures": .array(failures.map { .string($0) }),
        ]
    }
}
