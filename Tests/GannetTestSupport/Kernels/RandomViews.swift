import GannetCompiler
import GannetGraph

/// Random views with the number of elements their buffers need.
package enum RandomViews {
    /// An affine stage over `shape` whose numbers are 0 … count − 1.
    package static func stage(_ shape: [Int], _ random: inout TestRandom, bounded: Bool) -> (
        View.Stage, count: Int
    ) {
        // Axes in random order of size, so that contiguous, permuted, flipped and broadcast ones all occur.
        var strides = [Int](repeating: 0, count: shape.count)
        var (low, high, step) = (0, 0, 1)
        for axis in Bool.random(using: &random)
            ? Array(shape.indices.reversed()) : shape.indices.shuffled(using: &random)
        {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: strides[axis] = 0
            case 1: strides[axis] = -step
            case 2: strides[axis] = step * 2
            default: strides[axis] = step
            }
            let reach = strides[axis] * max(shape[axis] - 1, 0)
            if reach < 0 { low += reach } else { high += reach }
            step = max(step, 1) * max(abs(strides[axis]) > 0 ? shape[axis] * abs(strides[axis]) / step : 1, 1)
        }
        var bounds: [Range<Int>]?
        if bounded {
            bounds = shape.map { extent in
                if Bool.random(using: &random) { return 0..<extent }
                let (a, b) = (
                    Int.random(in: 0...extent, using: &random), Int.random(in: 0...extent, using: &random)
                )
                return min(a, b)..<max(a, b)
            }
        }
        return (View.Stage(shape: shape, strides: strides, offset: -low, bounds: bounds), high - low + 1)
    }

    /// A view over `shape` with one to three stages.
    package static func view(_ shape: [Int], _ random: inout TestRandom) -> (View, count: Int) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return (View(contiguous: shape), max(shape.reduce(1, *), 1))
        case 1:
            return (View(stages: [.init(shape: shape, strides: shape.map { _ in 0 })]), 1)
        default: break
        }
        var (outer, count) = stage(shape, &random, bounded: Int.random(in: 0..<3, using: &random) == 0)
        var stages = [outer]
        while stages.count < 3, Int.random(in: 0..<3, using: &random) == 0 {
            // A shape with room for all numbers of the stage behind it.
            let last = Int.random(in: 1...5, using: &random)
            let middle = Int.random(in: 1...4, using: &random)
            let inner = [(count + last * middle - 1) / (last * middle), middle, last]
            (outer, count) = stage(inner, &random, bounded: Bool.random(using: &random))
            stages.insert(outer, at: 0)
        }
        return (View(stages: stages), count)
    }

    /// A shape of up to four axes.
    package static func shape(_ random: inout TestRandom) -> [Int] {
        let extents = [1, 2, 3, 5, 7, 8, 13, 17, 33]
        var shape = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            extents.randomElement(using: &random)!
        }
        while shape.reduce(1, *) > 6000 { shape.removeLast() }
        if Int.random(in: 0..<12, using: &random) == 0, !shape.isEmpty { shape[0] = 0 }
        if Int.random(in: 0..<6, using: &random) == 0, !shape.isEmpty { shape = [3, 600] }
        return shape
    }

    /// `count` values of type `type`, small and special ones among them.
    package static func values(_ count: Int, _ type: ScalarType, _ random: inout TestRandom) -> [ScalarOracle
        .Value]
    {
        (0..<count).map { _ in
            switch type {
            case .float32: .float(Double(Float.random(in: -3...3, using: &random)))
            case .int32: .int(Int32.random(in: -20...20, using: &random))
            case .uint32:
                .word(
                    Bool.random(using: &random)
                        ? UInt32.random(in: 0...40, using: &random) : .random(in: 0 ... .max, using: &random))
            case .bool: .bool(Bool.random(using: &random))
            case .float16, .bfloat16:
                ScalarOracle.cast(.float(Double(Float.random(in: -3...3, using: &random))), type)
            }
        }
    }
}
