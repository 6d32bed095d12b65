import GannetCompiler
import GannetGraph

/// The processor, in pure Swift and in machine code that Swift writes while the program runs.
///
/// Buffers are host memory. Results do not depend on the number of threads; in their last bits they do on the
/// ``InstructionSet``.
public final class CPUBackend: Backend {
    public let name = "cpu"
    public let summary: String
    public let limits = BackendLimits(buffersPerKernel: 256, instructionsPerKernel: 1024)
    public let worksInHostMemory = true

    /// The instructions that the backend uses.
    public var instructionSet: InstructionSet { tier.instructionSet }
    /// The number of threads that share work, the caller's included.
    public var threadCount: Int { threads.threadCount }

    private let threads: ThreadPool
    private let tier: Tier

    /// Creates a backend.
    ///
    /// - Parameter threads: The number of threads that share work, at least 1. When nil, it is that which the
    ///   environment variable `GANNET_THREADS` holds, if it holds one (see ``Processors/threadCount()``), else the
    ///   number of processors the process may use.
    /// - Parameter instructionSet: What instructions are used, as far as the processor has them; when nil, those that
    ///   ``InstructionSet/selected()`` gives.
    public convenience init(threads: Int? = nil, instructionSet: InstructionSet? = nil) {
        self.init(threads: threads, instructionSet: instructionSet, winograd: .whereFaster)
    }

    /// Creates a backend that makes convolutions by Winograd's filtering when `winograd` says, and runs kernels together,
    /// some rows at a time, or one after another, which changes no result.
    package init(
        threads: Int? = nil, instructionSet: InstructionSet? = nil, winograd: WinogradUse = .whereFaster,
        chainsRows: Bool = true
    ) {
        let pool = ThreadPool(
            threadCount: threads ?? (try? Processors.threadCount()) ?? Processors.processorCount)
        self.threads = pool
        var tier = Tier.best(for: instructionSet ?? (try? .selected()) ?? .available.last!)
        tier.winogradUse = winograd
        tier.chainsRows = chainsRows
        self.tier = tier
        summary = "CPU, \(tier.name), \(pool.threadCount) thread\(pool.threadCount == 1 ? "" : "s")"
    }

    public func compile(_ program: Program) throws(DeviceError) -> any Executable {
        CPUExecutable(program, tier: tier, threads: threads)
    }

    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        HostBuffer(byteCount: byteCount)
    }

    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }

    /// Calls `body` once for each thread, at the same time as far as the threads are free.
    func onAllThreads(_ body: (Workspace) -> Void) {
        threads.withWorkspace { workspace in
            threads.parallel(threadCount, workspace) { _, workspace in body(workspace) }
        }
    }

    /// Returns at once: programs have run when `run` returns.
    public func synchronize() throws(DeviceError) {}
}
