import GannetGraph

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

/// Widens elements to what they are in registers; 0, or false, in padding.
struct WideningLoad<Element: StoredElement>: ViewSink {
    let source: UnsafePointer<Element.Bits>
    let destination: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        let to = destination + at
        let from = source + position
        switch stride {
        case 1: Element.load(from, to: to, count: count)
        case 0: to.update(repeating: Element.widened(from[0]), count: count)
        default: for index in 0..<count { to[index] = Element.widened(from[index &* stride]) }
        }
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}

/// Writes the positions themselves; 0 in padding.
struct PositionLoad: ViewSink {
    let destination: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        let to = destination + at
        let first = UInt32(truncatingIfNeeded: position)
        let step = UInt32(truncatingIfNeeded: stride)
        for index in 0..<count { to[index] = first &+ UInt32(truncatingIfNeeded: index) &* step }
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}

/// Writes whether an index is not padding.
struct BoundsLoad: ViewSink {
    let destination: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        (destination + at).update(repeating: ~0, count: count)
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}

/// Writes words of a random stream; 0 in padding.
struct RandomLoad: ViewSink {
    let key: SIMD4<UInt32>
    let destination: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        let to = destination + at
        switch stride {
        case 1: PhiloxWords.fill(to, from: position, count: count, key: key)
        case 0: to.update(repeating: Philox.word(UInt64(position), key: key), count: count)
        default:
            for index in 0..<count {
                to[index] = Philox.word(UInt64(position &+ index &* stride), key: key)
            }
        }
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}

/// Copies elements of the rows that indices name; `missing` where there is no such row, 0 in padding.
struct GatherLoad<Element: StoredElement>: ViewSink {
    let source: UnsafePointer<Element.Bits>
    let rowIndices: UnsafePointer<Int32>
    /// 1, or 0 where the row index is the same everywhere.
    let rowIndexStep: Int
    let rows: Int
    let rowStride: Int
    let missing: UInt32
    let destination: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int) {
        for index in at..<at + count {
            let row = Int(rowIndices[index &* rowIndexStep])
            if row < 0 || row >= rows {
                destination[index] = missing
                continue
            }
            let element = source[row &* rowStride &+ position &+ (index &- at) &* stride]
            destination[index] = Element.widened(element)
        }
    }

    @inline(__always)
    func padding(_ count: Int, at: Int) { (destination + at).update(repeating: 0, count: count) }
}
