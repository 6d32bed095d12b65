/// Lines one after another, for which the addresses of all streams change in equal steps: what has to be found out about a
/// block is found out once for all of them, and a line is computed whole.
extension NativeEvaluator {
    package func evaluateLines(_ frame: UnsafeMutableRawPointer, from start: Int, lines: Int, length: Int) {
        var line = 0
        while line < lines {
            let first = start + line * length
            let count = evaluateEqualLines(frame, from: first, atMost: lines - line, length: length)
            if count == 0 { evaluateLine(frame, from: first, length: length) }
            line += max(count, 1)
        }
    }

    /// Computes lines from `start` on, as many as are an equal step apart, and tells how many they were: none where streams
    /// must be copied, or where a part of the code that they need has not been tried yet.
    private func evaluateEqualLines(
        _ frame: UnsafeMutableRawPointer, from start: Int, atMost limit: Int, length: Int
    ) -> Int {
        let hot = hot.base
        let seen = state.load(ordering: .relaxed)
        guard canTakeLines, kinds(length) & ~seen == 0, seen & (Seen.wrong | Seen.inexact) == 0 else {
            return 0
        }
        let rest = length & (hot.pointee.lanes - 1)
        // Only masks can end a line inside a vector.
        if rest > 0, hot.pointee.lanes < 16 { return 0 }
        let buffers = frame.load(as: KernelBuffers.self)
        let table = Self.table(frame)
        // For each stream what a line adds to its address; for spread ones the address too.
        let steps = (frame + linesHome).assumingMemoryBound(to: Int.self)
        let spreadSteps = steps + hot.pointee.streamCount
        let elements = UnsafeMutableRawPointer(spreadSteps + hot.pointee.spreadCount)
            .assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        var count = limit
        let noise = hot.pointee.noise
        for index in 0..<hot.pointee.streamCount {
            let stream = hot.pointee.streams + index
            guard let lines = stream.pointee.lines(frame, buffers, from: start, length: length, noise) else {
                return 0
            }
            count = min(count, lines.count)
            steps[index] = lines.step * stream.pointee.elementByteCount
            table[stream.pointee.slot] = lines.address
        }
        for index in 0..<hot.pointee.spreadCount {
            let stream = hot.pointee.spreads + index
            guard let lines = stream.pointee.lines(frame, buffers, from: start, length: length, noise) else {
                return 0
            }
            count = min(count, lines.count)
            spreadSteps[index] = lines.step * stream.pointee.elementByteCount
            elements[index] = lines.address
            stream.pointee.spread(frame, lines.address)
        }
        for index in 0..<hot.pointee.storeCount {
            let store = hot.pointee.stores[index]
            table[store.slot] = buffers.outputs[store.output] + start * store.elementByteCount
        }
        for line in 0..<count {
            if line > 0 {
                for index in 0..<hot.pointee.streamCount {
                    table[hot.pointee.streams[index].slot] += steps[index]
                }
                for index in 0..<hot.pointee.spreadCount {
                    elements[index] += spreadSteps[index]
                    hot.pointee.spreads[index].spread(frame, elements[index])
                }
                for index in 0..<hot.pointee.storeCount {
                    let store = hot.pointee.stores + index
                    table[store.pointee.slot] += length * store.pointee.elementByteCount
                }
            }
            hot.pointee.function(frame, length - rest, (1 << rest) - 1)
        }
        return count
    }
}
