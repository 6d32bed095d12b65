import GannetGraph
import GannetTestSupport
import Testing

/// The conformance suite judged by the reference itself: its tolerances must allow plain `float32` arithmetic, and
/// must not allow what is wrong.
@Suite struct ConformanceSuiteTests {
    @Test(arguments: ConformanceCase.all + ConformanceCase.further)
    func allowsRoundedReference(_ test: ConformanceCase) throws {
        #expect(try test.failures(ReferenceDevice.evaluate) == [])
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

    @Test func everyPrimitiveIsInTheSuite() {
        var seen = Set<String>()
        for test in ConformanceCase.all {
            for node in Node.topologicalOrder(of: test.tensors) {
                let description = "\(node.operation)"
                seen.insert(String(description.prefix { $0 != "(" }))
            }
        }
        let primitives: Set = [
            "leaf", "literal", "index", "randomBits", "unary", "binary", "select", "cast", "reshape",
            "permute",
            "broadcast", "slice", "pad", "concatenate", "reduce", "matrixProduct", "gather", "scatterAdd",
            "stopGradient", "customGradient", "convolution", "convolutionInputGradient",
            "convolutionFilterGradient", "noiseStep", "cumulative", "sortingOrder", "loop", "loopResult",
        ]
        #expect(seen == primitives)
    }

    @Test func casesHaveNamesOfTheirOwn() {
        #expect(
            Set((ConformanceCase.all + ConformanceCase.further).map(\.name)).count
                == ConformanceCase.all.count + ConformanceCase.further.count)
    }

    @Test func randomGraphsAllowRoundedReference() throws {
        var generator = SeededGenerator.announced(for: "random graphs on the reference")
        #expect(try RandomGraph.failures(count: 300, &generator, ReferenceDevice.evaluate) == [])
    }
}
