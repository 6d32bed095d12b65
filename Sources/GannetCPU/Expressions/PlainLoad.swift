/// Copies elements as they are; zeros in padding.
struct PlainLoad<Bits: FixedWidthInteger>: ViewSink {
    let source: UnsafePointer<Bits>
    let destination: UnsafeMutablePointer<Bits>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        let to = destination + at
        let from = source + position
        switch stride {
        case 1 where count >= 16: to.update(from: from, count: count)
        case 0: to.update(repeating: from[0], count: count)
        default: for index in 0..<count { to[index] = from[index &* stride] }
        }
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}
