import Gannet

extension ConformanceCase {
    /// What is wrong when `device` computes the case; empty when nothing is.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension GradientCase {
    /// What is wrong with the value and the gradients that `device` computes; empty when nothing is.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension RandomGraph {
    /// Compares a thousand graphs; empty when `device` computes all as the reference does.
    ///
    /// Where compiling is slow several graphs make one program.
    public static func failures(on device: Device) throws -> [String] {
        var generator = SeededGenerator.announced(for: "random graphs on \(device.name)")
        let graphsPerProgram = device == .cpu ? 1 : 20
        return try failures(count: 1000, graphsPerProgram: graphsPerProgram, &generator) {
            try Tensor.evaluate($0, on: device)
        }
    }
}
