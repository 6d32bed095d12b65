/// Whose device it is: what is known of it before anything was measured.
public enum DeviceFamily: Hashable, Sendable, CaseIterable {
    /// A GPU of NVIDIA's.
    case nvidia
    /// A GPU of AMD's.
    case amd
    /// A GPU of Intel's.
    case intel
    /// Processor cores.
    case processor
    /// Any other device.
    case other

    /// The bytes of local memory that a group of any of its devices may have.
    var leastLocalMemoryByteCount: Int { self == .nvidia ? 49_152 : 32_768 }

    /// The family of a device.
    public init(of device: OpenCLDevice) {
        self.init(kind: device.kind, vendor: device.vendor, platform: device.platform)
    }

    /// The family by what a device says of itself.
    package init(kind: OpenCLDevice.Kind, vendor: String, platform: String) {
        let words = (vendor + " " + platform).lowercased()
        switch kind {
        case .cpu: self = .processor
        case _ where words.contains("nvidia"): self = .nvidia
        case _ where words.contains("advanced micro") || words.contains("amd"): self = .amd
        case _ where words.contains("intel"): self = .intel
        default: self = .other
        }
    }
}
