import GannetCompiler

extension View {
    /// Whether each of `count` equal runs of the index space reads, of a buffer with `elementCount` elements, only what is
    /// in the run of the same number of as many equal runs of the buffer.
    func staysInRows(_ count: Int, of elementCount: Int) -> Bool {
        stages.indices.allSatisfy { level in
            let size = level == 0 ? elementCount : stages[level - 1].shape.reduce(1, *)
            return stages[level].staysInRows(count, of: size)
        }
    }
}

extension View.Stage {
    fileprivate func staysInRows(_ count: Int, of size: Int) -> Bool {
        let indices = shape.reduce(1, *)
        guard indices > 0, indices.isMultiple(of: count), size.isMultiple(of: count) else { return false }
        let (length, rowSize) = (indices / count, size / count)
        // The axes inside a run tell what it reads of its row, those outside where rows begin.
        var (least, most) = (offset, offset)
        var (inside, outside) = (1, 1)
        for axis in shape.indices.reversed() {
            let extent = shape[axis]
            var inner = extent
            if inside * extent > length {
                inner = length / inside
                if inside * inner != length || !extent.isMultiple(of: inner) { return false }
            }
            inside *= inner
            let outer = extent / inner
            var range = 0..<inner
            if let bounds = bounds?[axis], bounds != 0..<extent {
                if outer > 1, inner > 1 { return false }
                if outer == 1 { range = bounds.clamped(to: range) }
            }
            if range.isEmpty { return true }
            let (first, last) = (range.lowerBound * strides[axis], (range.upperBound - 1) * strides[axis])
            (least, most) = (least + min(first, last), most + max(first, last))
            if outer > 1 {
                if strides[axis] * inner != rowSize * outside { return false }
                outside *= outer
            }
        }
        return least >= 0 && most < rowSize
    }
}

extension Kernel {
    /// The numbers of rows that a chain may try to cut the kernel into, and the number that all that it can be cut into
    /// divide; nil where it cannot be cut.
    var rowCounts: (tried: [Int], all: Int)? {
        switch self {
        case .map(let map):
            var counts: [Int] = []
            var count = 1
            for extent in map.shape {
                count *= extent
                counts.append(count)
            }
            return count == 0 ? nil : (counts, count)
        case .reduce(let reduce):
            if reduce.shape.contains(0) { return nil }
            let kept = ReductionPlan(shape: reduce.shape, isReduced: reduce.isReduced).leadingKeptCount
            return ([kept], kept)
        default: return nil
        }
    }

    /// The expressions of a kernel that can be cut.
    private var rowExpressions: [Expression] {
        switch self {
        case .map(let map): [map.expression]
        case .reduce(let reduce): [reduce.prologue, reduce.epilogue]
        default: []
        }
    }

    /// Whether the kernel, cut into `count` rows, reads only row by row of an input with `elementCount` elements.
    func readsRows(_ count: Int, ofInput input: Int, elementCount: Int) -> Bool {
        rowExpressions.allSatisfy { expression in
            expression.instructions.allSatisfy { instruction in
                switch instruction {
                case .load(input, let view): view.staysInRows(count, of: elementCount)
                case .gather(input, _, _, _, _), .randomBits(input, _): false
                default: true
                }
            }
        }
    }
}
