import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// A program whose kernels are compiled and wait for buffers.
final class OpenCLExecutable: Executable {
    private let program: Program
    private let context: DeviceContext
    private let calls: CallSequence
    /// The numbers from 0 on that loops use; nil where there are none.
    private let numbers: OpenCLBuffer?
    private let times: CallTimes?

    init(_ program: Program, target: KernelTarget, context: DeviceContext) throws(DeviceError) {
        times = CallTimes.areWanted ? CallTimes(program) : nil
        self.program = program
        self.context = context
        let source = ProgramSource(program, target: target)
        let compiled =
            source.isEmpty ? nil : try OpenCLProgram(source: source.text, context: context)
        calls = try CallSequence(program, calls: source.calls, compiled: compiled)
        let count = program.mostIterations
        numbers = count > 0 ? try context.numbers(count: count) : nil
    }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        let outputs = outputs.map(own)
        var frame = CallSequence.Frame(
            inputs: inputs.map { MemoryPlace(memory: own($0).memory) },
            outputs: outputs.map { MemoryPlace(memory: $0.memory) })
        frame.numbers = numbers.map { MemoryPlace(memory: $0.memory) }
        try context.submission.withLock { (arena) throws(DeviceError) in
            if calls.byteCount > 0 {
                frame.arena = try context.arena(&arena, byteCount: calls.byteCount).map {
                    MemoryPlace(memory: $0)
                }
            }
            // An observer's copies of results come between the launches.
            let launches =
                times == nil || observer != nil ? nil : LaunchTimes(calls: calls.count, context: context)
            var pace = QueuePace(context: context, times: launches)
            for number in 0..<calls.count {
                launches?.call = number
                try calls.queue(number, frame, pace: &pace)
                if let observer {
                    try observer(number, try written(by: number, frame))
                }
            }
            try context.flush()
            if let launches {
                try launches.wait()
                times?.add(launches.seconds)
            }
        }
    }

    /// A buffer of this executable's device.
    private func own(_ buffer: any DeviceBuffer) -> OpenCLBuffer {
        guard let buffer = buffer as? OpenCLBuffer, buffer.context === context else {
            invalidUse("run(inputs:outputs:observer:)", "a buffer is not of \(context.device.label)")
        }
        return buffer
    }

    /// The host's copies of what a call has written.
    private func written(by number: Int, _ frame: CallSequence.Frame) throws(DeviceError) -> [HostBuffer] {
        var copies: [HostBuffer] = []
        for reference in program.calls[number].outputs {
            let copy: HostBuffer
            switch reference {
            case .input: continue
            case .output(let index):
                copy = HostBuffer(byteCount: program.outputs[index].byteCount)
                try context.read(frame.outputs[index].memory, offset: 0, into: copy.bytes)
            case .arena(let offset, let byteCount):
                copy = HostBuffer(byteCount: byteCount)
                if let arena = frame.arena {
                    try context.read(arena.memory, offset: offset, into: copy.bytes)
                }
            }
            copies.append(copy)
        }
        return copies
    }
}

extension Program {
    /// The most iterations of any loop, loops within loops included.
    fileprivate var mostIterations: Int {
        calls.reduce(0) { most, call in
            guard case .loop(let loop) = call.kernel else { return most }
            return max(most, loop.count, loop.body.mostIterations)
        }
    }
}

extension DeviceContext {
    /// A buffer of the numbers 0 ..< count, `int32`.
    fileprivate func numbers(count: Int) throws(DeviceError) -> OpenCLBuffer {
        let host = HostBuffer(byteCount: count * MemoryLayout<Int32>.size)
        for number in 0..<count {
            host.address.storeBytes(
                of: Int32(truncatingIfNeeded: number), toByteOffset: number * 4, as: Int32.self)
        }
        let (memory, capacity) = try pool.take(byteCount: host.byteCount)
        let buffer = OpenCLBuffer(
            byteCount: host.byteCount, memory: memory, capacity: capacity, context: self)
        try write(host, to: memory)
        return buffer
    }
}
