import Dispatch

extension Roofline {
    /// What the processor does in Swift that is compiled for the toolchain's default target, as Gannet's portable
    /// kernels are: on x86-64 vectors of four lanes, and a multiplication, then an addition.
    static func measureProcessor(threads: Int) -> Roofline {
        Roofline(
            gigaflopsPerSecond: multiplyAddRate(threads: threads) * 1e-9,
            gigabytesPerSecond: copyRate(threads: threads) * 1e-9)
    }

    /// Additions and multiplications a second.
    private static func multiplyAddRate(threads: Int) -> Double {
        let rounds = 2_000_000
        let sums = UnsafeMutableBufferPointer<Float>.allocate(capacity: threads)
        defer { sums.deallocate() }
        nonisolated(unsafe) let results = sums
        let seconds = shortestSeconds(of: 5) {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                results[thread] = multiplyAdd(rounds: rounds, by: 0.999_999)
            }
        }
        return Double(threads * rounds * 12 * 4 * 2) / seconds
    }

    /// Twelve independent sums, as many as hide the latency and leave registers for two operands.
    @inline(never)
    private static func multiplyAdd(rounds: Int, by factor: Float) -> Float {
        typealias Vector = SIMD4<Float>
        let f = Vector(repeating: factor)
        let t = Vector(repeating: 1 - factor)
        var (a, b, c, d) = (f, f + 1, f + 2, f + 3)
        var (e, g, h, i) = (f + 4, f + 5, f + 6, f + 7)
        var (j, k, l, m) = (f + 8, f + 9, f + 10, f + 11)
        for _ in 0..<rounds {
            a = multiplyAdd(a, f, t)
            b = multiplyAdd(b, f, t)
            c = multiplyAdd(c, f, t)
            d = multiplyAdd(d, f, t)
            e = multiplyAdd(e, f, t)
            g = multiplyAdd(g, f, t)
            h = multiplyAdd(h, f, t)
            i = multiplyAdd(i, f, t)
            j = multiplyAdd(j, f, t)
            k = multiplyAdd(k, f, t)
            l = multiplyAdd(l, f, t)
            m = multiplyAdd(m, f, t)
        }
        return (a + b + c + d + e + g + h + i + j + k + l + m).sum()
    }

    @inline(__always)
    private static func multiplyAdd(
        _ x: SIMD4<Float>, _ y: SIMD4<Float>, _ z: SIMD4<Float>
    ) -> SIMD4<Float> {
        #if arch(arm64)
            z.addingProduct(x, y)
        #else
            x * y + z
        #endif
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
