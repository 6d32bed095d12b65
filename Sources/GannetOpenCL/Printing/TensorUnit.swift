import GannetGraph
import GannetKernels

/// A matrix unit that products and convolutions of the GPU style multiply with.
struct TensorUnit: Hashable {
    /// What operands are rounded to.
    var precision: ProductPrecision
    /// Whether plain OpenCL C stands for the unit's instruction, for tests on devices without one.
    var isEmulated = false

    /// What `group_tile.cl` needs instead of its own section `sums`, before a kernel and after it.
    var sums: (begin: String, end: String) {
        let source = isEmulated ? KernelSources.tensorEmulation : KernelSources.tensorTile
        func shared(_ name: String) -> String { KernelSection.text(name, of: KernelSources.tensorTile) }
        return (
            KernelSection.text(precision.rawValue, of: source) + KernelSection.text("instruction", of: source)
                + shared("tensor sums"),
            shared("tensor sums end") + KernelSection.text("end", of: source)
        )
    }
}

extension TensorUnit {
    /// The unit that a device multiplies with at a precision; nil at `float32`. Whether it multiplies as it should is for
    /// ``ProductPrecisionTest`` to find out.
    static func unit(
        of device: OpenCLDevice, style: KernelStyle, precision: ProductPrecision, emulated: ProductPrecision?
    ) throws(DeviceError) -> TensorUnit? {
        if precision == .float32 { return nil }
        // A compiler for other processors may end the process over NVIDIA's inline assembly.
        guard style == .gpu, emulated != nil || device.vendor.uppercased().contains("NVIDIA") else {
            throw DeviceError(
                .unavailable,
                "\(device.label) has no matrix units that Gannet knows for products of the precision \(precision); "
                    + "use the precision float32, or an NVIDIA GPU with kernels in gpu style.")
        }
        return TensorUnit(precision: emulated ?? precision, isEmulated: emulated != nil)
    }
}
