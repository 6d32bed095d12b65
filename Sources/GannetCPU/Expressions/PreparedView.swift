import GannetCompiler

/// A view made ready for walks over ranges of its index space in row-major order: axes that can be walked as one
/// are one, and it is known beforehand whether the walk is trivial.
final class PreparedView: Sendable {
    /// One axis of a stage.
    struct Axis: BitwiseCopyable, Equatable, Sendable {
        /// The number of indices.
        var extent: Int
        /// What a step adds.
        var stride: Int
        /// The first index that is not padding.
        var low: Int
        /// The index after the last that is not padding.
        var high: Int

        /// Whether some indices are padding.
        var isBounded: Bool { low > 0 || high < extent }
    }

    /// One affine map; its axes are `axisCount` of the view's, from `firstAxis` on.
    struct Stage: BitwiseCopyable, Sendable {
        /// The number at index 0.
        var offset: Int
        /// Where its axes begin.
        var firstAxis: Int
        /// How many there are, at least one.
        var axisCount: Int
    }

    /// The shapes of walk that need no walking.
    enum Form: Sendable, Equatable {
        /// The same element everywhere.
        case uniform(Int)
        /// The element at a linear index is `offset` + the index.
        case contiguous(offset: Int)
        /// Anything else.
        case general
    }

    /// The shape of the walk.
    let form: Form
    private let stages: FrozenArray<Stage>
    private let axes: FrozenArray<Axis>

    /// What walks over the view, for as long as the view is held.
    var walk: ViewWalk { ViewWalk(stages: stages.base, stageCount: stages.count, axes: axes.base) }

    /// Prepares `view`.
    init(_ view: View) {
        var levels: [(offset: Int, axes: [Axis])] = []
        for stage in view.stages {
            var level = Self.collapse(stage)
            // A number goes straight through a stage of one unbounded axis.
            if let last = levels.last, last.axes.count == 1, !last.axes[0].isBounded {
                let step = last.axes[0].stride
                level.offset = last.offset + level.offset * step
                for axis in level.axes.indices { level.axes[axis].stride *= step }
                level.axes = Self.merge(level.axes)
                levels.removeLast()
            }
            levels.append(level)
        }
        form = Self.form(of: levels)
        var flat: [Axis] = []
        var stages: [Stage] = []
        for level in levels {
            stages.append(
                Stage(offset: level.offset, firstAxis: flat.count, axisCount: level.axes.count))
            flat += level.axes
        }
        self.stages = FrozenArray(stages)
        axes = FrozenArray(flat)
    }

    private static func form(of levels: [(offset: Int, axes: [Axis])]) -> Form {
        guard levels.count == 1, levels[0].axes.count == 1, !levels[0].axes[0].isBounded else {
            return .general
        }
        switch levels[0].axes[0].stride {
        case 0: return .uniform(levels[0].offset)
        case 1: return .contiguous(offset: levels[0].offset)
        default: return .general
        }
    }

    private static func collapse(_ stage: View.Stage) -> (offset: Int, axes: [Axis]) {
        var axes: [Axis] = []
        for axis in stage.shape.indices {
            let extent = stage.shape[axis]
            var low = 0
            var high = extent
            if let bounds = stage.bounds?[axis] {
                low = min(max(bounds.lowerBound, 0), extent)
                high = max(min(bounds.upperBound, extent), low)
            }
            axes.append(Axis(extent: extent, stride: stage.strides[axis], low: low, high: high))
        }
        return (stage.offset, merge(axes))
    }

    /// Drops axes of extent 1 and makes one axis of neighbours that are walked in equal steps.
    private static func merge(_ axes: [Axis]) -> [Axis] {
        var merged: [Axis] = []
        for axis in axes where axis.extent != 1 || axis.isBounded {
            if let last = merged.last, !last.isBounded, !axis.isBounded,
                last.stride == axis.stride * axis.extent
            {
                let extent = last.extent * axis.extent
                merged[merged.count - 1] = Axis(extent: extent, stride: axis.stride, low: 0, high: extent)
            } else {
                merged.append(axis)
            }
        }
        return merged.isEmpty ? [Axis(extent: 1, stride: 0, low: 0, high: 1)] : merged
    }
}
