import GannetCompiler
import GannetGraph

/// A program that is run again and again.
///
/// An iteration changes addresses and runs the body's kernels on them. States are written straight to where they are
/// wanted: the history, where there is one, else one of two places in turn, so that the last lands in the output.
/// Nothing is copied but initial states.
final class LoopKernel: PreparedKernel {
    /// A carried value.
    private struct State: BitwiseCopyable, Sendable {
        var byteCount: Int
        var final: Int?
        var history: Int?
        /// Where in the loop's memory there is room for the state.
        var spare: Int
        var otherSpare: Int
    }

    /// A row that the body puts out.
    private struct Collected: BitwiseCopyable, Sendable {
        var byteCount: Int
        var output: Int?
        /// Where in the loop's memory it goes if nobody wants it.
        var spare: Int
    }

    private let body: PreparedProgram
    private let count: Int
    private let isReversed: Bool
    private let states: FrozenArray<State>
    /// The bytes of a row of each scanned input.
    private let scanned: FrozenArray<Int>
    private let collected: FrozenArray<Collected>
    private let capturedCount: Int
    private let indexOffset: Int
    private let arenaOffset: Int
    private let memoryByteCount: Int

    /// Prepares `loop`.
    init(_ loop: Kernel.Loop, tier: Tier) {
        let program = loop.body
        body = PreparedProgram(program, tier: tier)
        count = loop.count
        isReversed = loop.isReversed
        var layout = ScratchLayout()
        _ = layout.append(body.addressCount * MemoryLayout<UnsafeMutableRawPointer>.stride)
        indexOffset = layout.append(4)
        arenaOffset = layout.append(program.arenaByteCount)
        states = FrozenArray(
            loop.states.enumerated().map { number, state in
                let size = program.outputs[number].byteCount
                return State(
                    byteCount: size, final: state.final, history: state.history,
                    spare: layout.append(state.history == nil ? size : 0),
                    otherSpare: layout.append(state.final == nil ? size : 0))
            })
        scanned = FrozenArray(
            (0..<loop.scannedCount).map { program.inputs[1 + loop.states.count + $0].byteCount })
        collected = FrozenArray(
            loop.collected.enumerated().map { number, output in
                let size = program.outputs[loop.states.count + number].byteCount
                return Collected(
                    byteCount: size, output: output, spare: layout.append(output == nil ? size : 0))
            })
        capturedCount = program.inputs.count - 1 - loop.states.count - loop.scannedCount
        // Vector loads at the very end stay inside.
        memoryByteCount = layout.byteCount + 64
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if count == 0 {
            for number in 0..<states.count {
                let state = states.base[number]
                guard let final = state.final else { continue }
                buffers.outputs[final].copyMemory(from: buffers.inputs[number], byteCount: state.byteCount)
            }
            return
        }
        let memory = HostBuffer(byteCount: memoryByteCount)
        let addresses = memory.address.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        start(addresses, memory.address, buffers)
        func iterate(_ report: LoopProgress.Report?) {
            for iteration in 0..<count {
                aim(addresses, memory.address, buffers, iteration: iteration)
                body.resolve(addresses)
                body.run(addresses, threads, workspace)
                report?(iteration + 1, count)
            }
        }
        if let report = LoopProgress.report {
            // Loops within this one are not told of.
            LoopProgress.withoutReport { iterate(report) }
        } else {
            iterate(nil)
        }
        withExtendedLifetime(memory) {}
    }

    /// The index of an iteration.
    private func index(_ iteration: Int) -> Int { isReversed ? count - 1 - iteration : iteration }

    /// Sets the addresses that all iterations share, and those of the initial states.
    private func start(
        _ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ memory: UnsafeMutableRawPointer,
        _ buffers: KernelBuffers
    ) {
        addresses.initialize(to: memory + indexOffset)
        (addresses + body.arena).initialize(to: memory + arenaOffset)
        for number in 0..<states.count {
            let state = states.base[number]
            (addresses + 1 + number).initialize(to: buffers.inputs[number])
            if let history = state.history {
                (buffers.outputs[history] + index(0) * state.byteCount).copyMemory(
                    from: buffers.inputs[number], byteCount: state.byteCount)
            }
        }
        let firstCaptured = states.count + scanned.count
        for number in firstCaptured..<firstCaptured + capturedCount {
            (addresses + 1 + number).initialize(to: buffers.inputs[number])
        }
    }

    /// Sets the index and the addresses of an iteration.
    private func aim(
        _ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ memory: UnsafeMutableRawPointer,
        _ buffers: KernelBuffers, iteration: Int
    ) {
        let index = index(iteration)
        (memory + indexOffset).storeBytes(of: Int32(truncatingIfNeeded: index), as: Int32.self)
        let outputs = addresses + body.firstOutput
        for number in 0..<states.count {
            let state = states.base[number]
            if iteration > 0 { addresses[1 + number] = outputs[number] }
            let target: UnsafeMutableRawPointer
            if let history = state.history, iteration + 1 < count {
                target = buffers.outputs[history] + self.index(iteration + 1) * state.byteCount
            } else if (count - 1 - iteration) & 1 == 0 {
                target = state.final.map { buffers.outputs[$0] } ?? memory + state.otherSpare
            } else {
                target = memory + state.spare
            }
            (outputs + number).initialize(to: target)
        }
        for number in 0..<scanned.count {
            (addresses + 1 + states.count + number).initialize(
                to: buffers.inputs[states.count + number] + index * scanned.base[number])
        }
        for number in 0..<collected.count {
            let row = collected.base[number]
            let target = row.output.map { buffers.outputs[$0] + index * row.byteCount }
            (outputs + states.count + number).initialize(to: target ?? memory + row.spare)
        }
    }
}
