import GannetCompiler
import GannetGraph

/// Runs one kernel on floats.
enum KernelRun {
    /// The outputs of `kernel`, of the given numbers of elements.
    static func outputs(
        _ kernel: Kernel, _ inputs: [[Float]], counts: [Int], on backend: any Backend
    ) throws -> [[Float]] {
        func slot(_ count: Int) -> Program.Slot { .init(shape: [count], scalarType: .float32) }
        let program = Program(
            inputs: inputs.map { slot($0.count) }, outputs: counts.map(slot), arenaByteCount: 0,
            calls: [
                Program.Call(
                    kernel: kernel, inputs: inputs.indices.map { .input($0) },
                    inputTypes: inputs.map { _ in .float32 }, outputs: counts.indices.map { .output($0) },
                    outputTypes: counts.map { _ in .float32 }, label: "kernel")
            ], donations: counts.map { _ in nil })
        return try outputs(program, inputs, on: backend)
    }

    /// The outputs of a program whose inputs and outputs are all floats.
    static func outputs(_ program: Program, _ inputs: [[Float]], on backend: any Backend) throws -> [[Float]]
    {
        let executable = try backend.compile(program)
        let sources = inputs.map { values in
            let buffer = HostBuffer(byteCount: values.count * 4)
            values.withUnsafeBytes { buffer.bytes.copyMemory(from: $0) }
            return buffer
        }
        let targets = program.outputs.map { slot in
            let buffer = HostBuffer(byteCount: slot.byteCount + 64)
            buffer.bytes.initializeMemory(as: UInt8.self, repeating: 0xA5)
            return buffer
        }
        try executable.run(inputs: sources, outputs: targets, observer: nil)
        return zip(targets, program.outputs).map { buffer, slot in
            guard buffer.bytes[slot.byteCount...].allSatisfy({ $0 == 0xA5 }) else {
                fatalError("bytes behind an output were written")
            }
            return (0..<slot.shape.count).map { buffer.address.load(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}
