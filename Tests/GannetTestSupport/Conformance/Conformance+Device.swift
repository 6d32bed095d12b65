import Gannet

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension RandomGraph {
    /// Compares a thousand graphs, or where compiling is slow a hundred; ten times as many with
    /// `GANNET_EXHAUSTIVE=1`. Empty when `device` computes all as the reference does.
    public static func failures(on device: Device) throws -> [String] {
        var generator = SeededGenerator.announced(for: "random graphs on \(device.name)")
        let compilesFast = device == .cpu
        let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"
        return try failures(
            count: (compilesFast ? 1000 : 100) * (isExhaustive ? 10 : 1),
            graphsPerProgram: compilesFast ? 1 : 20, &generator
        ) {
            try Tensor.evaluate($0, on: device)
        }
    }
}
