/// The type of a tensor's elements.
///
/// ``float16`` and ``bfloat16`` are types for storage: they halve the memory of a tensor, and what moves it, and have
/// no arithmetic of their own. Operators, functions, reductions and contractions read such tensors as ``float32``, and
/// their results are `float32`: `half + half` is a `float32` tensor. What only moves or picks elements keeps the type:
/// reshaping, permuting, slicing, padding, concatenating, gathering, `select`, loops. `cast(to:)` makes tensors of these
/// types, and is the only place where numbers are rounded to them. The gradient of a tensor has the tensor's type.
public enum ScalarType: UInt8, Sendable, BitwiseCopyable, Hashable, CaseIterable {
    /// IEEE 754 binary32.
    case float32
    /// Two's complement, 32 bits; arithmetic wraps.
    case int32
    /// Unsigned, 32 bits; arithmetic wraps.
    case uint32
    /// One byte in memory, 0 or 1.
    case bool
    /// IEEE 754 binary16: 11 significant bits, up to 65504. For storage only.
    case float16
    /// The upper half of a binary32: 8 significant bits and its whole range. For storage only.
    case bfloat16

    /// The size of one element in memory, in bytes.
    public var byteCount: Int {
        switch self {
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16: 2
        case .bool: 1
        }
    }

    /// Whether the type is a floating-point one, and so has gradients.
    public var isFloatingPoint: Bool { self == .float32 || isStorageOnly }

    /// Whether the type is an integer one.
    public var isInteger: Bool { self == .int32 || self == .uint32 }

    /// Whether the type has no arithmetic: its elements are numbers of ``float32`` that take half the memory.
    public var isStorageOnly: Bool { self == .float16 || self == .bfloat16 }

    /// Whether one ``Operation/cast(_:)`` leads to `target`. Types for storage only are reached from ``float32``, and
    /// lead to it.
    package func convertsDirectly(to target: ScalarType) -> Bool {
        (!isStorageOnly || target == .float32) && (!target.isStorageOnly || self == .float32)
    }
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

// Swift has no `Float16` on Intel Macs.
#if !(os(macOS) && arch(x86_64))
    extension Float16: TensorScalar {
        public static var scalarType: ScalarType { .float16 }
        public var literal: Literal { Literal(type: .float16, bits: UInt32(bitPattern)) }
    }
#endif

extension BFloat16: TensorScalar {
    public static var scalarType: ScalarType { .bfloat16 }
    public var literal: Literal { Literal(type: .bfloat16, bits: UInt32(bitPattern)) }
}
