import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// A program whose kernels are compiled and wait for buffers.
final class OpenCLExecutable: Executable {
    /// One kernel launch.
    private struct Launch: Sendable {
        var kernel: OpenCLKernel
        var buffers: [Location]
        var global: [Int]
        var local: [Int]
    }

    /// Where an argument's data are; offsets in elements.
    private enum Location: Sendable {
        case input(Int)
        case output(Int)
        case arena(offset: Int)
    }

    private let program: Program
    private let context: DeviceContext
    private let calls: [[Launch]]
    private let arenaByteCount: Int

    init(_ program: Program, target: KernelTarget, context: DeviceContext) throws(DeviceError) {
        self.program = program
        self.context = context
        let source = ProgramSource(program, target: target)
        let compiled =
            source.calls.contains { !$0.names.isEmpty }
            ? try OpenCLProgram(source: source.text, context: context) : nil
        // Memory between the kernels of one call lies behind the arena: the queue is in order, so all share it.
        let scratch = (program.arenaByteCount + 255) / 256 * 256
        arenaByteCount = scratch + (source.calls.map(\.plan.scratchByteCount).max() ?? 0)
        var calls: [[Launch]] = []
        for (call, printed) in zip(program.calls, source.calls) {
            var launches: [Launch] = []
            for (kernel, name) in zip(printed.plan.kernels, printed.names) {
                let locations = zip(kernel.buffers, kernel.types).map { buffer, type in
                    Self.location(buffer, type: type, call: call, scratch: scratch)
                }
                launches.append(
                    Launch(
                        kernel: try compiled!.kernel(name), buffers: locations, global: kernel.global,
                        local: kernel.local))
            }
            calls.append(launches)
        }
        self.calls = calls
    }

    private static func location(
        _ buffer: KernelPlan.Buffer, type: ScalarType, call: Program.Call, scratch: Int
    ) -> Location {
        let reference: Program.BufferReference
        switch buffer {
        case .input(let index): reference = call.inputs[index]
        case .output(let index): reference = call.outputs[index]
        case .scratch(let offset): return .arena(offset: (scratch + offset) / type.byteCount)
        }
        return switch reference {
        case .input(let index): .input(index)
        case .output(let index): .output(index)
        case .arena(let offset, _): .arena(offset: offset / type.byteCount)
        }
    }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        let inputs = inputs.map(own)
        let outputs = outputs.map(own)
        try context.submission.withLock { (arena) throws(DeviceError) in
            let memory = arenaByteCount > 0 ? try context.arena(&arena, byteCount: arenaByteCount) : nil
            for (number, launches) in calls.enumerated() {
                for launch in launches {
                    for (index, location) in launch.buffers.enumerated() {
                        switch location {
                        case .input(let input):
                            try launch.kernel.set(index, to: inputs[input].memory, offset: 0)
                        case .output(let output):
                            try launch.kernel.set(index, to: outputs[output].memory, offset: 0)
                        case .arena(let offset): try launch.kernel.set(index, to: memory!, offset: offset)
                        }
                    }
                    try launch.kernel.launch(
                        global: launch.global, local: launch.local, label: program.calls[number].label)
                }
                if let observer {
                    try observer(number, try written(by: number, outputs: outputs, arena: memory))
                }
            }
            try context.flush()
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
    private func written(by number: Int, outputs: [OpenCLBuffer], arena: cl_mem?) throws(DeviceError)
        -> [HostBuffer]
    {
        var copies: [HostBuffer] = []
        for reference in program.calls[number].outputs {
            let copy: HostBuffer
            switch reference {
            case .input: continue
            case .output(let index):
                copy = HostBuffer(byteCount: program.outputs[index].byteCount)
                try context.read(outputs[index].memory, offset: 0, into: copy.bytes)
            case .arena(let offset, let byteCount):
                copy = HostBuffer(byteCount: byteCount)
                if let arena { try context.read(arena, offset: offset, into: copy.bytes) }
            }
            copies.append(copy)
        }
        return copies
    }
}
