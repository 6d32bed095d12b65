import ArgumentParser
import Gannet

/// `gannet-bench all`.
struct All: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures every operation and step at the shapes of a suite.")

    @Option(help: "The shapes: tiny (to try the tool), small (a few cores) or large (a GPU).")
    var suite = Suite.small

    @Option(help: "Only the commands that contain this.")
    var only = ""

    @Flag(help: "Print only the commands, one a line, and measure nothing.")
    var list = false

    @OptionGroup var options: MeasurementOptions

    private var commands: [[String]] {
        suite.commands.filter { only.isEmpty || $0.joined(separator: " ").contains(only) }
    }

    func run() throws {
        if list {
            for line in commands { print(line.joined(separator: " ")) }
            return
        }
        let device = try options.chosenDevice()
        let roofline = try options.chosenRoofline(of: device)
        if !options.json { print("\(device.title): \(roofline)") }
        var results: [JSON] = []
        var rows = [Report.heading]
        for words in commands {
            guard let command = try GannetBench.parseAsRoot(words) as? any BenchmarkCommand else { continue }
            do {
                let report = try command.report(on: device, against: roofline, repeats: options.repeats)
                results.append(report.json(of: words))
                rows.append(report.row)
            } catch let error as DeviceError {
                // A device that cannot do one thing may do the others.
                results.append([
                    "command": .string(words.joined(separator: " ")), "error": .string(error.message),
                ])
                rows.append(Table.Row(words.joined(separator: " "), ["failed"], ["", "", "", "", ""]))
            }
        }
        if options.json {
            print(
                JSON.object([
                    "device": .string(device.title), "roofline": roofline.json,
                    "results": .array(results),
                ]))
        } else {
            print(Table.text(rows))
        }
    }
}
