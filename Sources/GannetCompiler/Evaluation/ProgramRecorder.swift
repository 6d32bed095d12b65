import GannetGraph

/// A backend that computes nothing: it keeps the programs that it is given, and fills all results with zeros. It finds
/// out what a model's training would ask of a device, in next to no time.
public final class ProgramRecorder: Backend {
    public let name = "recorder"
    public let summary = "keeps programs, and runs none"
    public let limits: BackendLimits
    public let worksInHostMemory = true

    private let recorded = Guarded<[Program]>([])

    /// Creates a recorder of the programs that a backend with these limits would be given.
    public init(limits: BackendLimits) { self.limits = limits }

    /// The programs, in the order in which they came.
    public var programs: [Program] { recorded.withLock { $0 } }

    public func compile(_ program: Program) throws(DeviceError) -> any Executable {
        recorded.withLock { $0.append(program) }
        return Blank()
    }

    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        HostBuffer(byteCount: byteCount)
    }

    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }

    public func synchronize() throws(DeviceError) {}

    /// Writes zeros.
    private final class Blank: Executable {
        func run(
            inputs: [any DeviceBuffer], outputs: [any DeviceBuffer], observer: CallObserver?
        ) throws(DeviceError) {
            for case let output as HostBuffer in outputs {
                output.bytes.initializeMemory(as: UInt8.self, repeating: 0)
            }
        }
    }
}
