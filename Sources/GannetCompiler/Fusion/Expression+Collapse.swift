import GannetGraph

// An index space with fewer axes means longer inner loops: neighbouring axes that every view walks as one are
// merged, axes of extent 1 dropped.

extension Expression {
    /// Whether axis `axis` and the next can become one.
    func canMerge(_ axis: Int) -> Bool {
        views.allSatisfy { view in
            let stage = view.outer
            if let bounds = stage.bounds,
                [axis, axis + 1].contains(where: { bounds[$0] != 0..<stage.shape[$0] })
            {
                return false
            }
            return stage.strides[axis] == stage.strides[axis + 1] * stage.shape[axis + 1]
        }
    }

    /// Makes axis `axis` and the next one.
    mutating func merge(_ axis: Int) {
        mapViews { stage in
            stage.shape[axis + 1] *= stage.shape[axis]
            if stage.bounds != nil { stage.bounds![axis + 1] = 0..<stage.shape[axis + 1] }
            stage.remove(axis)
        }
    }

    /// Whether `axis`, of extent 1, can be left out.
    func canDrop(_ axis: Int) -> Bool {
        views.allSatisfy { $0.outer.bounds?[axis].contains(0) ?? true }
    }

    /// Leaves out `axis`, of extent 1.
    mutating func drop(_ axis: Int) { mapViews { $0.remove(axis) } }

    private var views: [View] { instructions.compactMap(\.view) }

    private mutating func mapViews(_ body: (inout View.Stage) -> Void) {
        for index in instructions.indices {
            guard var view = instructions[index].view else { continue }
            body(&view.outer)
            instructions[index].view = view
        }
    }
}

extension View.Stage {
    fileprivate mutating func remove(_ axis: Int) {
        shape.remove(at: axis)
        strides.remove(at: axis)
        bounds?.remove(at: axis)
    }
}

extension Kernel.Map {
    /// The same map over as few axes as possible.
    func collapsed() -> Kernel.Map {
        var map = self
        for axis in shape.indices.reversed() {
            if map.shape[axis] == 1, map.expression.canDrop(axis) {
                map.expression.drop(axis)
                map.shape.remove(at: axis)
            } else if axis + 1 < map.shape.count, map.expression.canMerge(axis) {
                map.expression.merge(axis)
                map.shape[axis + 1] *= map.shape[axis]
                map.shape.remove(at: axis)
            }
        }
        return map
    }
}

extension Kernel.Reduce {
    /// The same reduction over as few axes as possible; kept and reduced axes stay apart.
    func collapsed() -> Kernel.Reduce {
        var reduce = self
        for axis in shape.indices.reversed() {
            let isReduced = reduce.isReduced[axis]
            let kept = reduce.isReduced[..<axis].count { !$0 }
            if reduce.shape[axis] == 1, reduce.prologue.canDrop(axis),
                isReduced || reduce.epilogue.canDrop(kept)
            {
                reduce.prologue.drop(axis)
                if !isReduced { reduce.epilogue.drop(kept) }
            } else if axis + 1 < reduce.shape.count, reduce.isReduced[axis + 1] == isReduced,
                reduce.prologue.canMerge(axis), isReduced || reduce.epilogue.canMerge(kept)
            {
                reduce.prologue.merge(axis)
                if !isReduced { reduce.epilogue.merge(kept) }
                reduce.shape[axis + 1] *= reduce.shape[axis]
            } else {
                continue
            }
            reduce.shape.remove(at: axis)
            reduce.isReduced.remove(at: axis)
        }
        return reduce
    }
}
