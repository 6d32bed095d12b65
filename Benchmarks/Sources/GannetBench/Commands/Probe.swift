import ArgumentParser
import Gannet
import GannetOpenCL

/// `gannet-bench probe`.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells what the OpenCL devices of this machine are, how fast, and which instructions work.",
        discussion: """
            Each instruction is tried by a small kernel whose results are known. Those of NVIDIA's PTX are asked of \
            NVIDIA's devices only.
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() {
        let platforms = OpenCLPlatforms.discover()
        let probes = platforms.devices.map(DeviceProbe.init)
        let remarks = platforms.reason.map { [$0] } ?? []
        if json {
            print(
                JSON.object([
                    "devices": .array(probes.map(\.json)), "remarks": .array(remarks.map { .string($0) }),
                ]).indentedDescription)
        } else {
            for line in probes.map(\.text) + remarks { print(line) }
        }
    }
}
