import GannetGraph

/// The loops that steps of the block interpreter are.
///
/// Operands are read, and results written, eight lanes at a time; `count` is rounded up, which registers leave
/// room for. An operand's step is 32 bytes, or 0 where one vector holds the same value for the whole block.
enum BlockLoops {
    /// One operand.
    @inline(__always)
    static func unary<A: BitwiseCopyable, R: BitwiseCopyable>(
        _ count: Int, _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ stepA: Int, _ f: (A) -> R
    ) {
        var (at, a) = (0, a)
        while at < count &* 4 {
            (d + at).storeBytes(of: f(a.loadUnaligned(as: A.self)), as: R.self)
            a += stepA
            at &+= 32
        }
    }

    /// Two operands.
    @inline(__always)
    static func binary<A: BitwiseCopyable, R: BitwiseCopyable>(
        _ count: Int, _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ stepA: Int,
        _ b: UnsafeRawPointer, _ stepB: Int, _ f: (A, A) -> R
    ) {
        var (at, a, b) = (0, a, b)
        while at < count &* 4 {
            (d + at).storeBytes(
                of: f(a.loadUnaligned(as: A.self), b.loadUnaligned(as: A.self)), as: R.self)
            a += stepA
            b += stepB
            at &+= 32
        }
    }

    /// `a` where the mask has ones, `b` elsewhere.
    static func select(
        _ count: Int, _ d: UnsafeMutableRawPointer, _ m: UnsafeRawPointer, _ stepM: Int,
        _ a: UnsafeRawPointer, _ stepA: Int, _ b: UnsafeRawPointer, _ stepB: Int
    ) {
        var (at, m, a, b) = (0, m, a, b)
        while at < count &* 4 {
            let mask = m.loadUnaligned(as: Words.self)
            let chosen =
                (a.loadUnaligned(as: Words.self) & mask) | (b.loadUnaligned(as: Words.self) & ~mask)
            (d + at).storeBytes(of: chosen, as: Words.self)
            m += stepM
            a += stepA
            b += stepB
            at &+= 32
        }
    }

    /// One operand, a lane at a time.
    @inline(__always)
    static func scalar<A: BitwiseCopyable, R: BitwiseCopyable>(
        _ count: Int, _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ stepA: Int, _ f: (A) -> R
    ) {
        let to = d.assumingMemoryBound(to: R.self)
        let from = a.assumingMemoryBound(to: A.self)
        if stepA == 0 {
            to.update(repeating: f(from[0]), count: max(count, 8))
        } else {
            for index in 0..<count { to[index] = f(from[index]) }
        }
    }

    /// Two operands, a lane at a time.
    @inline(__always)
    static func scalar<A: BitwiseCopyable>(
        _ count: Int, _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ stepA: Int,
        _ b: UnsafeRawPointer, _ stepB: Int, _ f: (A, A) -> A
    ) {
        let to = d.assumingMemoryBound(to: A.self)
        let (x, y) = (a.assumingMemoryBound(to: A.self), b.assumingMemoryBound(to: A.self))
        let (i, j) = (stepA / 32, stepB / 32)
        for index in 0..<count { to[index] = f(x[index &* i], y[index &* j]) }
    }
}

/// The functions of eight lanes that are not single operations of `SIMD8`.
///
/// Comparisons are with vectors: with a scalar they are made lane by lane for integers.
enum BlockFunctions {
    /// The largest shift that leaves anything.
    private static var last: Words { Words(repeating: 31) }

    @inline(__always)
    static func sign(_ x: Floats) -> Floats {
        var y = x
        y.replace(with: 1, where: x .> 0)
        y.replace(with: -1, where: x .< 0)
        return y
    }

    @inline(__always)
    static func maximum(_ x: Floats, _ y: Floats) -> Floats {
        var z = y.replacing(with: x, where: x .> y)
        z.replace(with: x, where: x .!= x)
        return z
    }

    @inline(__always)
    static func minimum(_ x: Floats, _ y: Floats) -> Floats {
        var z = y.replacing(with: x, where: x .< y)
        z.replace(with: x, where: x .!= x)
        return z
    }

    @inline(__always)
    static func absolute(_ x: Ints) -> Ints {
        let sign = x &>> 31
        return (x ^ sign) &- sign
    }

    @inline(__always)
    static func sign(_ x: Ints) -> Ints {
        (x &>> 31) | (Words(x .> Ints.zero) & 1).ints
    }

    @inline(__always)
    static func shiftLeft(_ x: Words, _ y: Words) -> Words {
        (x &<< y).replacing(with: 0, where: y .> last)
    }

    @inline(__always)
    static func shiftRight(_ x: Words, _ y: Words) -> Words {
        (x &>> y).replacing(with: 0, where: y .> last)
    }

    @inline(__always)
    static func shiftRight(_ x: Ints, _ y: Ints) -> Ints {
        x &>> y.replacing(with: 31, where: y.words .> last)
    }

    /// The upper halves of the products, of the even lanes and of the odd ones.
    @inline(__always)
    static func multiplyHigh(_ x: Words, _ y: Words) -> Words {
        typealias Wide = SIMD4<UInt64>
        let (a, b) = (unsafeBitCast(x, to: Wide.self), unsafeBitCast(y, to: Wide.self))
        let even = ((a & 0xFFFF_FFFF) &* (b & 0xFFFF_FFFF)) &>> 32
        let odd = ((a &>> 32) &* (b &>> 32)) & 0xFFFF_FFFF_0000_0000
        return unsafeBitCast(even | odd, to: Words.self)
    }

    @inline(__always)
    static func divide(_ x: Int32, _ y: Int32) -> Int32 {
        y == 0 ? 0 : y == -1 ? 0 &- x : x / y
    }

    @inline(__always)
    static func remainder(_ x: Int32, _ y: Int32) -> Int32 {
        y == 0 ? x : y == -1 ? 0 : x % y
    }

    /// √x. A negative x would go the slow way that sets the C library's `errno`.
    @inline(__always)
    static func squareRoot(_ x: Float) -> Float {
        let root = (x < 0 ? 0 : x).squareRoot()
        return x < 0 ? .nan : root
    }

    /// The integer that x is truncated to, saturated; 0 for NaN.
    @inline(__always)
    static func int(_ x: Float) -> Int32 {
        if x.isNaN { return 0 }
        return x >= 0x1p31 ? .max : x <= -0x1p31 ? .min : Int32(x)
    }

    /// The unsigned integer that x is truncated to, saturated; 0 for NaN.
    @inline(__always)
    static func word(_ x: Float) -> UInt32 {
        if !(x > 0) { return 0 }
        return x >= 0x1p32 ? .max : UInt32(x)
    }

    /// x rounded to the nearest `float32`: two halves that are exact, added with one rounding.
    @inline(__always)
    static func float(_ x: Words) -> Floats {
        Floats((x &>> 16).ints) * 0x1p16 + Floats((x & 0xFFFF).ints)
    }
}
