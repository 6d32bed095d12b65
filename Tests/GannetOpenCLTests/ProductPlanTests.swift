import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Which kernels the GPU style makes of a product, on a GPU of 132 compute units.
@Suite struct ProductPlanTests {
    /// A product, and what is expected of it.
    struct Expected: CustomTestStringConvertible, Sendable {
        var m: Int
        var n: Int
        var k: Int
        var kernels = 1
        /// The products of a piece; nil where there are no tiles.
        var piece: Int?

        var testDescription: String { "\(m) × \(n) × \(k)" }
    }

    @Test(arguments: [
        // Enough groups.
        Expected(m: 4096, n: 4096, k: 1024, piece: 1024),
        // Few results: 52 groups in five pieces of at least 128, 4 groups in 66, a group in 78.
        Expected(m: 128, n: 400, k: 784, kernels: 2, piece: 160),
        Expected(m: 64, n: 64, k: 65536, kernels: 2, piece: 1008),
        Expected(m: 10, n: 12, k: 10_000, kernels: 2, piece: 144),
        // Few results of short sums.
        Expected(m: 128, n: 100, k: 200, piece: 200),
        // Tiles would be mostly empty. As any reduction, one of few long sums is made in pieces.
        Expected(m: 1, n: 2048, k: 512, kernels: 2), Expected(m: 1, n: 2048, k: 64),
        Expected(m: 2048, n: 3, k: 512), Expected(m: 16, n: 16, k: 16),
        Expected(m: 64, n: 64, k: 0),
    ]) func kernelsFollowFromTheShape(_ expected: Expected) throws {
        let (m, n, k) = (expected.m, expected.n, expected.k)
        let product = Kernel.MatrixProduct(
            batch: 1, m: m, n: n, k: k,
            a: KernelHarness.operand(0, batch: 1, rows: m, columns: k, layout: 0).0,
            b: KernelHarness.operand(1, batch: 1, rows: k, columns: n, layout: 0).0,
            epilogue: .storingAccumulator(.float32))
        let program = Program(
            .matrixProduct(product), inputs: [m * k, k * n].map { .init(shape: [$0], scalarType: .float32) },
            outputs: [.init(shape: [m * n], scalarType: .float32)], label: "")
        let text = OpenCLBackend.source(of: program, style: .gpu, computeUnits: 132, largestGroup: 1024)
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("__kernel") } == expected.kernels)
        let pieces = lines.filter { $0.hasPrefix("#define PIECE ") }.map { Int($0.dropFirst(14)) }
        #expect(pieces == (expected.piece.map { [$0] } ?? []))
    }
}
