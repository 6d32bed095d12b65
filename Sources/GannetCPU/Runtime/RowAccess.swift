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

    /// For each of `inputCount` inputs of a kernel that can be cut the views that it is read through; nil where it is read
    /// anywhere.
    func rowViews(inputCount: Int) -> [[View]?] {
        var views = [[View]?](repeating: [], count: inputCount)
        for instruction in rowExpressions.lazy.flatMap(\.instructions) {
            switch instruction {
            case .load(let input, let view): views[input]?.append(view)
            case .gather(let input, _, _, _, _), .randomBits(let input, _): views[input] = nil
            default: continue
            }
        }
        return views
    }
}

/// Which inputs of a program's calls are read row by row, found out once for each number of rows.
final class RowReads {
    private struct Key: Hashable {
        var call: Int
        var rowCount: Int
    }

    private let program: Program
    private let places: [RowPlaces]
    private var views: [Int: [[View]?]] = [:]
    private var known: [Key: [Bool]] = [:]

    init(_ program: Program, _ places: [RowPlaces]) { (self.program, self.places) = (program, places) }

    /// Whether a call, cut into `rowCount` rows, reads each of its inputs row by row.
    func rows(call: Int, rowCount: Int) -> [Bool] {
        let key = Key(call: call, rowCount: rowCount)
        if let known = known[key] { return known }
        let kernel = program.calls[call].kernel
        let inputs = places[call].inputs
        let views = views[call] ?? kernel.rowViews(inputCount: inputs.count)
        self.views[call] = views
        let rows = inputs.indices.map { input in
            let size = inputs[input].bytes.count / program.calls[call].inputTypes[input].byteCount
            return views[input]?.allSatisfy { $0.staysInRows(rowCount, of: size) } ?? false
        }
        known[key] = rows
        return rows
    }
}
