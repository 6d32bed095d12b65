import GannetCompiler
import GannetGraph

/// A backend that runs programs one element at a time, as ``ScalarOracle`` defines kernels: what a program means, so
/// that the compiler can be tested apart from any real backend.
public final class InterpreterBackend: Backend {
    public let name = "interpreter"
    public let summary = "plain Swift, for tests"
    public let limits: BackendLimits
    public let worksInHostMemory = true

    /// Creates a backend with the given limits.
    public init(limits: BackendLimits = BackendLimits()) { self.limits = limits }

    /// Runs one kernel call on the bytes of its inputs and outputs: what a backend in the making can leave those
    /// kernels to that it does not know yet.
    public static func run(
        _ call: Program.Call, inputs: [UnsafeMutableRawBufferPointer],
        outputs: [UnsafeMutableRawBufferPointer]
    ) { ScalarOracle.run(call, inputs: inputs, outputs: outputs) }

    public func compile(_ program: Program) throws(DeviceError) -> any Executable { Interpreter(program) }
    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        HostBuffer(byteCount: byteCount)
    }
    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }
    public func synchronize() throws(DeviceError) {}
}

private final class Interpreter: Executable {
    let program: Program

    init(_ program: Program) { self.program = program }

    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError) {
        try ScalarOracle.run(
            program, inputs: inputs.map { $0 as! HostBuffer }, outputs: outputs.map { $0 as! HostBuffer },
            observer: observer)
    }
}
