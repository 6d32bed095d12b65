import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that a backend has prepared.
public final class CompiledProgram: Sendable {
    /// What will run.
    public let program: Program
    let executable: any Executable
    /// What a check needs to know; nil when nothing is checked, so that no leaf is kept alive.
    let checked: (lowered: LoweredProgram, leaves: [Node])?

    init(_ program: Program, _ executable: any Executable, checked: (LoweredProgram, [Node])?) {
        self.program = program
        self.executable = executable
        self.checked = checked
    }
}

/// Evaluates graphs on one backend, and keeps the compiled programs by the graphs' structure: those that were used
/// last, so that a process that goes on meeting new shapes does not grow for ever.
public final class Evaluator: Sendable {
    /// Where programs run.
    public let backend: any Backend
    /// What is checked and shown.
    public let options: DebugOptions

    private struct State {
        var programs: RecentlyUsed<GraphSignature, CompiledProgram>
        var compilations = 0
    }

    private let state: Guarded<State>

    /// The number of programs that are kept unless somebody says otherwise: many times what training and drawing
    /// from a model take.
    public static let defaultProgramLimit = 512

    /// Creates an evaluator with an empty cache of at most `programLimit` programs.
    public init(
        _ backend: any Backend, options: DebugOptions = .environment,
        programLimit: Int = Evaluator.defaultProgramLimit
    ) {
        self.backend = backend
        self.options = options
        state = Guarded(State(programs: RecentlyUsed(limit: programLimit)))
    }

    /// Whether buffers may be given away to programs; a check reads the inputs after the run, so then they may not.
    public var acceptsDonations: Bool { !options.validates && !options.checksForNaN }

    /// How many programs were compiled so far.
    public var compilationCount: Int { state.withLock { $0.compilations } }

    /// How many compiled programs are kept now.
    public var programCount: Int { state.withLock { $0.programs.count } }

    /// Forgets all compiled programs.
    public func removeAllPrograms() {
        state.withLock { $0.programs = RecentlyUsed(limit: $0.programs.limit) }
    }

    /// The values of `tensors`; those that are leaves already are not copied.
    public func evaluate(_ tensors: [Tensor]) throws(DeviceError) -> [Storage] {
        let pending = tensors.filter { $0.storage == nil }
        var results: ArraySlice<Storage> = []
        if !pending.isEmpty {
            let (signature, leaves) = GraphSignature.of(pending)
            let compiled = try program(for: signature) { (pending, leaves, [:]) }
            results = try run(compiled, inputs: leaves.map { Tensor($0).storage! })[...]
        }
        return tensors.map { $0.storage ?? results.removeFirst() }
    }

    /// The program for a graph's structure, compiled on first use.
    ///
    /// - Parameters:
    ///   - signature: The structure by which the program is found again.
    ///   - graph: The roots, the leaves in the order of the program's inputs, and which outputs replace which
    ///     inputs; called only when there is no such program yet.
    public func program(
        for signature: GraphSignature,
        graph: () throws(DeviceError) -> (roots: [Tensor], leaves: [Node], updates: [Int: Int])
    ) throws(DeviceError) -> CompiledProgram {
        if let known = state.withLock({ $0.programs[signature] }) { return known }
        let (roots, leaves, updates) = try graph()
        let compiled = try compile(roots, leaves: leaves, updates: updates)
        state.withLock { $0.programs[signature] = compiled }
        return compiled
    }

    /// Compiles the program that computes `roots`.
    public func compile(
        _ roots: [Tensor], leaves: [Node], updates: [Int: Int] = [:]
    ) throws(DeviceError) -> CompiledProgram {
        let lowered = Lowering.lower(roots, leaves: leaves, limits: backend.limits, updates: updates)
        if options.dumpsPrograms { printOnStandardError("\(backend.name) \(lowered.program)\n") }
        let executable = try backend.compile(lowered.program)
        state.withLock { $0.compilations += 1 }
        let isChecked = options.validates || options.checksForNaN
        return CompiledProgram(lowered.program, executable, checked: isChecked ? (lowered, leaves) : nil)
    }

    /// Runs a program.
    ///
    /// - Parameters:
    ///   - inputs: One storage for each input.
    ///   - donated: Buffers that the caller gives away, by the number of the input whose buffer each was; the
    ///     storage of such an input is not read.
    /// - Returns: One storage for each output.
    public func run(
        _ compiled: CompiledProgram, inputs: [Storage], donated: [Int: any DeviceBuffer] = [:]
    ) throws(DeviceError) -> [Storage] {
        let program = compiled.program
        var checker: CallChecker?
        if let (lowered, leaves) = compiled.checked {
            checker = try CallChecker(
                lowered, leaves: leaves, inputs: inputs, options: options, device: backend.name)
        }
        var inputBuffers: [any DeviceBuffer] = []
        inputBuffers.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            if let buffer = donated[index] {
                inputBuffers.append(buffer)
            } else {
                inputBuffers.append(try input.buffer(on: backend))
            }
        }
        var outputs: [any DeviceBuffer] = []
        outputs.reserveCapacity(program.outputs.count)
        for (index, slot) in program.outputs.enumerated() {
            if let input = program.donations[index], let buffer = donated[input] {
                outputs.append(buffer)
            } else {
                outputs.append(try backend.allocate(byteCount: slot.byteCount))
            }
        }
        if let checker {
            let observer: CallObserver = { (call, written) throws(DeviceError) in
                try checker.check(call, written)
            }
            try compiled.executable.run(inputs: inputBuffers, outputs: outputs, observer: observer)
            try checker.finish()
        } else {
            try compiled.executable.run(inputs: inputBuffers, outputs: outputs, observer: nil)
        }
        return outputs.map { Storage($0, on: backend) }
    }
}

private func printOnStandardError(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = write(2, bytes.baseAddress, bytes.count) }
}

extension Tensor {
    /// The stored values of a leaf; nil for a tensor that must be computed.
    public var storage: Storage? { if case .leaf(let storage) = node.operation { storage } else { nil } }
}
