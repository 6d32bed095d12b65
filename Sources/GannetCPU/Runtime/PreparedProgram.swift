import GannetCompiler
import GannetGraph

/// A program's kernels made ready to run, and where in which buffer each finds what it needs.
///
/// A run needs a list of ``addressCount`` addresses. The first are those of the inputs, the outputs and the arena, which
/// whoever runs the program fills in; behind them is room for what ``resolve(_:)`` makes of them.
final class PreparedProgram: Sendable {
    /// A buffer of a call: a place in one of the buffers at the head of the addresses.
    private struct Place: BitwiseCopyable, Sendable {
        var base: Int
        var offset: Int
        var byteCount: Int
    }

    private struct Call: Sendable {
        var kernel: any PreparedKernel
        /// Where the addresses of the call's inputs and outputs are.
        var firstInput: Int
        var firstOutput: Int
        var outputCount: Int
    }

    /// The number of inputs.
    let inputCount: Int
    /// The number of outputs.
    let outputCount: Int
    /// The size of the arena.
    let arenaByteCount: Int
    private let calls: [Call]
    /// Calls that are run together, by the number of the first of them.
    private let chains: [Int: RowChain]
    private let places: FrozenArray<Place>

    /// Where the address of an output belongs.
    var firstOutput: Int { inputCount }
    /// Where the address of the arena belongs.
    var arena: Int { inputCount + outputCount }
    /// How many addresses a run needs.
    var addressCount: Int { arena + 1 + places.count }
    /// The number of calls.
    var callCount: Int { calls.count }

    /// Prepares `program`.
    init(_ program: Program, tier: Tier) {
        inputCount = program.inputs.count
        outputCount = program.outputs.count
        arenaByteCount = program.arenaByteCount
        let (inputs, outputs) = (program.inputs, program.outputs)
        let head = inputs.count + outputs.count + 1
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
            let first = head + places.count
            places += call.inputs.map(place)
            let firstOutput = head + places.count
            places += call.outputs.map(place)
            calls.append(
                Call(
                    kernel: tier.prepare(call.kernel, inputTypes: call.inputTypes), firstInput: first,
                    firstOutput: firstOutput, outputCount: call.outputs.count))
        }
        self.calls = calls
        var chains: [Int: RowChain] = [:]
        for plan in tier.chainsRows ? RowChainPlan.chains(of: program) : [] {
            let kernels = calls[plan.calls].compactMap { $0.kernel as? any RowKernel }
            if kernels.count < plan.calls.count { continue }
            chains[plan.calls.lowerBound] = RowChain(
                plan, kernels: kernels, firstAddress: calls[plan.calls.lowerBound].firstInput,
                fetch: tier.fetch)
        }
        self.chains = chains
        self.places = FrozenArray(places)
    }

    /// Computes the addresses of the calls' buffers from those at the head.
    func resolve(_ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>) {
        let table = addresses + arena + 1
        for index in 0..<places.count {
            let place = places.base[index]
            (table + index).initialize(to: addresses[place.base] + place.offset)
        }
    }

    /// Runs all calls on resolved addresses.
    func run(
        _ addresses: UnsafePointer<UnsafeMutableRawPointer>, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        var number = 0
        while number < calls.count {
            if let chain = chains[number], chain.isWorthIt(threads) {
                chain.run(addresses, threads, workspace)
                number = chain.calls.upperBound
            } else {
                run(call: number, addresses, threads, workspace)
                number += 1
            }
        }
    }

    /// Runs one call on resolved addresses.
    func run(
        call number: Int, _ addresses: UnsafePointer<UnsafeMutableRawPointer>, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let buffers = KernelBuffers(
            inputs: addresses + calls[number].firstInput, outputs: addresses + calls[number].firstOutput)
        calls[number].kernel.run(buffers, threads, workspace)
    }

    /// Copies of what a call has written.
    func copies(ofOutputsOf number: Int, _ addresses: UnsafePointer<UnsafeMutableRawPointer>)
        -> [HostBuffer]
    {
        let call = calls[number]
        return (call.firstOutput..<call.firstOutput + call.outputCount).map { index in
            let copy = HostBuffer(byteCount: places.base[index - arena - 1].byteCount)
            copy.address.copyMemory(from: addresses[index], byteCount: copy.byteCount)
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
        case .matrixProduct(let product):
            NarrowProductKernel(product, inputTypes: inputTypes, tier: self)
                ?? MatrixProductKernel(product, inputTypes: inputTypes, tier: self)
        case .convolution(let convolution):
            prepare(convolution, inputTypes: inputTypes)
        case .filterGradient(let gradient):
            WinogradFilterGradient(gradient, inputTypes: inputTypes, tier: self)
                ?? FilterGradientKernel(gradient.inFasterForm, inputTypes: inputTypes, tier: self)
        case .noiseStep(let noise):
            makesNoiseInExpressions
                ? MapKernel(noise.map, inputTypes: inputTypes, tier: self) : NoiseStepKernel(noise)
        case .loop(let loop): LoopKernel(loop, tier: self)
        case .scan(let scan): ScanKernel(scan)
        case .sort(let sort): SortKernel(sort)
        case .scatterAdd(let scatter): ScatterAddKernel(scatter)
        }
    }

    /// The first kernel that serves a convolution, the most special ones first.
    private func prepare(_ convolution: Kernel.Convolution, inputTypes: [ScalarType]) -> any PreparedKernel {
        func winograd() -> (any PreparedKernel)? {
            WinogradConvolution(convolution, inputTypes: inputTypes, tier: self)
        }
        if winogradUse == .wherePossible, let winograd = winograd() { return winograd }
        return SpreadConvolutionKernel(convolution, inputTypes: inputTypes, tier: self)
            ?? PlanarConvolutionKernel(convolution, inputTypes: inputTypes, tier: self)
            ?? winograd() ?? ConvolutionKernel(convolution, inputTypes: inputTypes, tier: self)
    }
}
