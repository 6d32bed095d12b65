import GannetCompiler
import GannetGraph

/// A program prepared for the processor: its kernels, and where in which buffer each finds what it needs.
final class CPUExecutable: Executable {
    /// A buffer of a call: a place in a list of base addresses (the inputs, the outputs, the arena).
    private struct Place: BitwiseCopyable, Sendable {
        var base: Int
        var offset: Int
        var byteCount: Int
    }

    private struct Call: Sendable {
        var kernel: any PreparedKernel
        /// Where the call's inputs and outputs begin among the places.
        var firstInput: Int
        var firstOutput: Int
        var outputCount: Int
    }

    private let calls: [Call]
    private let places: FrozenArray<Place>
    private let inputCount: Int
    private let outputCount: Int
    private let arenaByteCount: Int
    private let threads: ThreadPool

    /// Prepares `program`.
    init(_ program: Program, tier: Tier, threads: ThreadPool) {
        self.threads = threads
        inputCount = program.inputs.count
        outputCount = program.outputs.count
        arenaByteCount = program.arenaByteCount
        let (inputs, outputs) = (program.inputs, program.outputs)
        func place(_ reference: Program.BufferReference) -> Place {
            switch reference {
            case .input(let number): Place(base: number, offset: 0, byteCount: inputs[number].byteCount)
            case .output(let number):
                Place(base: inputs.count + number, offset: 0, byteCount: outputs[number].byteCount)
            case .arena(let offset, let byteCount):
                Place(base: inputs.count + outputs.count, offset: offset, byteCount: byteCount)
            }
        }
        var places: [Place] = []
        var calls: [Call] = []
        for call in program.calls {
            let first = places.count
            places += call.inputs.map(place)
            let firstOutput = places.count
            places += call.outputs.map(place)
            calls.append(
                Call(
                    kernel: tier.prepare(call.kernel, inputTypes: call.inputTypes), firstInput: first,
                    firstOutput: firstOutput, outputCount: call.outputs.count))
        }
        self.calls = calls
        self.places = FrozenArray(places)
    }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        if inputs.count != inputCount || outputs.count != outputCount {
            invalidUse(
                "Executable.run",
                "\(inputs.count) inputs and \(outputs.count) outputs were given to a program that has "
                    + "\(inputCount) and \(outputCount)")
        }
        let arena = HostBuffer(byteCount: arenaByteCount)
        let bases = HostBuffer(byteCount: (inputCount + outputCount + 1 + places.count) * 8)
        let base = bases.address.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        for index in 0..<inputCount { (base + index).initialize(to: try address(inputs[index])) }
        for index in 0..<outputCount {
            (base + inputCount + index).initialize(to: try address(outputs[index]))
        }
        (base + inputCount + outputCount).initialize(to: arena.address)
        let table = base + inputCount + outputCount + 1
        for index in 0..<places.count {
            let place = places.base[index]
            (table + index).initialize(to: base[place.base] + place.offset)
        }
        try threads.withWorkspace { (workspace) throws(DeviceError) in
            for (number, call) in calls.enumerated() {
                let buffers = KernelBuffers(
                    inputs: table + call.firstInput, outputs: table + call.firstOutput)
                call.kernel.run(buffers, threads, workspace)
                if let observer { try observer(number, copies(of: call, table)) }
            }
        }
        // The addresses in `bases` are those of buffers that nothing else may hold.
        withExtendedLifetime((arena, bases, inputs, outputs)) {}
    }

    private func address(_ buffer: any DeviceBuffer) throws(DeviceError) -> UnsafeMutableRawPointer {
        guard let host = buffer as? HostBuffer else {
            throw DeviceError(
                .execution, "A buffer of another device was given to the CPU; read it to the host first.")
        }
        return host.address
    }

    private func copies(of call: Call, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>) -> [HostBuffer]
    {
        (call.firstOutput..<call.firstOutput + call.outputCount).map { index in
            let copy = HostBuffer(byteCount: places.base[index].byteCount)
            copy.address.copyMemory(from: table[index], byteCount: copy.byteCount)
            return copy
        }
    }
}

extension Tier {
    /// Prepares a kernel whose inputs have the given types.
    fileprivate func prepare(_ kernel: Kernel, inputTypes: [ScalarType]) -> any PreparedKernel {
        switch kernel {
        case .map(let map): MapKernel(map, inputTypes: inputTypes, tier: self)
        case .reduce(let reduce): ReduceKernel(reduce, inputTypes: inputTypes, tier: self)
        case .matrixProduct(let product): MatrixProductKernel(product, inputTypes: inputTypes, tier: self)
        case .scatterAdd(let scatter): ScatterAddKernel(scatter)
        case .convolution, .filterGradient, .noiseStep, .loop: fatalError("Gannet: \(kernel)")
        }
    }
}
