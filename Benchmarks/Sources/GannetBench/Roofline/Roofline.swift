import Gannet
import GannetCPU
import GannetOpenCL

/// What a device can do at most, measured on it.
struct Roofline: Sendable {
    /// Single-precision additions and multiplications a second, in 10⁹.
    var gigaflopsPerSecond: Double
    /// Bytes read and written a second by a copy of large buffers, in 10⁹.
    var gigabytesPerSecond: Double

    /// The least time in which the device could do the work.
    func leastSeconds(for work: Work) -> Double {
        max(work.operations / gigaflopsPerSecond, work.bytes / gigabytesPerSecond) * 1e-9
    }

    /// Measures a device.
    static func measure(_ device: Device) throws -> Roofline {
        switch try device.evaluator().backend {
        case let backend as OpenCLBackend: try measure(backend)
        case let backend as CPUBackend: measure(backend)
        case let backend: throw BenchmarkError("What \(backend.name) can do at most cannot be measured.")
        }
    }

    /// The fields as they are printed.
    var json: JSON {
        [
            "gigaflopsPerSecond": .number(gigaflopsPerSecond),
            "gigabytesPerSecond": .number(gigabytesPerSecond),
        ]
    }

    /// Reads what ``json`` has written, or a report that holds it.
    init(contentsOf path: String) throws {
        let json = try JSON(parsing: TextFile.read(path))
        guard let flops = (json["roofline"] ?? json)["gigaflopsPerSecond"]?.doubleValue,
            let bytes = (json["roofline"] ?? json)["gigabytesPerSecond"]?.doubleValue, flops > 0, bytes > 0
        else {
            throw BenchmarkError("\(path) holds no roofline; make it with `gannet-bench roofline --json`.")
        }
        self.init(gigaflopsPerSecond: flops, gigabytesPerSecond: bytes)
    }

    init(gigaflopsPerSecond: Double, gigabytesPerSecond: Double) {
        self.gigaflopsPerSecond = gigaflopsPerSecond
        self.gigabytesPerSecond = gigabytesPerSecond
    }
}

extension Roofline: CustomStringConvertible {
    var description: String {
        "at most \(Table.number(gigaflopsPerSecond, digits: 1)) GFLOP/s and "
            + "\(Table.number(gigabytesPerSecond, digits: 1)) GB/s"
    }
}

/// The shortest of several times that `body` takes, in seconds.
func shortestSeconds(of count: Int, _ body: () throws -> Void) rethrows -> Double {
    var shortest = Double.infinity
    for _ in 0..<count {
        let start = ContinuousClock.now
        try body()
        shortest = min(shortest, (ContinuousClock.now - start) / .seconds(1))
    }
    return shortest
}
