import GannetGraph
import GannetTestSupport
import Testing

@Suite struct GradientTests {
    @Test(arguments: GradientCase.all + GradientCase.furtherConvolutions)
    func agreesWithFiniteDifferences(_ test: GradientCase) throws {
        let failures = try test.failures()
        #expect(failures == [])
    }

    @Test func casesHaveNamesOfTheirOwn() {
        #expect(Set(GradientCase.all.map(\.name)).count == GradientCase.all.count)
    }

    @Test func checkFindsAWrongGradient() throws {
        let x = Tensor([0.5, 1] as [Float])
        let failures = try GradientCheck.failures(at: [x]) { inputs in
            .withGradient(of: inputs, value: inputs[0].exp().stoppingGradient()) { [$0 * 1.01] }
        }
        #expect(!failures.isEmpty)
    }

    @Test func tiesShareTheGradient() throws {
        let x = Tensor([2, 5, 5, 1, 3, 3, 3, 3] as [Float], shape: [2, 4])
        func gradient(of y: Tensor) throws -> [Double] {
            try ReferenceEvaluator().values(of: gradients(of: y, withRespectTo: [x]))[0].elements
        }
        #expect(try gradient(of: x.max(axes: [1]).sum()) == [0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25])
        #expect(try gradient(of: x.min(axes: [1]).sum()) == [0, 0, 0, 1, 0.25, 0.25, 0.25, 0.25])
        #expect(try gradient(of: maximum(x, 3).sum()) == [0, 1, 1, 0, 0.5, 0.5, 0.5, 0.5])
        #expect(try gradient(of: x.stoppingGradient().sum() + 0 * x.sum()) == [0, 0, 0, 0, 0, 0, 0, 0])
    }
}
