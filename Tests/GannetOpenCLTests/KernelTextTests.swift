import Foundation
import GannetCompiler
import GannetOpenCL
import Testing

/// Writes the OpenCL C of every kind of kernel, as it is for a large GPU, into the folder that `GANNET_KERNEL_TEXTS`
/// names, for compilers to look at; `.ci/check-ptx` reads it.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["GANNET_KERNEL_TEXTS"] != nil, "run by .ci/check-ptx"))
struct KernelTextTests {
    @Test func textsAreWritten() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["GANNET_KERNEL_TEXTS"] ?? ".")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, graph) in EveryKernel.graphs(.realistic).enumerated() {
            // Only products and convolutions have a precision.
            let precisions =
                graph.program.calls.contains { $0.kernel.multiplies }
                ? ProductPrecision.allCases : [.float32]
            for precision in precisions {
                let text = OpenCLBackend.source(
                    of: graph.program, style: .gpu, computeUnits: 132, largestGroup: 1024,
                    productPrecision: precision)
                let title = precision == .float32 ? "\(graph)" : "\(graph), \(precision)"
                let name = title.map { $0.isLetter || $0.isNumber ? $0 : "-" }
                try "// \(title)\n\(text)".write(
                    to: folder.appendingPathComponent("\(number)-\(String(name)).cl"), atomically: true,
                    encoding: .utf8)
            }
        }
    }

    /// The kernels that have tiles, with each that tuning may choose.
    @Test func textsOfTilesAreWritten() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["GANNET_KERNEL_TEXTS"] ?? ".")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, tile) in Tile.candidates(.gpu).enumerated() {
            for (kind, program) in ["product": TileGraphs.product, "convolution": TileGraphs.convolution] {
                let text = OpenCLBackend.source(
                    of: program, style: .gpu, computeUnits: 132, largestGroup: 1024, family: .nvidia,
                    tiles: TileGraphs.table(tile, for: program))
                let sizes = zip(["TILE_M", "TILE_N", "THREAD_M", "THREAD_N", "DEPTH"], tile.numbers)
                #expect(text.contains(sizes.map { "#define \($0) \($1)\n" }.joined()), "\(tile)")
                let name = tile.numbers.map(String.init).joined(separator: "-")
                try "// \(kind), tile \(tile)\n\(text)".write(
                    to: folder.appendingPathComponent("\(1000 + number)-\(kind)-\(name).cl"),
                    atomically: true, encoding: .utf8)
            }
        }
    }
}

extension Kernel {
    /// Whether the kernel is made of tiles of products.
    fileprivate var multiplies: Bool {
        switch self {
        case .matrixProduct, .convolution, .filterGradient: true
        case .loop(let loop): loop.body.calls.contains { $0.kernel.multiplies }
        default: false
        }
    }
}
