import Foundation
import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Every kind of kernel on Oclgrind, a simulator that reports invalid accesses, data races and uses of memory that
/// nobody wrote. `.ci/oclgrind` runs these tests and reads the report.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["GANNET_OCLGRIND"] != nil, "run by .ci/oclgrind"),
    .serialized)
struct OclgrindTests {
    /// A backend of its own for each run: the simulator's search for unwritten memory fails where contexts take turns.
    private static func backend(
        _ style: KernelStyle, makesLoopsOneKernel: Bool = true, winograd: WinogradUse = .whereFaster
    ) throws -> OpenCLBackend {
        let device = try OpenCLPlatforms.discover().device("0")
        try #require(device.platform.contains("Oclgrind"), "the device is \(device) of \(device.platform)")
        return try OpenCLBackend(
            device: device, style: style, makesLoopsOneKernel: makesLoopsOneKernel, winograd: winograd)
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["GANNET_OCLGRIND"] == "kernels"),
        arguments: EveryKernel.graphs(.tiny))
    func kernelsAreClean(_ graph: EveryKernel.Graph) throws {
        let expected = try ReferenceEvaluator().values(of: graph.results)
        // Launching a loop's kernels again and again takes a simulator long where they are products.
        let alsoLaunches = graph.program.calls.contains {
            guard case .loop(let loop) = $0.kernel else { return false }
            return !loop.body.calls.contains { if case .matrixProduct = $0.kernel { true } else { false } }
        }
        // The shapes are too small for Winograd's filtering to be faster.
        let alsoFilters = graph.program.calls.contains {
            guard case .convolution(let convolution) = $0.kernel else { return false }
            return WinogradShape(convolution) != nil
        }
        for (style, makesLoopsOneKernel, winograd) in [
            (KernelStyle.gpu, true, WinogradUse.never), (.cpu, true, .never), (.gpu, false, .never),
            (.cpu, false, .never), (.gpu, true, .wherePossible), (.cpu, true, .wherePossible),
        ]
        where (makesLoopsOneKernel || alsoLaunches) && (winograd == .never || alsoFilters) {
            let backend = try Self.backend(
                style, makesLoopsOneKernel: makesLoopsOneKernel, winograd: winograd)
            let actual = try ReferenceEvaluator().values(
                of: zip(try Evaluator(backend).evaluate(graph.results), graph.results).map {
                    Tensor($0, shape: $1.shape, scalarType: $1.scalarType)
                })
            for (a, e) in zip(actual, expected) {
                let failure = Tolerance.scaled(5e-6).failure(a, expected: e)
                #expect(failure == nil, "\(graph) on \(backend.summary): \(failure ?? "")")
            }
        }
    }

    /// A kernel with each fault that the report must show, so that a silent report means something.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["GANNET_OCLGRIND"] == "faults"))
    func faultsAreReported() throws {
        let backend = try Self.backend(.gpu)
        let source = """
            __kernel void race(__global int *x) { x[0] = (int)get_global_id(0); }
            __kernel void beyond(__global int *x) { x[100000 + get_global_id(0)] = 1; }
            __kernel void unwritten(__global int *x)
            {
                __local int y[2];
                const int i = (int)get_local_id(0);
                if (i > 0) y[i] = 1;
                x[get_global_id(0)] = y[i];
            }
            """
        for name in ["race", "beyond", "unwritten"] {
            let memory = try backend.upload(HostBuffer([Float](repeating: 0, count: 64)))
            try backend.kernel(name, source: source).launch([.buffer(memory)], global: [4], local: [2])
            try backend.synchronize()
        }
    }
}
