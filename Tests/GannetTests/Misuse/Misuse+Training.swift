import Gannet

extension Misuse {
    private static func makeLayer() -> Linear {
        var random = RandomStream(seed: 1)
        return Linear(inputs: 3, outputs: 2, random: &random)
    }

    /// Parameters, losses and optimizers that do not fit one another.
    static let training: [Misuse] = [
        Misuse("a loss that is no scalar", "update(minimizing:)", ["[4, 2]", "mean()"]) {
            let layer = makeLayer()
            let optimizer = SGD(for: layer, learningRate: 0.1)
            try optimizer.update(minimizing: layer(.some(4, 3)), on: .cpu)
        },
        Misuse(
            "a loss that depends on no parameter", "update(minimizing:)",
            ["none of", "2 parameters", "weight [3, 2]", "bias [2]"]
        ) {
            let optimizer = SGD(for: makeLayer(), learningRate: 0.1)
            try optimizer.update(minimizing: Tensor.some(4, 3).sum(), on: .cpu)
        },
        Misuse("an optimizer of nothing", "update(minimizing:)", ["none of", "0 parameters"]) {
            struct Empty: Module {}
            try Adam(for: Empty(), learningRate: 0.1).update(minimizing: Tensor.some(4, 3).sum(), on: .cpu)
        },
        Misuse("a parameter of what is not stored", "Parameter", ["not stored", "evaluated(on:)"]) {
            _ = Parameter(.some(2, 3) + 1)
        },
        Misuse("a version of another shape", "Parameter", ["[3, 2]", "[2, 3]"]) {
            makeLayer().weight.assign(Tensor([Float](repeating: 0, count: 6), shape: [2, 3]))
        },
        Misuse("a version of another type", "Parameter", ["int32", "float32"]) {
            makeLayer().weight.assign(Tensor([Int32](repeating: 0, count: 6), shape: [3, 2]))
        },
        Misuse("a trained parameter that is tracked", "track(_:)", ["optimizers train"]) {
            let layer = makeLayer()
            let optimizer = SGD(for: layer, learningRate: 0.1)
            func loss() -> Tensor {
                layer.weight.track { $0 * 2 }
                return layer(.some(4, 3)).sum()
            }
            try optimizer.update(minimizing: loss(), on: .cpu)
        },
        Misuse("threads that are none", "Device.cpu(threads:)", ["0"]) { _ = Device.cpu(threads: 0) },
    ]
}
