import Foundation
import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Loops in both their forms: one kernel that makes all iterations, and kernels launched in each of them.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device"), .serialized) struct LoopTests {
    private static func lowered(_ results: [Tensor]) -> Program {
        let (_, leaves) = GraphSignature.of(results)
        return Lowering.lower(results, leaves: leaves).program
    }

    private static func kernelCount(_ program: Program, on backend: OpenCLBackend) -> Int {
        backend.source(of: program).components(separatedBy: "__kernel").count - 1
    }

    @Test(arguments: LoopGraph.all) func bothFormsAreRight(_ graph: LoopGraph) throws {
        let results = graph.results()
        let expected = try ReferenceEvaluator().values(of: results)
        let isLong = graph.description.contains("20,000")
        for backend in TestBackends.all + (isLong ? [] : TestBackends.launchingLoops) {
            let actual = try ReferenceEvaluator().values(
                of: zip(try Evaluator(backend).evaluate(results), results).map {
                    Tensor($0, shape: $1.shape, scalarType: $1.scalarType)
                })
            for (number, (a, e)) in zip(actual, expected).enumerated() {
                let failure = Tolerance.scaled(5e-6).failure(a, expected: e)
                #expect(failure == nil, "\(graph), result \(number) on \(backend.summary): \(failure ?? "")")
            }
        }
    }

    @Test(arguments: KernelStyle.allCases) func aSmallBodyBecomesOneKernel(style: KernelStyle) throws {
        let fused = try #require(TestBackends.all.first { $0.style == style })
        let launching = try #require(TestBackends.launchingLoops.first { $0.style == style })
        for graph in LoopGraph.all.dropFirst().prefix(4) {
            let program = Self.lowered(graph.results())
            let loops = program.calls.count { if case .loop = $0.kernel { true } else { false } }
            #expect(loops > 0)
            #expect(Self.kernelCount(program, on: fused) <= program.calls.count)
            #expect(Self.kernelCount(program, on: launching) > Self.kernelCount(program, on: fused))
        }
    }

    @Test(arguments: KernelStyle.allCases) func moreValuesThanAKernelHasArgumentsArePacked(
        style: KernelStyle
    ) throws {
        let backend = try #require(TestBackends.all.first { $0.style == style })
        let graph = try #require(LoopGraph.all.first { $0.description == LoopGraph.manyValues })
        let source = backend.source(of: Self.lowered(graph.results()))
        #expect(source.contains("for (int t = 0; t < 3; t++)"))
        for kernel in source.components(separatedBy: "__kernel").dropFirst() {
            let arguments = kernel.prefix { $0 != "{" }.components(separatedBy: "__global").count - 1
            // A pointer and an offset each; the least of devices take 1024 bytes.
            #expect(16 * arguments <= 1024)
        }
    }

    @Test(arguments: KernelStyle.allCases) func aLargeBodyIsLaunched(style: KernelStyle) throws {
        let backend = try #require(TestBackends.all.first { $0.style == style })
        let weights = Tensor.zeros([700, 700]) + Tensor([Float](repeating: 1, count: 700))
        let loop = Tensor.loop(count: 3, carrying: [Tensor.zeros([700, 700])]) { step in
            ([step.state[0].matmul(weights).tanh()], [])
        }
        let program = Self.lowered(loop.state)
        #expect(backend.source(of: program).contains("for (int t = 0; t < 3; t++)") == false)
    }

    @Test func aLongLoopOfLaunchesIsPaced() throws {
        let backend = try #require(TestBackends.launchingLoops.first { $0.style == .cpu })
        // More launches than the queue is allowed to hold.
        let steps = 10_000
        let loop = Tensor.loop(count: steps, carrying: [Tensor([1, 2, 3] as [Float])]) { step in
            ([step.state[0] + 1], [])
        }
        let result = try Evaluator(backend).evaluate(loop.state)[0].hostBuffer()
        #expect(
            result.bytes.bindMemory(to: Float.self).prefix(3).map { $0 }
                == [1, 2, 3].map { $0 + Float(steps) })
    }
}
