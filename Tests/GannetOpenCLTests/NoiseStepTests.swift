import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Noise steps of every kind, with images whose elements fill vectors and such as do not.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct NoiseStepTests {
    private static let steps: [NoiseStep] = [
        .forward, .reverse(isClipped: false, isNoisy: false), .reverse(isClipped: true, isNoisy: false),
        .reverse(isClipped: false, isNoisy: true), .reverse(isClipped: true, isNoisy: true),
    ]

    @Test func stepsAreAsTheReferenceSays() throws {
        var generator = SeededGenerator.announced(for: "noise steps")
        var stream = RandomStream(seed: 12)
        var results: [Tensor] = []
        for shape: Shape in [
            [3, 64], [5, 3], [2, 9, 7, 3], [4, 160], [1, 1], [2, 1000], [0, 4], [3, 0],
        ] {
            for step in Self.steps {
                let x = generator.floats(shape)
                results.append(
                    x.noiseStep(
                        step, prediction: step.hasPrediction ? generator.floats(shape) : nil,
                        coefficients: generator.floats([shape[0], step.coefficientCount], in: 0.2...1.5),
                        key: step.isNoisy ? stream.nextKey() : nil))
            }
        }
        let expected = try ReferenceEvaluator().values(of: results)
        for backend in TestBackends.all {
            let actual = try ReferenceEvaluator().values(
                of: zip(try Evaluator(backend).evaluate(results), results).map {
                    Tensor($0, shape: $1.shape, scalarType: $1.scalarType)
                })
            for (a, e) in zip(actual, expected) {
                #expect(Tolerance.scaled(1e-6).failure(a, expected: e) == nil, "\(backend.summary)")
            }
        }
    }

    @Test func theNoiseIsTheStreamsToTheBit() throws {
        var stream = RandomStream(seed: 99)
        let key = stream.nextKey()
        let shape: Shape = [7, 1111]
        let noise = Tensor.zeros(shape).noiseStep(
            .forward, coefficients: Tensor([0, 1] as [Float]), key: key)
        let expected = try ReferenceEvaluator().values(of: [RandomStream.normal(shape, key: key)])[0]
        for backend in TestBackends.all {
            let storage = try Evaluator(backend).evaluate([noise])[0]
            let actual = try ReferenceEvaluator().values(
                of: [Tensor(storage, shape: shape, scalarType: .float32)])[0]
            #expect(Tolerance.exact.failure(actual, expected: expected) == nil, "\(backend.summary)")
        }
    }
}
