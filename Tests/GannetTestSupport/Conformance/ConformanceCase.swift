import GannetGraph

/// Computes tensors on some device, together, and gives leaves that hold their values.
public typealias Evaluation = ([Tensor]) throws -> [Tensor]

/// One thing that every backend must compute as the ``ReferenceEvaluator`` does.
///
/// A backend passes the suite when `failures` is empty for each of ``all``:
///
///     @Test(arguments: ConformanceCase.all)
///     func conforms(_ test: ConformanceCase) throws { #expect(try test.failures(on: .cpu) == []) }
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// A graph and how exactly its values are known.
    public struct Graph: Sendable {
        let tensor: Tensor
        let tolerance: Tolerance
    }

    /// What the case is about, unique in the suite.
    public let name: String
    private let build: @Sendable (inout SeededGenerator) -> [Graph]

    /// Creates a case. `build` makes its graphs with data from a generator seeded by the name.
    init(_ name: String, _ build: @escaping @Sendable (inout SeededGenerator) -> [Graph]) {
        self.name = name
        self.build = build
    }

    /// Creates a case whose graphs all have one tolerance.
    init(
        _ name: String, _ tolerance: Tolerance,
        _ build: @escaping @Sendable (inout SeededGenerator) -> [Tensor]
    ) {
        self.init(name) { generator in
            build(&generator).map { Graph(tensor: $0, tolerance: tolerance) }
        }
    }

    public var description: String { name }

    /// The whole suite.
    public static let all: [ConformanceCase] =
        elementwise + movement + reduction + contraction + convolution + indexing + random + noise + loop
        + composites + functions + fusion + halves
        + cumulative + sorting + everywhere

    /// Random cases beyond the suite, for devices that compile them fast and for those who have time.
    public static let further: [ConformanceCase] = furtherConvolutions

    /// The case of a name.
    public static func named(_ name: String) -> ConformanceCase? {
        (all + further).first { $0.name == name }
    }

    /// What is compared.
    var graphs: [Graph] {
        var generator = SeededGenerator(named: name)
        return build(&generator)
    }

    /// The tensors that are compared.
    public var tensors: [Tensor] { graphs.map(\.tensor) }
}
