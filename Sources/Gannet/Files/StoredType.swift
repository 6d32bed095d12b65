import GannetGraph

/// The type of the numbers in a file, which may be one that tensors do not have.
///
/// Numbers of such a type are converted when they are read, and never rounded: a value that the tensor's type does
/// not have is an error. Integers become `int32` where they have a sign and `uint32` where they have none,
/// floating-point numbers of 64 bits become `float32`.
package enum StoredType: Sendable, Hashable, CaseIterable {
    /// One byte; what is not 0 is true.
    case bool
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a `float32`.
    case bfloat16
    case float32, float64

    /// The type in which a tensor's elements are written.
    package init(_ scalarType: ScalarType) {
        switch scalarType {
        case .float32: self = .float32
        case .int32: self = .int32
        case .uint32: self = .uint32
        case .bool: self = .bool
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        }
    }

    /// The size of one number in the file, in bytes.
    package var byteCount: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// The type of the tensor that such numbers are read into.
    package var scalarType: ScalarType {
        switch self {
        case .bool: .bool
        case .int8, .int16, .int32, .int64: .int32
        case .uint8, .uint16, .uint32, .uint64: .uint32
        case .float32, .float64: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }

    /// Whether the bytes of a little-endian file are those that a tensor holds, but for truth values above 1.
    package var isHeldAsStored: Bool { self == StoredType(scalarType) }

    /// A value that the tensor's type does not have.
    package struct Inexact: Error {
        /// The number of the element.
        package var index: Int
        /// The value, as people write it.
        package var value: String
    }

    /// Reads the numbers in `source` into `destination`, which has room for as many elements of ``scalarType``.
    package func decode(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer,
        isBigEndian: Bool = false
    ) throws(Inexact) {
        let order = ByteOrder(isBig: isBigEndian)
        switch self {
        case .bool: try order.convert(source, destination, { (bits: UInt8) in bits == 0 ? 0 : 1 as UInt8 })
        case .int8: try order.convert(source, destination, { Int32(Int8(bitPattern: $0 as UInt8)) })
        case .int16: try order.convert(source, destination, { Int32(Int16(bitPattern: $0 as UInt16)) })
        case .int64:
            try order.convert(
                source, destination, { Int32(exactly: Int64(bitPattern: $0 as UInt64)) },
                text: { "\(Int64(bitPattern: $0))" })
        case .uint8: try order.convert(source, destination, { UInt32($0 as UInt8) })
        case .uint16: try order.convert(source, destination, { UInt32($0 as UInt16) })
        case .uint64: try order.convert(source, destination, { UInt32(exactly: $0 as UInt64) })
        case .float16, .bfloat16: try order.convert(source, destination, { $0 as UInt16 })
        case .int32, .uint32, .float32: try order.convert(source, destination, { $0 as UInt32 })
        case .float64:
            try order.convert(
                source, destination, { Self.float(double: $0) }, text: { "\(Double(bitPattern: $0))" })
        }
    }

    /// The number whose `float64` has these bits; nil where `float32` does not have it.
    private static func float(double bits: UInt64) -> Float? {
        let value = Double(bitPattern: bits)
        let nearest = Float(value)
        return value.isNaN || Double(nearest) == value ? nearest : nil
    }
}

/// In which order the bytes of a number follow one another.
private struct ByteOrder {
    let isBig: Bool

    func convert<Bits: FixedWidthInteger, Held: BitwiseCopyable>(
        _ source: UnsafeRawBufferPointer, _ destination: UnsafeMutableRawBufferPointer,
        _ conversion: (Bits) -> Held?, text: (Bits) -> String = { "\($0)" }
    ) throws(StoredType.Inexact) {
        for index in 0..<source.count / MemoryLayout<Bits>.size {
            let stored = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            let bits = isBig ? Bits(bigEndian: stored) : Bits(littleEndian: stored)
            guard let held = conversion(bits) else {
                throw StoredType.Inexact(index: index, value: text(bits))
            }
            destination.storeBytes(of: held, toByteOffset: index * MemoryLayout<Held>.size, as: Held.self)
        }
    }
}
