import Gannet
import GannetOpenCL

extension Roofline {
    /// What an OpenCL device does in small kernels written for its kind.
    static func measure(_ backend: OpenCLBackend) throws -> Roofline {
        Roofline(
            gigaflopsPerSecond: try multiplyAddRate(backend) * 1e-9,
            gigabytesPerSecond: try copyRate(backend) * 1e-9)
    }

    /// A CPU device wants one wide work-item a group, a GPU many narrow ones.
    private static func isWide(_ backend: OpenCLBackend) -> Bool { backend.device.kind == .cpu }

    /// The shortest time of a launch among several, each of them waited for.
    private static func shortestLaunch(
        _ kernel: SourceKernel, _ arguments: [SourceKernel.Argument], global: Int, local: Int,
        on backend: OpenCLBackend
    ) throws -> Double {
        func launch() throws {
            try kernel.launch(arguments, global: [global], local: [local])
            try backend.synchronize()
        }
        // The first launch may compile.
        try launch()
        return try shortestSeconds(of: 8, launch)
    }

    /// Additions and multiplications a second.
    private static func multiplyAddRate(_ backend: OpenCLBackend) throws -> Double {
        let isWide = isWide(backend)
        let type = isWide ? "float16" : "float"
        let sums = 12
        let local = isWide ? 1 : 256
        let groups = backend.device.computeUnits * (isWide ? 1 : 32)
        let rounds = isWide ? 1_000_000 : 20_000
        let names = (0..<sums).map { "x\($0)" }
        let source = """
            __kernel void multiply_add(__global float* result, const float f, const int rounds) {
                const \(type) y = (\(type))(f);
                const \(type) z = (\(type))(1.0f - f);
                \(names.enumerated().map { "\(type) \($1) = y + \($0).0f;" }.joined(separator: " "))
                for (int i = 0; i < rounds; ++i) {
                    \(names.map { "\($0) = fma(\($0), y, z);" }.joined(separator: " "))
                }
                const \(type) sum = \(names.joined(separator: " + "));
                result[get_global_id(0)] = \(isWide ? "sum.s0 + sum.s7 + sum.sf" : "sum");
            }
            """
        let kernel = try backend.kernel("multiply_add", source: source)
        let result = try backend.allocate(byteCount: 4 * groups * local)
        let seconds = try shortestLaunch(
            kernel, [.buffer(result), .number(0.999_999), .integer(Int32(rounds))], global: groups * local,
            local: local, on: backend)
        return Double(groups * local * (isWide ? 16 : 1)) * Double(rounds * sums * 2) / seconds
    }

    /// Bytes read and written a second.
    private static func copyRate(_ backend: OpenCLBackend) throws -> Double {
        let isWide = isWide(backend)
        let byteCount = isWide ? 128 << 20 : 512 << 20
        let source = try backend.allocate(byteCount: byteCount)
        let target = try backend.allocate(byteCount: byteCount)
        // A wide work-item copies a run of its own; narrow ones copy side by side.
        let run = isWide ? 1 << 14 : 1
        let kernel = try backend.kernel(
            "copy",
            source: """
                __kernel void copy(__global const \(isWide ? "float16" : "float4")* restrict source,
                                   __global \(isWide ? "float16" : "float4")* restrict target) {
                    const size_t first = get_global_id(0) * \(run);
                    for (size_t i = 0; i < \(run); ++i) target[first + i] = source[first + i];
                }
                """)
        let items = byteCount / (isWide ? 64 : 16) / run
        let seconds = try shortestLaunch(
            kernel, [.buffer(source), .buffer(target)], global: items, local: isWide ? 1 : 256, on: backend)
        return Double(2 * byteCount) / seconds
    }
}
