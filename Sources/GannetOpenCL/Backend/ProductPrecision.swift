import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What products and convolutions of an OpenCL device round the `float32` numbers that they multiply to. The products
/// are added in `float32` whatever the precision, and tensors keep their types.
///
/// Other precisions than `float32` take a device with matrix units ("tensor cores"): an NVIDIA GPU of compute capability
/// 8.0 or later. What these would not make faster is computed in `float32` all the same: products of one to four rows or
/// columns, the smallest products, convolutions of each channel by itself, loops that are one kernel.
public enum ProductPrecision: String, Sendable, Hashable, CaseIterable {
    /// Not rounded.
    case float32
    /// TensorFloat-32: 11 significant bits, the range of `float32`; to the nearest number, ties away from zero.
    case tf32
    /// IEEE 754 binary16: 11 significant bits; to the nearest number, ties to even. What is larger than 65504 becomes
    /// infinite, what is smaller than 2⁻²⁵ becomes 0.
    case float16
    /// bfloat16: 8 significant bits, the range of `float32`; to the nearest number, ties to even.
    case bfloat16

    /// The precision that `GANNET_PRODUCT_PRECISION` names; nil where it names none.
    ///
    /// - Throws: ``DeviceError`` where it says something else.
    public static func ofEnvironment() throws(DeviceError) -> ProductPrecision? {
        guard let value = getenv("GANNET_PRODUCT_PRECISION"), value.pointee != 0 else { return nil }
        let text = String(cString: value)
        guard let precision = ProductPrecision(rawValue: text.lowercased()) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            throw DeviceError(
                .unavailable, "GANNET_PRODUCT_PRECISION is \"\(text)\", and must be one of \(names).")
        }
        return precision
    }

    /// The number that is multiplied instead of `x`, which is finite.
    func rounded(_ x: Float) -> Float {
        switch self {
        case .float32: x
        case .tf32: Float(bitPattern: (x.bitPattern + 0x1000) & 0xFFFF_E000)
        case .float16: HalfBits.rounded(x, to: .float16)
        case .bfloat16: HalfBits.rounded(x, to: .bfloat16)
        }
    }
}
