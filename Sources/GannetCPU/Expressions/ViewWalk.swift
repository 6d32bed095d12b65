/// What a walk over a view tells of.
protocol ViewSink {
    /// `count` indices from number `at` of the walk on are at `position`, `position` + `stride`, ….
    mutating func ramp(_ position: Int, _ stride: Int, _ count: Int, at: Int)
    /// `count` indices from number `at` of the walk on are padding.
    mutating func padding(_ count: Int, at: Int)
}

/// Walks over a ``PreparedView``, which somebody else holds.
struct ViewWalk: BitwiseCopyable, @unchecked Sendable {
    /// The stages, the one that reads the buffer first.
    let stages: UnsafePointer<PreparedView.Stage>
    /// How many there are.
    let stageCount: Int
    /// The axes of all stages.
    let axes: UnsafePointer<PreparedView.Axis>

    /// Tells `sink` of the `count` indices from the linear index `start` on.
    @inline(__always)
    func run<Sink: ViewSink>(from start: Int, count: Int, _ sink: inout Sink) {
        walk(level: stageCount - 1, from: start, count: count, at: 0, &sink)
    }

    private func walk<Sink: ViewSink>(
        level: Int, from start: Int, count: Int, at: Int, _ sink: inout Sink
    ) {
        let stage = stages[level]
        let axes = axes + stage.firstAxis
        let inner = axes[stage.axisCount - 1]
        var outer = start / inner.extent
        var index = start - outer * inner.extent
        var done = 0
        while done < count {
            let length = min(inner.extent - index, count - done)
            var number = stage.offset
            var rest = outer
            var isPadding = false
            var axis = stage.axisCount - 2
            while axis > 0 {
                let quotient = rest / axes[axis].extent
                let coordinate = rest - quotient * axes[axis].extent
                number += coordinate * axes[axis].stride
                if coordinate < axes[axis].low || coordinate >= axes[axis].high { isPadding = true }
                rest = quotient
                axis -= 1
            }
            if axis == 0 {
                number += rest * axes[0].stride
                if rest < axes[0].low || rest >= axes[0].high { isPadding = true }
            }
            let low = isPadding ? index + length : min(max(inner.low, index), index + length)
            let high = isPadding ? low : max(min(inner.high, index + length), low)
            if low > index { sink.padding(low - index, at: at + done) }
            if high > low {
                segment(
                    level: level, number + low * inner.stride, inner.stride, high - low,
                    at: at + done + low - index, &sink)
            }
            if high < index + length { sink.padding(index + length - high, at: at + done + high - index) }
            done += length
            index = 0
            outer += 1
        }
    }

    @inline(__always)
    private func segment<Sink: ViewSink>(
        level: Int, _ number: Int, _ stride: Int, _ count: Int, at: Int, _ sink: inout Sink
    ) {
        if level == 0 {
            sink.ramp(number, stride, count, at: at)
        } else if stride == 1 {
            walk(level: level - 1, from: number, count: count, at: at, &sink)
        } else {
            for index in 0..<count {
                walk(level: level - 1, from: number + index * stride, count: 1, at: at + index, &sink)
            }
        }
    }

    /// Where the indices from `start` on lie, if all `count` of them lie in steps of one.
    @inline(__always)
    func rampPosition(from start: Int, count: Int) -> (position: Int, stride: Int)? {
        guard stageCount == 1 else { return nil }
        let stage = stages[0]
        let axes = axes + stage.firstAxis
        let inner = axes[stage.axisCount - 1]
        var rest = start / inner.extent
        let index = start - rest * inner.extent
        if index < inner.low || index + count > inner.high { return nil }
        var position = stage.offset + index * inner.stride
        var axis = stage.axisCount - 2
        while axis >= 0 {
            let quotient = rest / axes[axis].extent
            let coordinate = rest - quotient * axes[axis].extent
            if coordinate < axes[axis].low || coordinate >= axes[axis].high { return nil }
            position += coordinate * axes[axis].stride
            rest = quotient
            axis -= 1
        }
        return (position, inner.stride)
    }

    /// Where the line of `length` indices from `start` on begins, if it is a ramp of one of the `strides`, how far apart it and
    /// the lines after it lie, and for how many lines, this one included, that holds; nil where the line is no such ramp.
    func lineStep(from start: Int, length: Int, strides: ClosedRange<Int>) -> (
        position: Int, step: Int, count: Int
    )? {
        guard stageCount == 1 else { return nil }
        let axes = axes + stages[0].firstAxis
        let axisCount = stages[0].axisCount
        let inner = axes[axisCount - 1]
        var rest = start / inner.extent
        let index = start - rest * inner.extent
        guard strides.contains(inner.stride), index >= inner.low, index + length <= inner.high else {
            return nil
        }
        var position = stages[0].offset + index * inner.stride
        var (step, count) = (length * inner.stride, (inner.high - index) / length)
        if inner.extent == length { (step, count) = (0, 1) }
        var axis = axisCount - 2
        while axis >= 0 {
            let current = axes[axis]
            let quotient = rest / current.extent
            let coordinate = rest - quotient * current.extent
            if coordinate < current.low || coordinate >= current.high { return nil }
            position += coordinate * current.stride
            if axis == axisCount - 2, inner.extent == length {
                (step, count) = (current.stride, current.high - coordinate)
            }
            rest = quotient
            axis -= 1
        }
        return (position, step, count)
    }
}
