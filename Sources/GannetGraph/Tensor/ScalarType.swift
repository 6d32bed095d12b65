/// The type of a tensor's elements.
public enum ScalarType: UInt8, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary32.
    case float32
    /// Two's complement, 32 bits; arithmetic wraps.
    case int32
    /// Unsigned, 32 bits; arithmetic wraps.
    case uint32
    /// One byte in memory, 0 or 1.
    case bool

    /// The size of one element in memory, in bytes.
    public var byteCount: Int { self == .bool ? 1 : 4 }

    /// Whether the type is a floating-point one, and so has gradients.
    public var isFloatingPoint: Bool { self == .float32 }

    /// Whether the type is an integer one.
    public var isInteger: Bool { self == .int32 || self == .uint32 }
}

/// A Swift type whose values can be a tensor's elements.
public protocol TensorScalar: BitwiseCopyable, Sendable, Equatable {
    /// The scalar type that stores such values.
    static var scalarType: ScalarType { get }

    /// This value as a literal of a graph.
    var literal: Literal { get }
}

extension Float: TensorScalar {
    public static var scalarType: ScalarType { .float32 }
    public var literal: Literal { Literal(type: .float32, bits: bitPattern) }
}

extension Int32: TensorScalar {
    public static var scalarType: ScalarType { .int32 }
    public var literal: Literal { Literal(type: .int32, bits: UInt32(bitPattern: self)) }
}

extension UInt32: TensorScalar {
    public static var scalarType: ScalarType { .uint32 }
    public var literal: Literal { Literal(type: .uint32, bits: self) }
}

extension Bool: TensorScalar {
    public static var scalarType: ScalarType { .bool }
    public var literal: Literal { Literal(type: .bool, bits: self ? 1 : 0) }
}
