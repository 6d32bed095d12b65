import GannetGraph

/// The reference evaluator in the place of a device, rounding each result to `float32`: what the suites are tested
/// with themselves.
public enum ReferenceDevice {
    /// Leaves with the values of `tensors`.
    public static func evaluate(_ tensors: [Tensor]) throws -> [Tensor] {
        try ReferenceEvaluator(float32Rounding: .nearest).values(of: tensors).map(leaf)
    }

    /// A leaf that holds `value`.
    public static func leaf(_ value: ReferenceValue) -> Tensor {
        switch value.scalarType {
        case .float32: Tensor(value.elements.map { Float($0) }, shape: value.shape)
        case .int32: Tensor(value.elements.map { Int32($0) }, shape: value.shape)
        case .uint32: Tensor(value.elements.map { UInt32($0) }, shape: value.shape)
        case .bool: Tensor(value.elements.map { $0 != 0 }, shape: value.shape)
        case .float16, .bfloat16: halves(value)
        }
    }

    /// A leaf of 16-bit numbers, those nearest to the elements.
    private static func halves(_ value: ReferenceValue) -> Tensor {
        let bits = value.elements.map {
            UInt16(truncatingIfNeeded: Literal($0, type: value.scalarType).bits)
        }
        return bits.withUnsafeBytes {
            Tensor(copying: $0, shape: value.shape, scalarType: value.scalarType)
        }
    }
}
