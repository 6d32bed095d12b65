import GannetCompiler
import GannetGraph

extension Tensor {
    /// The elements in row-major order.
    ///
    /// - Parameters:
    ///   - type: The Swift type of the elements; it must be that of the tensor.
    ///   - device: Where the tensor is computed.
    public func array<Scalar: TensorScalar>(
        of type: Scalar.Type = Scalar.self, on device: Device = .default, file: StaticString = #fileID,
        line: UInt = #line
    ) throws(DeviceError) -> [Scalar] {
        if Scalar.scalarType != scalarType {
            invalidUse(
                "array(of:)", "the tensor is \(scalarType), not \(Scalar.scalarType)", file: file, line: line)
        }
        let buffer = try device.evaluator().evaluate([self])[0].hostBuffer()
        return [Scalar](unsafeUninitializedCapacity: count) { elements, initialized in
            withExtendedLifetime(buffer) {
                UnsafeMutableRawBufferPointer(elements).copyMemory(from: UnsafeRawBufferPointer(buffer.bytes))
            }
            initialized = count
        }
    }

    /// Calls `body` with the bytes of the elements in row-major order, which are valid until it returns.
    public func withBytes<Result>(
        on device: Device = .default, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let buffer = try device.evaluator().evaluate([self])[0].hostBuffer()
        return try withExtendedLifetime(buffer) { try body(UnsafeRawBufferPointer(buffer.bytes)) }
    }

    /// The value of a floating-point tensor with one element.
    public func scalar(
        on device: Device = .default, file: StaticString = #fileID, line: UInt = #line
    ) throws(DeviceError) -> Float {
        if count != 1 {
            invalidUse("scalar()", "shape \(shape) has \(count) elements", file: file, line: line)
        }
        return try widened.array(of: Float.self, on: device, file: file, line: line)[0]
    }

    /// A tensor with the same values that is a leaf: it is computed now, and what is built on it later does not
    /// compute it again. The values stay on the device.
    public func evaluated(on device: Device = .default) throws(DeviceError) -> Tensor {
        try Tensor.evaluate([self], on: device)[0]
    }

    /// Leaves with the values of `tensors`, computed in one program.
    public static func evaluate(
        _ tensors: [Tensor], on device: Device = .default
    ) throws(DeviceError) -> [Tensor] {
        let storages = try device.evaluator().evaluate(tensors)
        return zip(tensors, storages).map { Tensor($1, shape: $0.shape, scalarType: $0.scalarType) }
    }
}

extension Tensor: CustomStringConvertible {
    /// The type, the shape and the first values, computed on ``Device/default``.
    public var description: String {
        let shown = 8
        let head = flattened()
        let first = count > shown ? head.slice(0..<shown, axis: 0) : head
        do throws(DeviceError) {
            let values: [String] =
                switch scalarType {
                case .float32: try first.array(of: Float.self).map { "\($0)" }
                case .int32: try first.array(of: Int32.self).map { "\($0)" }
                case .uint32: try first.array(of: UInt32.self).map { "\($0)" }
                case .bool: try first.array(of: Bool.self).map { "\($0)" }
                case .float16, .bfloat16: try first.widened.array(of: Float.self).map { "\($0)" }
                }
            let list = values.joined(separator: ", ") + (count > shown ? ", …" : "")
            return "\(scalarType) \(shape): \(list)"
        } catch {
            return "\(scalarType) \(shape): \(error.message)"
        }
    }
}
