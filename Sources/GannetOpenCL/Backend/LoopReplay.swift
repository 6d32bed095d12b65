import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// A loop whose body's kernels are queued again and again, with other arguments each time. States go back and forth
/// between two places, or live in the rows of their histories; rows of scanned and collected values are offsets.
/// Nothing is waited for, unless somebody wants to know how far the loop is.
struct LoopReplay: Sendable {
    private let loop: Kernel.Loop
    private let body: CallSequence
    private let memory: LoopMemory
    /// The size of a state, or of a row of a scanned input, at each kernel input.
    private let inputByteCounts: [Int]
    /// The same for the body's outputs.
    private let outputByteCounts: [Int]

    /// Prepares a loop, its body's calls printed as `body`.
    init(
        _ loop: Kernel.Loop, body: [ProgramSource.Call], compiled: OpenCLProgram?
    ) throws(DeviceError) {
        self.loop = loop
        memory = LoopMemory(loop)
        self.body = try CallSequence(loop.body, calls: body, compiled: compiled)
        inputByteCounts = loop.body.inputs.dropFirst().map(\.byteCount)
        outputByteCounts = loop.body.outputs.map(\.byteCount)
    }

    /// The memory that the loop needs.
    var byteCount: Int { memory.byteCount + body.byteCount }

    /// Queues all iterations. The frame holds the kernel's inputs and outputs, and the loop's memory as the arena.
    func queue(_ frame: CallSequence.Frame, pace: inout QueuePace) throws(DeviceError) {
        let context = pace.context
        for (number, state) in loop.states.enumerated() {
            if loop.count == 0 {
                guard let final = state.final else { continue }
                try context.copy(
                    from: frame.inputs[number], to: frame.outputs[final],
                    byteCount: outputByteCounts[number])
            } else if state.history != nil {
                try context.copy(
                    from: frame.inputs[number], to: place(of: number, at: 0, frame),
                    byteCount: outputByteCounts[number])
            }
        }
        guard loop.count > 0, let numbers = frame.numbers else { return }
        var inner = CallSequence.Frame(
            inputs: [numbers] + frame.inputs, outputs: [], arena: frame.arena?.advanced(by: memory.body),
            numbers: numbers)
        for (number, output) in loop.states.indices.map({ ($0, loop.states[$0].final) }) {
            inner.outputs.append(output.map { frame.outputs[$0] } ?? place(of: number, at: 0, frame))
        }
        for (wanted, offset) in zip(loop.collected, memory.collected) {
            inner.outputs.append(wanted.map { frame.outputs[$0] } ?? frame.arena!.advanced(by: offset))
        }
        // Loops within this one are not told of.
        let report = pace.report
        pace.report = nil
        defer { pace.report = report }
        for t in 0..<loop.count {
            let row = loop.row(t)
            inner.inputs[0] = numbers.advanced(by: row * MemoryLayout<Int32>.size)
            for number in loop.states.indices {
                inner.inputs[1 + number] = place(of: number, at: t, frame)
                inner.outputs[number] = place(of: number, at: t + 1, frame)
            }
            for number in loop.states.count..<loop.firstCaptured {
                inner.inputs[1 + number] = frame.inputs[number].advanced(by: row * inputByteCounts[number])
            }
            for (number, wanted) in loop.collected.enumerated() {
                guard let wanted else { continue }
                let output = loop.states.count + number
                inner.outputs[output] = frame.outputs[wanted].advanced(by: row * outputByteCounts[output])
            }
            try body.queue(inner, pace: &pace)
            if let report {
                try context.finish()
                report(t + 1, loop.count)
            }
        }
    }

    /// Where a state is at the start of iteration number `t`, or after the last one.
    private func place(of number: Int, at t: Int, _ frame: CallSequence.Frame) -> MemoryPlace {
        let state = loop.states[number]
        let places = memory.states[number]
        if t == loop.count, let final = state.final { return frame.outputs[final] }
        if let history = state.history, t < loop.count {
            return frame.outputs[history].advanced(by: loop.row(t) * outputByteCounts[number])
        }
        if t == 0 { return frame.inputs[number] }
        return frame.arena!.advanced(by: t % 2 == 0 ? places.even : places.odd)
    }
}
