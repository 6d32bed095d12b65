/// Products of `float32`, in `Double`.
enum FloatProduct: CombinationRule {
    static var identity: Double { 1 }
    @inline(__always) static func combine(_ x: Double, _ y: Double) -> Double { x * y }
    @inline(__always) static func total(_ x: Float) -> Double { Double(x) }
    @inline(__always) static func finish(_ total: Double) -> UInt32 { Float(total).bitPattern }
}

/// Products of integers of either type, which wrap.
enum WordProduct: CombinationRule {
    static var identity: UInt32 { 1 }
    @inline(__always) static func combine(_ x: UInt32, _ y: UInt32) -> UInt32 { x &* y }
    @inline(__always) static func total(_ x: UInt32) -> UInt32 { x }
    @inline(__always) static func finish(_ total: UInt32) -> UInt32 { total }
}
