import ArgumentParser
import Gannet
import GannetOpenCL

/// What all measurements have in common.
struct MeasurementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where to compute: 'cpu', 'opencl', 'opencl:1' (by number) or 'opencl:NAME' (by a part of its name). "
                + "By default what GANNET_DEVICE names, else a GPU, else the CPU.", valueName: "device"))
    var device: String?

    @Option(help: "The number of threads of the device 'cpu'; by default one for each processor.")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "What products and convolutions of an OpenCL device round the numbers that they multiply to: float32 (not "
                + "at all), tf32, float16 or bfloat16. By default what GANNET_PRODUCT_PRECISION says, else float32.",
            valueName: "precision"), transform: precision(named:))
    var precision: ProductPrecision?

    @Option(help: "How often to measure.")
    var repeats = 10

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "What 'gannet-bench roofline --json' printed for the same device and threads; otherwise the roofline "
                + "is measured first.", valueName: "file.json"))
    var roofline: String?

    func validate() throws {
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), and must be at least 1.") }
        if let threads, threads < 1 {
            throw ValidationError("--threads is \(threads), and must be at least 1.")
        }
    }

    private static func precision(named name: String) throws -> ProductPrecision {
        if let precision = ProductPrecision(rawValue: name) { return precision }
        let names = ProductPrecision.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--precision is \(name), and must be one of \(names).")
    }

    /// The device that was named, or the default.
    func chosenDevice() throws -> Device {
        let device: Device =
            if let name = self.device {
                try .named(name, productPrecision: precision)
            } else if let precision {
                try .opencl(productPrecision: precision)
            } else {
                .default
            }
        _ = try device.evaluator()
        if device == .cpu, let threads { return Device.cpu(threads: threads) }
        return device
    }

    /// What the device can do at most: read from the file, or measured.
    func chosenRoofline(of device: Device) throws -> Roofline {
        if let roofline { return try Roofline(contentsOf: roofline) }
        return try Roofline.measure(device)
    }
}
