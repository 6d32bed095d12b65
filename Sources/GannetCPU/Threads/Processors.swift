#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How many threads to use.
enum Processors {
    /// The number that `GANNET_THREADS` holds, if it is a positive one, else the processors this process may use.
    static var defaultThreadCount: Int {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["GANNET_THREADS"], let count = Int(text), count > 0 {
            return min(count, 1024)
        }
        return max(ProcessInfo.processInfo.activeProcessorCount, 1)
    }
}
