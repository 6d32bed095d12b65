#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The processors of this machine.
enum Processors {
    /// How many threads the device `cpu` has when nobody says otherwise: what `GANNET_THREADS` holds, or the number
    /// of processors that this process may use.
    static var count: Int {
        let process = ProcessInfo.processInfo
        if let text = process.environment["GANNET_THREADS"], let count = Int(text), count > 0 {
            return min(count, 1024)
        }
        return max(process.activeProcessorCount, 1)
    }
}
