/// An element in memory that is another thing in a register.
protocol StoredElement {
    /// The bits in memory.
    associatedtype Bits: FixedWidthInteger & UnsignedInteger
    /// What is in a register for the bits of an element.
    static func widened(_ bits: Bits) -> UInt32
    /// The bits of the element that is in a register.
    static func narrowed(_ register: UInt32) -> Bits
    /// Reads `count` elements that lie one after another.
    static func load(_ memory: UnsafePointer<Bits>, to registers: UnsafeMutablePointer<UInt32>, count: Int)
    /// Writes `count` elements.
    static func store(_ registers: UnsafePointer<UInt32>, to memory: UnsafeMutablePointer<Bits>, count: Int)
}

/// Elements of four bytes, the same in registers.
enum StoredWord: StoredElement {
    @inline(__always) static func widened(_ bits: UInt32) -> UInt32 { bits }
    @inline(__always) static func narrowed(_ register: UInt32) -> UInt32 { register }

    @inline(__always)
    static func load(
        _ memory: UnsafePointer<UInt32>, to registers: UnsafeMutablePointer<UInt32>, count: Int
    ) {
        registers.update(from: memory, count: count)
    }

    @inline(__always)
    static func store(
        _ registers: UnsafePointer<UInt32>, to memory: UnsafeMutablePointer<UInt32>, count: Int
    ) {
        memory.update(from: registers, count: count)
    }
}

/// Truth values: 0 and 1 in memory, masks in registers.
enum StoredMask: StoredElement {
    @inline(__always) static func widened(_ bits: UInt8) -> UInt32 { 0 &- UInt32(bits) }
    @inline(__always) static func narrowed(_ register: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: register & 1)
    }

    @inline(__always)
    static func load(
        _ memory: UnsafePointer<UInt8>, to registers: UnsafeMutablePointer<UInt32>, count: Int
    ) {
        for index in 0..<count { registers[index] = widened(memory[index]) }
    }

    @inline(__always)
    static func store(
        _ registers: UnsafePointer<UInt32>, to memory: UnsafeMutablePointer<UInt8>, count: Int
    ) {
        for index in 0..<count { memory[index] = narrowed(registers[index]) }
    }
}

/// Numbers of 16 bits, `float32` in registers; eight at a time.
protocol StoredHalf: StoredElement where Bits == UInt16 {
    /// The registers of the bits in the lower half of each lane.
    static func widened(_ bits: Words) -> Words
    /// The bits of each lane, in its lower half; the upper one is not stored.
    static func narrowed(_ registers: Words) -> Words
}

extension StoredHalf {
    @inline(__always) static func widened(_ bits: UInt16) -> UInt32 {
        widened(Words(repeating: UInt32(bits)))[0]
    }
    @inline(__always) static func narrowed(_ register: UInt32) -> UInt16 {
        UInt16(truncatingIfNeeded: narrowed(Words(repeating: register))[0])
    }

    @inline(__always)
    static func load(
        _ memory: UnsafePointer<UInt16>, to registers: UnsafeMutablePointer<UInt32>, count: Int
    ) {
        let (from, to) = (UnsafeRawPointer(memory), UnsafeMutableRawPointer(registers))
        var at = 0
        while at &+ 8 <= count {
            // Two elements a word; lane by lane they would be loaded one at a time.
            let pairs = (from + at &* 2).loadUnaligned(as: SIMD4<UInt32>.self).littleEndianPairs
            var bits = Words.zero
            bits.evenHalf = pairs & 0xFFFF
            bits.oddHalf = pairs &>> 16
            (to + at &* 4).storeBytes(of: widened(bits), as: Words.self)
            at &+= 8
        }
        while at < count {
            registers[at] = widened(memory[at])
            at &+= 1
        }
    }

    @inline(__always)
    static func store(
        _ registers: UnsafePointer<UInt32>, to memory: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        let (from, to) = (UnsafeRawPointer(registers), UnsafeMutableRawPointer(memory))
        var at = 0
        while at &+ 8 <= count {
            let bits = narrowed((from + at &* 4).loadUnaligned(as: Words.self))
            let pairs = (bits.evenHalf & 0xFFFF) | (bits.oddHalf &<< 16)
            (to + at &* 2).storeBytes(of: pairs.littleEndianPairs, as: SIMD4<UInt32>.self)
            at &+= 8
        }
        while at < count {
            memory[at] = narrowed(registers[at])
            at &+= 1
        }
    }
}

extension SIMD4 where Scalar == UInt32 {
    /// Two elements a word, the first in the lower half, whatever order the machine has.
    @inline(__always) fileprivate var littleEndianPairs: Self {
        #if _endian(little)
            self
        #else
            self &<< 16 | self &>> 16
        #endif
    }
}

/// `float16`.
enum StoredFloat16: StoredHalf {
    @inline(__always) static func widened(_ bits: Words) -> Words { HalfPrecision.fromFloat16(bits).bits }
    @inline(__always) static func narrowed(_ registers: Words) -> Words {
        HalfPrecision.toFloat16(registers.floats)
    }
}

/// `bfloat16`.
enum StoredBFloat16: StoredHalf {
    @inline(__always) static func widened(_ bits: Words) -> Words { bits &<< 16 }
    @inline(__always) static func narrowed(_ registers: Words) -> Words { registers &>> 16 }
}
