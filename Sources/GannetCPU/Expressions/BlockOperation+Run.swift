import GannetGraph

extension BlockOperation {
    /// The operands of a step, ready for a block: addresses and what a vector adds to them.
    struct Operands {
        var count: Int
        var d: UnsafeMutableRawPointer
        var a: UnsafeRawPointer
        var stepA: Int
        var b: UnsafeRawPointer
        var stepB: Int
        var c: UnsafeRawPointer
        var stepC: Int

        @inline(__always)
        func unary<A: BitwiseCopyable, R: BitwiseCopyable>(_ f: (A) -> R) {
            BlockLoops.unary(count, d, a, stepA, f)
        }

        @inline(__always)
        func binary<A: BitwiseCopyable, R: BitwiseCopyable>(_ f: (A, A) -> R) {
            BlockLoops.binary(count, d, a, stepA, b, stepB, f)
        }

        @inline(__always)
        func scalarUnary<A: BitwiseCopyable, R: BitwiseCopyable>(_ f: (A) -> R) {
            BlockLoops.scalar(count, d, a, stepA, f)
        }

        @inline(__always)
        func scalarBinary<A: BitwiseCopyable>(_ f: (A, A) -> A) {
            BlockLoops.scalar(count, d, a, stepA, b, stepB, f)
        }
    }

    /// Does the step to a block. Not for sources.
    @inline(never)
    func run(_ o: Operands) {
        switch self {
        case .load, .loadMask, .loadFloat16, .loadBFloat16, .gather, .gatherMask, .gatherFloat16,
            .gatherBFloat16, .position, .isInBounds, .randomBits, .accumulator:
            break

        // `-x` of vectors is 0 − x, which is not −0 for 0.
        case .negateFloat: o.unary { (x: Words) in x ^ 0x8000_0000 }
        case .absoluteFloat: o.unary { (x: Floats) in x.magnitude }
        case .signFloat: o.unary { (x: Floats) in BlockFunctions.sign(x) }
        case .squareRoot: o.scalarUnary { (x: Float) in BlockFunctions.squareRoot(x) }
        case .exponential: o.unary { (x: Floats) in VectorMathematics.exponential(x) }
        case .logarithm: o.unary { (x: Floats) in VectorMathematics.logarithm(x) }
        case .sine: o.unary { (x: Floats) in VectorMathematics.sine(x) }
        case .cosine: o.unary { (x: Floats) in VectorMathematics.cosine(x) }
        case .hyperbolicTangent: o.unary { (x: Floats) in VectorMathematics.hyperbolicTangent(x) }
        case .errorFunction: o.unary { (x: Floats) in VectorMathematics.errorFunction(x) }
        case .floor: o.unary { (x: Floats) in VectorMathematics.floor(x) }
        case .ceiling: o.unary { (x: Floats) in VectorMathematics.ceiling(x) }
        case .round: o.unary { (x: Floats) in VectorMathematics.round(x) }
        case .addFloat: o.binary { (x: Floats, y: Floats) in x + y }
        case .subtractFloat: o.binary { (x: Floats, y: Floats) in x - y }
        case .multiplyFloat: o.binary { (x: Floats, y: Floats) in x * y }
        case .divideFloat: o.binary { (x: Floats, y: Floats) in x / y }
        case .maximumFloat: o.binary { (x: Floats, y: Floats) in BlockFunctions.maximum(x, y) }
        case .minimumFloat: o.binary { (x: Floats, y: Floats) in BlockFunctions.minimum(x, y) }
        case .equalFloat: o.binary { (x: Floats, y: Floats) in Words(x .== y) }
        case .lessFloat: o.binary { (x: Floats, y: Floats) in Words(x .< y) }
        case .lessOrEqualFloat: o.binary { (x: Floats, y: Floats) in Words(x .<= y) }

        case .negateWord: o.unary { (x: Words) in Words.zero &- x }
        case .addWord: o.binary { (x: Words, y: Words) in x &+ y }
        case .subtractWord: o.binary { (x: Words, y: Words) in x &- y }
        case .multiplyWord: o.binary { (x: Words, y: Words) in x &* y }
        case .equalWord: o.binary { (x: Words, y: Words) in Words(x .== y) }
        case .shiftLeft: o.binary { (x: Words, y: Words) in BlockFunctions.shiftLeft(x, y) }
        case .not: o.unary { (x: Words) in ~x }
        case .and: o.binary { (x: Words, y: Words) in x & y }
        case .or: o.binary { (x: Words, y: Words) in x | y }
        case .exclusiveOr: o.binary { (x: Words, y: Words) in x ^ y }
        case .select:
            BlockLoops.select(o.count, o.d, o.a, o.stepA, o.b, o.stepB, o.c, o.stepC)

        case .absoluteInt: o.unary { (x: Ints) in BlockFunctions.absolute(x) }
        case .signInt: o.unary { (x: Ints) in BlockFunctions.sign(x) }
        case .divideInt: o.scalarBinary { (x: Int32, y: Int32) in BlockFunctions.divide(x, y) }
        case .remainderInt: o.scalarBinary { (x: Int32, y: Int32) in BlockFunctions.remainder(x, y) }
        case .maximumInt: o.binary { (x: Ints, y: Ints) in y.replacing(with: x, where: x .> y) }
        case .minimumInt: o.binary { (x: Ints, y: Ints) in y.replacing(with: x, where: x .< y) }
        case .lessInt: o.binary { (x: Ints, y: Ints) in Words(x .< y) }
        case .lessOrEqualInt: o.binary { (x: Ints, y: Ints) in ~Words(x .> y) }
        case .shiftRightInt: o.binary { (x: Ints, y: Ints) in BlockFunctions.shiftRight(x, y) }

        case .signWord: o.unary { (x: Words) in ~Words(x .== Words.zero) & 1 }
        case .divideWord: o.scalarBinary { (x: UInt32, y: UInt32) in y == 0 ? 0 : x / y }
        case .remainderWord: o.scalarBinary { (x: UInt32, y: UInt32) in y == 0 ? x : x % y }
        case .maximumWord: o.binary { (x: Words, y: Words) in y.replacing(with: x, where: x .> y) }
        case .minimumWord: o.binary { (x: Words, y: Words) in y.replacing(with: x, where: x .< y) }
        case .lessWord: o.binary { (x: Words, y: Words) in Words(x .< y) }
        case .lessOrEqualWord: o.binary { (x: Words, y: Words) in ~Words(x .> y) }
        case .shiftRightWord: o.binary { (x: Words, y: Words) in BlockFunctions.shiftRight(x, y) }
        case .multiplyHigh: o.binary { (x: Words, y: Words) in BlockFunctions.multiplyHigh(x, y) }
        case .normalQuantile: NormalLoop.run(o.count, o.d, o.a, o.stepA)

        case .equalMask: o.binary { (x: Words, y: Words) in ~(x ^ y) }

        case .copy: o.unary { (x: Words) in x }
        case .floatToInt: o.scalarUnary { (x: Float) in BlockFunctions.int(x) }
        case .floatToWord: o.scalarUnary { (x: Float) in BlockFunctions.word(x) }
        case .floatToMask: o.unary { (x: Floats) in Words(x .!= 0) }
        case .intToFloat: o.unary { (x: Ints) in Floats(x) }
        case .wordToFloat: o.unary { (x: Words) in BlockFunctions.float(x) }
        case .wordToMask: o.unary { (x: Words) in ~Words(x .== Words.zero) }
        case .maskToFloat: o.unary { (x: Words) in x & 0x3F80_0000 }
        case .maskToWord: o.unary { (x: Words) in x & 1 }
        case .roundToFloat16: o.unary { (x: Floats) in HalfPrecision.roundedToFloat16(x) }
        case .roundToBFloat16: o.unary { (x: Floats) in HalfPrecision.roundedToBFloat16(x) }
        }
    }
}
