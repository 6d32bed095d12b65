import GannetGraph

/// What turns programs into something that runs, and keeps the buffers they run on.
///
/// A backend is one device. What it must be able to execute is the closed list ``Kernel``.
public protocol Backend: StorageHost {
    /// The name by which a user can ask for this device: "cpu", "opencl:0".
    var name: String { get }

    /// What the device is, for people: "AVX-512 CPU, 2 threads".
    var summary: String { get }

    /// What the compiler must respect.
    var limits: BackendLimits { get }

    /// Prepares a program. Called once for each distinct program; may be slow.
    func compile(_ program: Program) throws(DeviceError) -> any Executable

    /// A buffer whose contents are undefined, from the backend's pool.
    func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer

    /// Waits until all work given to the device is done.
    func synchronize() throws(DeviceError)
}

/// What a backend cannot exceed.
public struct BackendLimits: Hashable, Sendable {
    /// The most inputs and outputs, together, of one kernel.
    public var buffersPerKernel: Int
    /// The most instructions in one expression.
    public var instructionsPerKernel: Int

    /// Creates limits.
    public init(buffersPerKernel: Int = 48, instructionsPerKernel: Int = 512) {
        self.buffersPerKernel = buffersPerKernel
        self.instructionsPerKernel = instructionsPerKernel
    }
}

/// A program prepared for a device. It may be run from several threads; each run in flight has its own arena.
public protocol Executable: AnyObject, Sendable {
    /// Runs the program, or queues it where the device has a queue.
    ///
    /// - Parameters:
    ///   - inputs: One buffer of this backend for each input of the program.
    ///   - outputs: One for each output. An output may be the buffer of the input that `Program.donations`
    ///     names for it.
    ///   - observer: When given, called after each kernel call, with the host's copy of what it wrote.
    func run(
        inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
    ) throws(DeviceError)
}

/// Told of each kernel call once it is done: the call's number and the bytes of each of its outputs.
public typealias CallObserver = (_ call: Int, _ outputs: [HostBuffer]) throws(DeviceError) -> Void
