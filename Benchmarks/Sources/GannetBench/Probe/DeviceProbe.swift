import Gannet
import GannetCompiler
import GannetOpenCL

/// What is found out about one OpenCL device.
struct DeviceProbe {
    let device: OpenCLDevice
    /// Why the device cannot be used; nil where it can.
    var refusal: String?
    /// The rates measured on it; nil where it cannot be used.
    var roofline: Roofline?
    /// What each instruction gave.
    var instructions: [(name: String, outcome: InstructionProbe.Outcome)] = []
    /// What the driver says when it compiles with `-cl-nv-verbose`; empty for other drivers than NVIDIA's.
    var compilerLog = ""

    /// Asks the device.
    init(_ device: OpenCLDevice) {
        self.device = device
        do {
            let backend = try OpenCLBackend(device: device)
            roofline = try Roofline.measure(backend)
            let isNVIDIA = device.vendor.uppercased().contains("NVIDIA")
            // A compiler that does not know an instruction set may end the process over an inline assembly.
            let probes = InstructionProbe.portable + (isNVIDIA ? InstructionProbe.nvidia : [])
            instructions = probes.map { ($0.name, $0.outcome(on: backend)) }
            if isNVIDIA {
                compilerLog = try backend.kernel(
                    "empty", source: "__kernel void empty(__global int* x) { x[get_global_id(0)] = 1; }",
                    options: "-cl-nv-verbose"
                ).buildLog
            }
        } catch {
            refusal = "\(error)"
        }
    }

    /// The fields as they are printed.
    var json: JSON {
        var fields: [String: JSON] = [
            "device": .string("opencl:\(device.index)"), "name": .string(device.name),
            "vendor": .string(device.vendor), "platform": .string(device.platform),
            "version": .string(device.version), "driver": .string(device.driver),
            "kind": .string(device.kind.rawValue), "computeUnits": .integer(device.computeUnits),
            "clockMegahertz": .integer(device.clockMegahertz), "largestGroup": .integer(device.largestGroup),
            "memoryBytes": .integer(device.memoryByteCount),
            "localMemoryBytes": .integer(device.localMemoryByteCount),
            "largestBufferBytes": .integer(device.largestBufferByteCount),
            "extensions": .array(device.extensions.map { .string($0) }),
            "roofline": roofline?.json ?? .null,
        ]
        if let refusal { fields["refusal"] = .string(refusal) }
        if !compilerLog.isEmpty { fields["compilerLog"] = .string(compilerLog) }
        fields["instructions"] = .object(
            Dictionary(
                instructions.map { ($0.name, $0.outcome.json) }, uniquingKeysWith: { first, _ in first })
        )
        return .object(fields)
    }

    /// The same for people.
    var text: String {
        var lines = [
            "\(device)", "  \(device.platform), \(device.version), driver \(device.driver)",
            "  \(device.computeUnits) compute units at \(device.clockMegahertz) MHz, "
                + "\(device.localMemoryByteCount >> 10) KiB of local memory, groups up to \(device.largestGroup)",
        ]
        if let roofline { lines.append("  \(roofline)") }
        if let refusal { lines.append("  refused: \(refusal)") }
        for (name, outcome) in instructions { lines.append("  \(name): \(outcome)") }
        lines.append("  extensions: \(device.extensions.joined(separator: " "))")
        return lines.joined(separator: "\n")
    }
}
