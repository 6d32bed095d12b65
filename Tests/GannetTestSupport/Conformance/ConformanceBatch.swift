import Gannet
import GannetGraph

/// Some of the suite's cases that are compiled together: a driver takes a good part of a program's compilation for the
/// program, whatever is in it, and equal kernels of different cases are compiled once.
public struct ConformanceBatch: Sendable, CustomStringConvertible {
    /// One case of any kind.
    struct Part: Sendable {
        /// What it is about.
        let name: String
        /// What is compared, and how exactly.
        let graphs: @Sendable () -> [ConformanceCase.Graph]

        init(_ test: ConformanceCase) {
            name = test.name
            graphs = { test.graphs }
        }

        init(_ test: GradientCase) {
            name = "gradient of \(test.name)"
            graphs = { Part.withGradients(test.graph, order: test.order) }
        }

        init(_ test: LayerCase) {
            name = "layer \(test.name)"
            graphs = { Part.withGradients(test.graph, order: test.order) }
        }

        /// A value, its gradients, and where the order is 2 the gradients of these.
        private static func withGradients(
            _ graph: (value: Tensor, inputs: [Tensor]), order: Int
        ) -> [ConformanceCase.Graph] {
            let (value, inputs) = graph
            var tensors = [value] + gradients(of: value.squared().sum(), withRespectTo: inputs)
            if order > 1 {
                let slope = tensors.dropFirst().reduce(Tensor.zeros([])) { $0 + $1.squared().sum() }
                tensors += gradients(of: slope, withRespectTo: inputs)
            }
            return tensors.map { ConformanceCase.Graph(tensor: $0, tolerance: .scaled(1e-4)) }
        }
    }

    /// What the batch is about.
    public let description: String
    private let parts: [Part]

    private init(_ parts: [Part]) {
        self.parts = parts
        description =
            parts.count == 1 ? parts[0].name : "\(parts[0].name) to \(parts[parts.count - 1].name)"
    }

    /// The whole suite but for random graphs.
    public static let suite: [ConformanceBatch] = batches(
        ConformanceCase.all.map(Part.init) + GradientCase.all.map(Part.init) + LayerCase.all.map(Part.init))

    /// Random convolutions, beyond the suite.
    public static let further: [ConformanceBatch] =
        (ConformanceCase.further.map(Part.init) + GradientCase.furtherConvolutions.map(Part.init)).map {
            ConformanceBatch([$0])
        }

    /// Cases in their order, together until there are some sixty tensors.
    private static func batches(_ parts: [Part]) -> [ConformanceBatch] {
        var batches: [ConformanceBatch] = []
        var (pending, count): ([Part], Int) = ([], 0)
        for part in parts {
            let size = part.graphs().count
            if count + size > 60, !pending.isEmpty {
                batches.append(ConformanceBatch(pending))
                (pending, count) = ([], 0)
            }
            pending.append(part)
            count += size
        }
        return batches + (pending.isEmpty ? [] : [ConformanceBatch(pending)])
    }

    /// The cases whose names hold `text`; nil where there are none.
    func only(_ text: String) -> ConformanceBatch? {
        let chosen = parts.filter { $0.name.contains(text) }
        return chosen.isEmpty ? nil : ConformanceBatch(chosen)
    }

    /// The number of cases.
    var count: Int { parts.count }

    /// What is wrong when the cases are computed by `evaluate`: one sentence for each tensor that is not right.
    public func failures(_ evaluate: Evaluation) throws -> [String] {
        let graphs = parts.map { $0.graphs() }
        let tensors = graphs.flatMap { $0.map(\.tensor) }
        let expected = try ReferenceEvaluator().values(of: tensors)
        let actual = try ReferenceEvaluator().values(of: evaluate(tensors))
        var failures: [String] = []
        var place = 0
        for (part, graphs) in zip(parts, graphs) {
            for (number, graph) in graphs.enumerated() {
                if let failure = graph.tolerance.failure(actual[place], expected: expected[place]) {
                    failures.append("\(part.name), tensor \(number): \(failure)")
                }
                place += 1
            }
        }
        return failures
    }

    /// What is wrong when `device` computes the cases.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension ConformanceCase {
    /// What is wrong when the case is computed by `evaluate`: one sentence for each tensor that is not right.
    public func failures(_ evaluate: Evaluation) throws -> [String] {
        try ConformanceBatch.Part(self).failures(evaluate)
    }

    /// What is wrong when `device` computes the case.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension GradientCase {
    /// What is wrong with the value and the gradients that `evaluate` computes, against the reference.
    public func failures(_ evaluate: Evaluation) throws -> [String] {
        try ConformanceBatch.Part(self).failures(evaluate)
    }

    /// What is wrong with the value and the gradients that `device` computes.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension ConformanceBatch.Part {
    fileprivate func failures(_ evaluate: Evaluation) throws -> [String] {
        try ConformanceBatch([self]).failures(evaluate)
    }
}
