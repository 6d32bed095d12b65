import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// The calls of a program, or of a loop's body, with compiled kernels: what is queued once the buffers are known.
struct CallSequence: Sendable {
    /// Where the data of a sequence are in one run.
    struct Frame {
        /// The program's inputs.
        var inputs: [MemoryPlace]
        /// The program's outputs.
        var outputs: [MemoryPlace]
        /// The program's arena, behind which lies the memory that calls use for themselves.
        var arena: MemoryPlace?
        /// The numbers from 0 on, where there are loops.
        var numbers: MemoryPlace?
    }

    /// Where an argument's data are; offsets in bytes.
    enum Location: Sendable {
        case input(Int)
        case output(Int)
        case arena(offset: Int)
        case numbers
    }

    /// One kernel launch.
    private struct Launch: Sendable {
        var kernel: OpenCLKernel
        var arguments: [(location: Location, elementSize: Int)]
        var global: [Int]
        var local: [Int]
        var label: String
    }

    private enum Step: Sendable {
        case launches([Launch])
        case loop(LoopReplay, inputs: [Location], outputs: [Location], scratch: Int)
    }

    private let steps: [Step]
    /// The size of the arena and what lies behind it.
    let byteCount: Int

    /// Prepares the calls of `program`, printed as `calls`; `compiled` is nil where these have no kernels.
    init(
        _ program: Program, calls: [ProgramSource.Call], compiled: OpenCLProgram?
    ) throws(DeviceError) {
        // The queue is in order, so all calls use the same memory behind the arena.
        let scratch = (program.arenaByteCount + 255) / 256 * 256
        var byteCount = program.arenaByteCount
        var steps: [Step] = []
        for (call, printed) in zip(program.calls, calls) {
            func location(_ reference: Program.BufferReference) -> Location {
                switch reference {
                case .input(let index): .input(index)
                case .output(let index): .output(index)
                case .arena(let offset, _): .arena(offset: offset)
                }
            }
            switch printed {
            case .kernels(let plan, let names):
                byteCount = max(byteCount, scratch + plan.scratchByteCount)
                var launches: [Launch] = []
                for (kernel, name) in zip(plan.kernels, names) {
                    let arguments = zip(kernel.buffers, kernel.types).map { buffer, type in
                        let location =
                            switch buffer {
                            case .input(let index): location(call.inputs[index])
                            case .output(let index): location(call.outputs[index])
                            case .scratch(let offset): Location.arena(offset: scratch + offset)
                            case .numbers: Location.numbers
                            }
                        return (location: location, elementSize: type.byteCount)
                    }
                    launches.append(
                        Launch(
                            kernel: try compiled!.kernel(name), arguments: arguments, global: kernel.global,
                            local: kernel.local, label: call.label))
                }
                steps.append(.launches(launches))
            case .loop(let loop, let body):
                let replay = try LoopReplay(loop, body: body, compiled: compiled)
                byteCount = max(byteCount, scratch + replay.byteCount)
                steps.append(
                    .loop(
                        replay, inputs: call.inputs.map(location), outputs: call.outputs.map(location),
                        scratch: scratch))
            }
        }
        self.steps = steps
        self.byteCount = byteCount
    }

    /// The number of calls.
    var count: Int { steps.count }

    /// Queues all calls.
    func queue(_ frame: Frame, pace: inout QueuePace) throws(DeviceError) {
        for number in steps.indices { try queue(number, frame, pace: &pace) }
    }

    /// Queues call `number`.
    func queue(_ number: Int, _ frame: Frame, pace: inout QueuePace) throws(DeviceError) {
        switch steps[number] {
        case .launches(let launches):
            for launch in launches {
                for (index, argument) in launch.arguments.enumerated() {
                    let place = frame[argument.location]
                    try launch.kernel.set(
                        index, to: place.memory, offset: place.offset / argument.elementSize)
                }
                try pace.launch { (event) throws(DeviceError) in
                    try launch.kernel.launch(
                        global: launch.global, local: launch.local, label: launch.label, event: event)
                }
            }
        case .loop(let replay, let inputs, let outputs, let scratch):
            let outer = Frame(
                inputs: inputs.map { frame[$0] }, outputs: outputs.map { frame[$0] },
                arena: frame.arena?.advanced(by: scratch), numbers: frame.numbers)
            try replay.queue(outer, pace: &pace)
        }
    }
}

extension CallSequence.Frame {
    /// Where an argument's data are.
    fileprivate subscript(location: CallSequence.Location) -> MemoryPlace {
        switch location {
        case .input(let index): inputs[index]
        case .output(let index): outputs[index]
        case .arena(let offset): arena!.advanced(by: offset)
        case .numbers: numbers!
        }
    }
}
