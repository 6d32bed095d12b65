import GannetGraph
import GannetTestSupport
import Testing

/// The conformance suite judged by the reference itself: its tolerances must allow plain `float32` arithmetic, and
/// must not allow what is wrong.
@Suite struct ConformanceSuiteTests {
    @Test(arguments: ConformanceCase.all + ConformanceCase.further)
    func allowsRoundedReference(_ test: ConformanceCase) throws {
        let failures = try test.failures(ReferenceDevice.evaluate)
        #expect(failures == [])
    }

    @Test(arguments: ConformanceCase.all + ConformanceCase.further)
    func noticesWrongValues(_ test: ConformanceCase) throws {
        let failures = try test.failures { tensors in
            try ReferenceEvaluator().values(of: tensors).map { value in
                var value = value
                if let last = value.elements.popLast() {
                    let isTrue = value.scalarType == .bool && last != 0
                    value.elements.append(isTrue || !last.isFinite ? 0 : (last / 2).rounded(.up) + 1)
                }
                return ReferenceDevice.leaf(value)
            }
        }
        #expect(!failures.isEmpty)
    }

    /// A primitive, a function or a conversion without a case, a gradient, an extent, a view or a special value
    /// fails.
    @Test func everyPrimitiveIsCovered() {
        print(Coverage.suite)
        #expect(Coverage.suite.gaps == [])
    }

    /// The table sees what is missing.
    @Test func coverageFindsGaps() throws {
        let single = try #require(ConformanceCase.named("index"))
        let gaps = try Coverage(of: [single], gradients: []).gaps
        #expect(gaps.contains("convolution lacks a case."))
        #expect(!gaps.contains { $0.hasPrefix("index lacks a case") })
    }

    @Test func casesHaveNamesOfTheirOwn() {
        #expect(
            Set((ConformanceCase.all + ConformanceCase.further).map(\.name)).count
                == ConformanceCase.all.count + ConformanceCase.further.count)
    }

    @Test func randomGraphsAllowRoundedReference() throws {
        var generator = SeededGenerator.announced(for: "random graphs on the reference")
        let failures = try RandomGraph.failures(count: 300, &generator, ReferenceDevice.evaluate)
        #expect(failures == [])
    }
}
