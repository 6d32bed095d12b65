import Dispatch
import GannetCPU

extension Roofline {
    /// What the processor does with the instructions that the backend uses.
    static func measure(_ backend: CPUBackend) -> Roofline {
        Roofline(
            gigaflopsPerSecond: backend.measureMultiplyAddRate() * 1e-9,
            gigabytesPerSecond: copyRate(threads: backend.threadCount) * 1e-9)
    }

    /// Bytes read and written a second.
    private static func copyRate(threads: Int) -> Double {
        let byteCount = 128 << 20
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 2 * byteCount, alignment: 4096)
        defer { memory.deallocate() }
        // Pages exist once they have been written.
        memory.initializeMemory(as: UInt8.self, repeating: 1, count: 2 * byteCount)
        nonisolated(unsafe) let source = memory
        let share = byteCount / threads
        let seconds = shortestSeconds(of: 5) {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                let from = source + thread * share
                (from + byteCount).copyMemory(from: from, byteCount: share)
            }
        }
        return Double(2 * share * threads) / seconds
    }
}
