extension CPUBackend {
    /// Measures how many single-precision additions and multiplications a second all threads of the backend do together in
    /// a loop of nothing but multiply-adds: what its products can reach at most. It takes some milliseconds.
    ///
    /// With no machine code it is what `SIMD` types allow: on x86-64 four lanes, and a multiplication, then an addition.
    public func measureMultiplyAddRate() -> Double {
        let code = instructionSet == .portable ? nil : try? MultiplyAddCode(instructionSet)
        let rounds = 200_000
        let operations = code?.operationsPerRound ?? Self.portableOperationsPerRound
        var shortest = Duration.seconds(1_000)
        for _ in 0..<8 {
            let time = ContinuousClock().measure {
                onAllThreads { workspace in
                    if let code { return code.run(rounds: rounds) }
                    // Nobody wants the sum, but a loop whose sum went nowhere would be left out.
                    workspace.scratch(4).storeBytes(of: Self.multiplyAdd(rounds: rounds), as: Float.self)
                }
            }
            shortest = min(shortest, time)
        }
        return Double(threadCount * rounds * operations) / (shortest / .seconds(1))
    }

    private static var portableOperationsPerRound: Int { 12 * 4 * 2 }

    /// Twelve independent sums, as many as hide the latency and leave registers for two operands.
    @inline(never)
    private static func multiplyAdd(rounds: Int) -> Float {
        typealias Quad = SIMD4<Float>
        let (x, y) = (Quad(repeating: 0.75), Quad(repeating: 0.625))
        func add(_ sum: inout Quad) {
            #if arch(arm64)
                sum = x.addingProduct(sum, y)
            #else
                sum = sum * y + x
            #endif
        }
        var (a, b, c, d, e, f) = (x, x + 1, x + 2, x + 3, x + 4, x + 5)
        var (g, h, i, j, k, l) = (x + 6, x + 7, x + 8, x + 9, x + 10, x + 11)
        for _ in 0..<rounds {
            add(&a)
            add(&b)
            add(&c)
            add(&d)
            add(&e)
            add(&f)
            add(&g)
            add(&h)
            add(&i)
            add(&j)
            add(&k)
            add(&l)
        }
        return (a + b + c + d + e + f + g + h + i + j + k + l).sum()
    }
}
