import ArgumentParser
import Gannet

/// A command that measures one thing.
protocol BenchmarkCommand: ParsableCommand {
    /// How it is measured.
    var options: MeasurementOptions { get }

    /// What is measured, with its operands on `device`.
    func workload(on device: Device) throws -> Workload
}

extension BenchmarkCommand {
    /// Measures the workload.
    func report(on device: Device, against roofline: Roofline, repeats: Int) throws -> Report {
        let workload = try workload(on: device)
        let timing = try Timing.measure(repeats: repeats, on: device) { try workload.run(device) }
        return Report(
            operation: workload.operation, shape: workload.shape, device: device.title,
            work: workload.work, timing: timing, roofline: roofline)
    }

    func run() throws {
        let device = try options.chosenDevice()
        let roofline = try options.chosenRoofline(of: device)
        let report = try report(on: device, against: roofline, repeats: options.repeats)
        if options.json {
            print(report.json)
        } else {
            print("\(report.device): \(roofline)")
            print(Table.text([Report.heading, report.row]))
        }
    }
}

/// Says what is wrong with an option unless `condition` holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw ValidationError(message()) }
}
