import GannetGraph

/// A movement as it acts on a view: from what the producer holds to what the consumer walks over.
public enum Movement: Hashable, Sendable {
    /// Row-major order kept, other extents.
    case reshape([Int])
    /// Axis *i* of the result is axis `order[i]`.
    case permute([Int])
    /// Axes of extent 1 stretched to these extents.
    case broadcast([Int])
    /// Index *j* of the result is index `starts + j · strides`; the result has extents `shape`.
    case slice(starts: [Int], strides: [Int], shape: [Int])
    /// `low` places of padding before and `high` after each axis.
    case pad(low: [Int], high: [Int])
}

extension View {
    /// This view after a movement.
    public func applying(_ movement: Movement) -> View {
        switch movement {
        case .reshape(let shape): reshaped(to: shape)
        case .permute(let order): permuted(order)
        case .broadcast(let shape): broadcast(to: shape)
        case .slice(let starts, let strides, let shape):
            sliced(starts: starts, strides: strides, shape: shape)
        case .pad(let low, let high): padded(low: low, high: high)
        }
    }

    private func permuted(_ order: [Int]) -> View {
        var view = self
        let stage = outer
        view.outer = Stage(
            shape: order.map { stage.shape[$0] }, strides: order.map { stage.strides[$0] },
            offset: stage.offset,
            bounds: stage.bounds.map { bounds in order.map { bounds[$0] } })
        return view
    }

    private func broadcast(to shape: [Int]) -> View {
        var view = self
        for axis in shape.indices where outer.shape[axis] != shape[axis] {
            view.outer.shape[axis] = shape[axis]
            view.outer.strides[axis] = 0
            if let bounds = outer.bounds {
                view.outer.bounds![axis] = bounds[axis].contains(0) ? 0..<shape[axis] : 0..<0
            }
        }
        return view
    }

    private func sliced(starts: [Int], strides: [Int], shape: [Int]) -> View {
        var view = self
        for axis in shape.indices {
            let extent = shape[axis]
            if extent > 0 { view.outer.offset += starts[axis] * outer.strides[axis] }
            view.outer.strides[axis] *= strides[axis]
            view.outer.shape[axis] = extent
            guard let range = outer.bounds?[axis] else { continue }
            let inside = (0..<extent).filter { range.contains(starts[axis] + $0 * strides[axis]) }
            view.outer.bounds![axis] = inside.isEmpty ? 0..<0 : inside[0]..<inside[inside.count - 1] + 1
        }
        return view.droppingFullBounds()
    }

    private func padded(low: [Int], high: [Int]) -> View {
        var view = self
        let bounds = outer.bounds ?? outer.shape.map { 0..<$0 }
        for axis in low.indices {
            view.outer.offset -= low[axis] * outer.strides[axis]
            view.outer.shape[axis] += low[axis] + high[axis]
        }
        view.outer.bounds = zip(bounds, low).map { range, low in
            range.lowerBound + low..<range.upperBound + low
        }
        return view.droppingFullBounds()
    }

    private func droppingFullBounds() -> View {
        guard let bounds = outer.bounds, zip(bounds, outer.shape).allSatisfy({ $0 == 0..<$1 }) else {
            return self
        }
        var view = self
        view.outer.bounds = nil
        return view
    }

    /// Strides express a reshape when every group of axes that changes is contiguous in itself and unbounded;
    /// otherwise the new shape becomes a stage of its own.
    private func reshaped(to shape: [Int]) -> View {
        if shape == self.shape { return self }
        if shape.contains(0) {
            return View(stages: [Stage(shape: shape, strides: [Int](repeating: 0, count: shape.count))])
        }
        var view = self
        if let stage = outer.reshaped(to: shape) {
            view.outer = stage
        } else {
            view.stages.append(Stage(shape: shape, strides: Shape(shape).contiguousStrides))
        }
        return view
    }
}

extension View.Stage {
    /// The same map from another index space of as many indices, or nil where strides cannot express it.
    fileprivate func reshaped(to target: [Int]) -> View.Stage? {
        var result = View.Stage(
            shape: target, strides: [Int](repeating: 0, count: target.count), offset: offset,
            bounds: bounds.map { _ in target.map { 0..<$0 } })
        let old = shape.indices.filter { shape[$0] != 1 }
        let new = target.indices.filter { target[$0] != 1 }
        if let bounds, shape.indices.contains(where: { shape[$0] == 1 && !bounds[$0].contains(0) }) {
            return nil
        }
        var (i, j) = (0, 0)
        while i < old.count, j < new.count {
            // The smallest groups of old and new axes with as many indices.
            var (iEnd, jEnd) = (i + 1, j + 1)
            var (oldCount, newCount) = (shape[old[i]], target[new[j]])
            while oldCount != newCount {
                if oldCount < newCount {
                    oldCount *= shape[old[iEnd]]
                    iEnd += 1
                } else {
                    newCount *= target[new[jEnd]]
                    jEnd += 1
                }
            }
            if iEnd == i + 1, jEnd == j + 1 {
                result.strides[new[j]] = strides[old[i]]
                if let bounds { result.bounds![new[j]] = bounds[old[i]] }
            } else {
                for axis in i..<iEnd {
                    if let bounds, bounds[old[axis]] != 0..<shape[old[axis]] { return nil }
                    if axis + 1 < iEnd, strides[old[axis]] != strides[old[axis + 1]] * shape[old[axis + 1]] {
                        return nil
                    }
                }
                var step = strides[old[iEnd - 1]]
                for axis in (j..<jEnd).reversed() {
                    result.strides[new[axis]] = step
                    step *= target[new[axis]]
                }
            }
            (i, j) = (iEnd, jEnd)
        }
        return result
    }
}
