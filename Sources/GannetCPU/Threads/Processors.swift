import GannetGraph

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How many threads to use.
public enum Processors {
    /// The most threads that are of any use.
    private static let limit = 1024

    /// The number that `GANNET_THREADS` holds, else the processors this process may use.
    ///
    /// - Throws: `DeviceError` where the variable is set and holds no number that makes sense.
    public static func threadCount() throws(DeviceError) -> Int {
        guard let text = ProcessInfo.processInfo.environment["GANNET_THREADS"], !text.isEmpty else {
            return processorCount
        }
        guard let count = Int(text), (1...limit).contains(count) else {
            throw DeviceError(
                .unavailable,
                "GANNET_THREADS is \"\(text)\", and must be a number of threads from 1 to \(limit); unset it to "
                    + "use all processors.")
        }
        return count
    }

    /// The processors that this process may use.
    static var processorCount: Int { max(ProcessInfo.processInfo.activeProcessorCount, 1) }
}
