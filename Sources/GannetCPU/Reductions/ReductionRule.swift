import GannetGraph

/// How the values of one type are combined, one by one.
protocol CombinationRule {
    /// A value as it lies in memory.
    associatedtype Element: BitwiseCopyable
    /// What partial results are kept in, at most eight bytes.
    associatedtype Total: BitwiseCopyable

    /// The value that changes nothing.
    static var identity: Total { get }
    /// Both combined.
    static func combine(_ x: Total, _ y: Total) -> Total
    /// One value as a total.
    static func total(_ x: Element) -> Total
    /// The bits of the result.
    static func finish(_ total: Total) -> UInt32
}

/// How the values of one type are combined: eight lanes at a time, then as totals.
protocol ReductionRule: CombinationRule {
    /// What the rule is in machine code, if it is.
    static var foldKind: FoldCode.Kind? { get }
    /// Eight values.
    associatedtype Lanes: SIMD, BitwiseCopyable where Lanes.Scalar == Element

    /// The value that changes nothing, in every lane.
    static var identityLanes: Lanes { get }
    /// Both combined, lane by lane.
    static func combine(_ x: Lanes, _ y: Lanes) -> Lanes
}

extension ReductionRule {
    /// All lanes combined, neighbours first.
    @inline(__always)
    static func fold(_ x: Lanes) -> Total {
        let low = combine(combine(total(x[0]), total(x[1])), combine(total(x[2]), total(x[3])))
        let high = combine(combine(total(x[4]), total(x[5])), combine(total(x[6]), total(x[7])))
        return combine(low, high)
    }
}

/// Sums of `float32`: short stretches in `float32` lanes, these in `Double`.
enum FloatSum: ReductionRule {
    static var foldKind: FoldCode.Kind? { .sum }
    static var identityLanes: Floats { .zero }
    static var identity: Double { 0 }
    @inline(__always) static func combine(_ x: Floats, _ y: Floats) -> Floats { x + y }
    @inline(__always) static func combine(_ x: Double, _ y: Double) -> Double { x + y }
    @inline(__always) static func total(_ x: Float) -> Double { Double(x) }
    @inline(__always) static func finish(_ total: Double) -> UInt32 { Float(total).bitPattern }
}

/// The largest of `float32`; NaN if any is.
enum FloatMaximum: ReductionRule {
    static var foldKind: FoldCode.Kind? { .maximum }
    static var identityLanes: Floats { Floats(repeating: -.infinity) }
    static var identity: Float { -.infinity }
    @inline(__always) static func combine(_ x: Floats, _ y: Floats) -> Floats { BlockFunctions.maximum(x, y) }
    @inline(__always) static func combine(_ x: Float, _ y: Float) -> Float { x > y || x.isNaN ? x : y }
    @inline(__always) static func total(_ x: Float) -> Float { x }
    @inline(__always) static func finish(_ total: Float) -> UInt32 { total.bitPattern }
}

/// The smallest of `float32`; NaN if any is.
enum FloatMinimum: ReductionRule {
    static var foldKind: FoldCode.Kind? { .minimum }
    static var identityLanes: Floats { Floats(repeating: .infinity) }
    static var identity: Float { .infinity }
    @inline(__always) static func combine(_ x: Floats, _ y: Floats) -> Floats { BlockFunctions.minimum(x, y) }
    @inline(__always) static func combine(_ x: Float, _ y: Float) -> Float { x < y || x.isNaN ? x : y }
    @inline(__always) static func total(_ x: Float) -> Float { x }
    @inline(__always) static func finish(_ total: Float) -> UInt32 { total.bitPattern }
}

/// Sums of integers of either type, which wrap.
enum WordSum: ReductionRule {
    static var foldKind: FoldCode.Kind? { nil }
    static var identityLanes: Words { .zero }
    static var identity: UInt32 { 0 }
    @inline(__always) static func combine(_ x: Words, _ y: Words) -> Words { x &+ y }
    @inline(__always) static func combine(_ x: UInt32, _ y: UInt32) -> UInt32 { x &+ y }
    @inline(__always) static func total(_ x: UInt32) -> UInt32 { x }
    @inline(__always) static func finish(_ total: UInt32) -> UInt32 { total }
}

/// The largest of `int32`.
enum IntMaximum: ReductionRule {
    static var foldKind: FoldCode.Kind? { nil }
    static var identityLanes: Ints { Ints(repeating: .min) }
    static var identity: Int32 { .min }
    @inline(__always) static func combine(_ x: Ints, _ y: Ints) -> Ints {
        y.replacing(with: x, where: x .> y)
    }
    @inline(__always) static func combine(_ x: Int32, _ y: Int32) -> Int32 { max(x, y) }
    @inline(__always) static func total(_ x: Int32) -> Int32 { x }
    @inline(__always) static func finish(_ total: Int32) -> UInt32 { UInt32(bitPattern: total) }
}

/// The smallest of `int32`.
enum IntMinimum: ReductionRule {
    static var foldKind: FoldCode.Kind? { nil }
    static var identityLanes: Ints { Ints(repeating: .max) }
    static var identity: Int32 { .max }
    @inline(__always) static func combine(_ x: Ints, _ y: Ints) -> Ints {
        y.replacing(with: x, where: x .< y)
    }
    @inline(__always) static func combine(_ x: Int32, _ y: Int32) -> Int32 { min(x, y) }
    @inline(__always) static func total(_ x: Int32) -> Int32 { x }
    @inline(__always) static func finish(_ total: Int32) -> UInt32 { UInt32(bitPattern: total) }
}

/// The largest of `uint32`.
enum WordMaximum: ReductionRule {
    static var foldKind: FoldCode.Kind? { nil }
    static var identityLanes: Words { .zero }
    static var identity: UInt32 { 0 }
    @inline(__always) static func combine(_ x: Words, _ y: Words) -> Words {
        y.replacing(with: x, where: x .> y)
    }
    @inline(__always) static func combine(_ x: UInt32, _ y: UInt32) -> UInt32 { max(x, y) }
    @inline(__always) static func total(_ x: UInt32) -> UInt32 { x }
    @inline(__always) static func finish(_ total: UInt32) -> UInt32 { total }
}

/// The smallest of `uint32`.
enum WordMinimum: ReductionRule {
    static var foldKind: FoldCode.Kind? { nil }
    static var identityLanes: Words { Words(repeating: .max) }
    static var identity: UInt32 { .max }
    @inline(__always) static func combine(_ x: Words, _ y: Words) -> Words {
        y.replacing(with: x, where: x .< y)
    }
    @inline(__always) static func combine(_ x: UInt32, _ y: UInt32) -> UInt32 { min(x, y) }
    @inline(__always) static func total(_ x: UInt32) -> UInt32 { x }
    @inline(__always) static func finish(_ total: UInt32) -> UInt32 { total }
}
