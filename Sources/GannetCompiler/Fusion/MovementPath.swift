import GannetGraph

/// The movements between a node and the index space that a kernel walks over, nearest to the node first.
///
/// Paths share their tails, so that a path costs one link a movement; equal paths are the same object.
final class MovementPath {
    let first: Movement
    let rest: MovementPath?
    /// Distinguishes paths of one table.
    let number: Int
    /// Whether all movements are reshapes, so that row-major order is kept.
    let isReshape: Bool

    fileprivate init(_ first: Movement, _ rest: MovementPath?, number: Int) {
        self.first = first
        self.rest = rest
        self.number = number
        if case .reshape = first { isReshape = rest?.isReshape ?? true } else { isReshape = false }
    }

    /// `view` seen through all movements, the nearest first.
    static func apply(_ path: MovementPath?, to view: View) -> View {
        var view = view
        var path = path
        while let step = path {
            view = view.applying(step.first)
            path = step.rest
        }
        return view
    }
}

/// Makes paths, the same object for equal ones.
struct MovementPathTable {
    private struct Key: Hashable {
        var movement: Movement
        var rest: Int
    }

    private var known: [Key: MovementPath] = [:]

    mutating func path(_ first: Movement, then rest: MovementPath?) -> MovementPath {
        let key = Key(movement: first, rest: rest?.number ?? -1)
        if let existing = known[key] { return existing }
        let path = MovementPath(first, rest, number: known.count)
        known[key] = path
        return path
    }
}

extension Node {
    /// How this node moves its operand, if it does nothing else. A `pad` moves, and then fills.
    var movement: Movement? {
        switch operation {
        case .reshape: .reshape(shape.extents)
        case .permute(let order): .permute(order)
        case .broadcast: .broadcast(shape.extents)
        case .slice(let starts, let strides): .slice(starts: starts, strides: strides, shape: shape.extents)
        case .pad(let low, let high, _): .pad(low: low, high: high)
        default: nil
        }
    }

    /// For each operand of a concatenation the padding that puts it in its place.
    var concatenationMovements: [Movement] {
        guard case .concatenate(let axis) = operation else { return [] }
        var start = 0
        return inputs.map { input in
            var low = [Int](repeating: 0, count: shape.rank)
            var high = low
            low[axis] = start
            start += input.shape[axis]
            high[axis] = shape[axis] - start
            return .pad(low: low, high: high)
        }
    }

    /// Whether this is an element-wise function, which is computed where it is needed.
    var isElementwise: Bool {
        switch operation {
        case .unary, .binary, .select, .cast, .gather: true
        default: false
        }
    }

    /// Whether a kernel must be started for this node, whatever reads it.
    var isHead: Bool {
        switch operation {
        case .reduce, .cumulative, .sortingOrder, .matrixProduct, .scatterAdd, .convolution,
            .convolutionInputGradient,
            .convolutionFilterGradient, .noiseStep:
            true
        default: false
        }
    }

    /// Whether what is computed of this node's results, element by element, may be computed by its kernel.
    var hasEpilogue: Bool {
        switch operation {
        case .reduce, .matrixProduct, .convolution, .convolutionInputGradient, .convolutionFilterGradient:
            true
        default: false
        }
    }
}
