import ArgumentParser
import Gannet

/// `gannet-bench roofline`.
struct RooflineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roofline",
        abstract:
            "Measures what a device can do at most: multiply-adds in registers, and a copy of large buffers.")

    @OptionGroup var options: MeasurementOptions

    func run() throws {
        let device = try options.chosenDevice()
        let roofline = try Roofline.measure(device)
        if options.json {
            print(JSON.object(["device": .string(device.title), "roofline": roofline.json]))
        } else {
            print("\(device.title): \(roofline)")
        }
    }
}
