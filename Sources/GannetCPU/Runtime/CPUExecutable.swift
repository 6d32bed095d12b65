import GannetCompiler
import GannetGraph

/// A program prepared for the processor.
final class CPUExecutable: Executable {
    private let program: PreparedProgram
    private let threads: ThreadPool
    private let times: CallTimes?

    /// Prepares `program`.
    init(_ program: Program, tier: Tier, threads: ThreadPool) {
        times = CallTimes.areWanted ? CallTimes(program) : nil
        self.program = PreparedProgram(program, tier: tier)
        self.threads = threads
    }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        if inputs.count != program.inputCount || outputs.count != program.outputCount {
            invalidUse(
                "Executable.run",
                "\(inputs.count) inputs and \(outputs.count) outputs were given to a program that has "
                    + "\(program.inputCount) and \(program.outputCount)")
        }
        let arena = HostBuffer(byteCount: program.arenaByteCount)
        let memory = HostBuffer(byteCount: program.addressCount * 8)
        let addresses = memory.address.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        for index in inputs.indices { (addresses + index).initialize(to: try address(inputs[index])) }
        for index in outputs.indices {
            (addresses + program.firstOutput + index).initialize(to: try address(outputs[index]))
        }
        (addresses + program.arena).initialize(to: arena.address)
        program.resolve(addresses)
        try threads.withWorkspace { (workspace) throws(DeviceError) in
            if observer == nil, let times {
                let clock = ContinuousClock()
                return times.add(
                    (0..<program.callCount).map { number in
                        clock.measure { program.run(call: number, addresses, threads, workspace) }
                            / .seconds(1)
                    })
            }
            guard let observer else { return program.run(addresses, threads, workspace) }
            for number in 0..<program.callCount {
                program.run(call: number, addresses, threads, workspace)
                try observer(number, program.copies(ofOutputsOf: number, addresses))
            }
        }
        // The addresses are those of buffers that nothing else may hold.
        withExtendedLifetime((arena, memory, inputs, outputs)) {}
    }

    private func address(_ buffer: any DeviceBuffer) throws(DeviceError) -> UnsafeMutableRawPointer {
        guard let host = buffer as? HostBuffer else {
            throw DeviceError(
                .execution, "A buffer of another device was given to the CPU; read it to the host first.")
        }
        return host.address
    }
}
