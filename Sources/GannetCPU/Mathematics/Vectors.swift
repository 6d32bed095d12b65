/// The vectors that the portable tier computes with: two 128-bit registers.
typealias Floats = SIMD8<Float>
/// Eight `int32` lanes.
typealias Ints = SIMD8<Int32>
/// Eight `uint32` lanes.
typealias Words = SIMD8<UInt32>
/// Eight truth values.
typealias Mask = SIMDMask<SIMD8<Int32>>

extension SIMD8 where Scalar == Float {
    /// The bits of each lane.
    @inline(__always) var bits: Words { unsafeBitCast(self, to: Words.self) }

    /// |x|, with NaN's payload kept.
    @inline(__always) var magnitude: Floats { (bits & 0x7FFF_FFFF).floats }

    /// The sign bit of each lane.
    @inline(__always) var signBits: Words { bits & 0x8000_0000 }

    /// Whether each lane is NaN.
    @inline(__always) var isNaN: Mask { self .!= self }
}

extension SIMD8 where Scalar == UInt32 {
    /// All bits where the mask holds, none elsewhere.
    @inline(__always) init(_ mask: Mask) {
        self = Words.zero.replacing(with: Words(repeating: ~0), where: mask)
    }

    /// Whether any bit is set.
    @inline(__always) var isAnySet: Bool {
        let pairs = unsafeBitCast(self, to: SIMD4<UInt64>.self)
        return pairs[0] | pairs[1] | pairs[2] | pairs[3] != 0
    }

    /// The numbers that these bits stand for.
    @inline(__always) var floats: Floats { unsafeBitCast(self, to: Floats.self) }

    /// The same bits as signed numbers.
    @inline(__always) var ints: Ints { unsafeBitCast(self, to: Ints.self) }
}

extension SIMD8 where Scalar == Int32 {
    /// The same bits as unsigned numbers.
    @inline(__always) var words: Words { unsafeBitCast(self, to: Words.self) }
}
