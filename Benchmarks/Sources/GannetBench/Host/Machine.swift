import Gannet

/// The machine that this process runs on, as its system describes it.
struct Machine {
    /// The processor's name; "unknown processor" where the system does not tell.
    let processor: String
    /// The processors that this process may use.
    let processors = Processors.count
    /// The memory in bytes; 0 where the system does not tell.
    let memoryByteCount: Int
    /// The system's name.
    let system: String

    /// Asks the system.
    init() {
        func value(_ file: String, _ key: String, _ separator: Character) -> String? {
            for line in (TextFile.readIfPresent(file) ?? "").split(separator: "\n") where line.hasPrefix(key)
            {
                let parts = line.split(separator: separator, maxSplits: 1)
                if parts.count == 2 { return String(parts[1].drop { $0 == " " || $0 == "\t" }) }
            }
            return nil
        }
        processor = value("/proc/cpuinfo", "model name", ":") ?? "unknown processor"
        let kibibytes = value("/proc/meminfo", "MemTotal", ":")?.split(separator: " ").first
        memoryByteCount = (kibibytes.flatMap { Int($0) } ?? 0) << 10
        let name = value("/etc/os-release", "PRETTY_NAME", "=")
        system = name.map { String($0.filter { $0 != "\"" }) } ?? "unknown system"
    }

    /// One line.
    var summary: String {
        "\(processor), \(processors) processor\(processors == 1 ? "" : "s"), "
            + "\(memoryByteCount >> 30) GiB, \(system)"
    }

    /// The fields as they are printed.
    var json: JSON {
        [
            "processor": .string(processor), "processors": .integer(processors),
            "memoryBytes": .integer(memoryByteCount), "system": .string(system),
        ]
    }
}
