import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// The cache of compiled programs.
@Suite struct RecentlyUsedTests {
    @Test func theLeastRecentlyUsedIsForgotten() {
        var cache = RecentlyUsed<String, Int>(limit: 2)
        cache["a"] = 1
        cache["b"] = 2
        #expect(cache["a"] == 1)
        cache["c"] = 3
        #expect(cache["b"] == nil && cache["a"] == 1 && cache["c"] == 3)
        cache["c"] = 4
        #expect(cache["a"] == 1 && cache["c"] == 4 && cache.count == 2)
        cache["a"] = nil
        #expect(cache["a"] == nil && cache.count == 1)
    }

    @Test func programsAreBounded() throws {
        let evaluator = Evaluator(InterpreterBackend(), programLimit: 3)
        func evaluate(_ count: Int) throws {
            _ = try evaluator.evaluate([Tensor([Float](repeating: 1, count: count)).exp()])
        }
        for count in 1...5 { try evaluate(count) }
        #expect(evaluator.compilationCount == 5 && evaluator.programCount == 3)
        try evaluate(5)
        #expect(evaluator.compilationCount == 5)
        try evaluate(1)
        #expect(evaluator.compilationCount == 6 && evaluator.programCount == 3)
    }
}
