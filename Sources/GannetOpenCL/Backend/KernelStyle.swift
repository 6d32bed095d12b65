import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two ways in which kernels are written.
public enum KernelStyle: String, Sendable, Hashable, CaseIterable {
    /// Many work-items that each make one element, local memory, barriers.
    case gpu
    /// Few groups of one work-item, vectors of sixteen lanes, no local memory and no barriers.
    case cpu

    /// The style that suits a device, unless `GANNET_KERNEL_STYLE` says otherwise.
    public static func suiting(_ device: OpenCLDevice) throws(DeviceError) -> KernelStyle {
        guard let value = getenv("GANNET_KERNEL_STYLE"), value.pointee != 0 else {
            return device.kind == .cpu ? .cpu : .gpu
        }
        let text = String(cString: value)
        guard let style = KernelStyle(rawValue: text.lowercased()) else {
            throw DeviceError(.unavailable, "GANNET_KERNEL_STYLE is \"\(text)\", and must be gpu or cpu.")
        }
        return style
    }
}
