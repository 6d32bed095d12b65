import GannetGraph

/// A small graph of random primitives, for backends to be compared on.
///
/// How far a device may be off follows from the graph itself: the reference evaluates it three times more with every
/// result rounded to `float32`, each time in another direction, and the largest difference shows how the graph
/// amplifies rounding; once more without rounding to halves, which shows how much that can do. Functions with jumps are
/// applied only to values that every device knows exactly.
public struct RandomGraph {
    /// A tensor that was built, and whether all devices give it the same bits.
    struct Entry {
        var tensor: Tensor
        var isExact: Bool
    }

    /// The tensors that are compared.
    public let results: [Tensor]
    private let isExact: [Bool]

    /// Builds a graph of some 5 to 25 operations.
    public init(_ generator: inout SeededGenerator) {
        let extents = (0..<generator.integer(in: 1...3)).map { _ in generator.element(of: [1, 2, 3, 4, 5, 8])
        }
        var entries: [Entry] = (0..<3).map { _ in
            Entry(tensor: generator.floats(Shape(extents)), isExact: true)
        }
        entries.append(Entry(tensor: generator.integers(Shape(extents)), isExact: true))
        let half: ScalarType = generator.element(of: [.float16, .bfloat16])
        entries.append(Entry(tensor: generator.halves(Shape(extents), half), isExact: true))
        var stream = RandomStream(seed: generator.next())
        for _ in 0..<generator.integer(in: 5...25) {
            entries.append(Self.step(entries, &stream, &generator))
        }
        let chosen =
            [entries.count - 1]
            + (0..<generator.integer(in: 0...2)).map { _ in generator.integer(in: 5...entries.count - 1) }
        results = chosen.map { entries[$0].tensor }
        isExact = chosen.map { entries[$0].isExact }
    }

    /// What is wrong with `actual`, the values of ``results`` on a device.
    public func failures(_ actual: [Tensor]) throws -> [String] {
        let values = try ReferenceEvaluator().values(of: actual)
        let expected = try ReferenceEvaluator().values(of: results)
        let rounded = try ReferenceEvaluator(float32Rounding: .nearest).values(of: results)
        let others = [
            rounded, try ReferenceEvaluator(float32Rounding: .towardZero).values(of: results),
            try ReferenceEvaluator(float32Rounding: .awayFromZero).values(of: results),
        ]
        let unrounded = try ReferenceEvaluator(keepsHalvesExact: true).values(of: results)
        return results.indices.compactMap { index in
            // Where single precision overflows, or nearly so, a device may or may not.
            let reference = expected[index].elements
            if reference.contains(where: { abs($0) > 1e30 })
                || !rounded[index].elements.allSatisfy(\.isFinite)
            {
                return nil
            }
            let scale = reference.map(abs).max() ?? 0
            let amplified =
                others.flatMap { zip(reference, $0[index].elements).map { abs($0 - $1) } }.max() ?? 0
            // On another side of the middle between two halves, a value is off by twice as much as it is rounded.
            let halves = zip(reference, unrounded[index].elements).map { abs($0 - $1) }.max() ?? 0
            let tolerance: Tolerance =
                isExact[index]
                ? .exact : .absolute(30 * amplified + 4 * halves + 3e-6 * scale + 1e-30)
            return tolerance.failure(values[index], expected: expected[index]).map {
                "result \(index): \($0)"
            }
        }
    }

    // MARK: - One operation

    private static func step(
        _ entries: [Entry], _ stream: inout RandomStream, _ generator: inout SeededGenerator
    ) -> Entry {
        // Recent entries are taken more often, so that graphs grow deep.
        let recent = Swift.max(entries.count - 5, 0)
        let start = generator.integer(in: 0...2) == 0 ? 0 : recent
        let x = entries[generator.integer(in: start...entries.count - 1)]
        switch generator.integer(in: 0...12) {
        case 0, 1: return unary(x, &generator)
        case 2, 3, 4:
            let partners = entries.filter {
                Shape.broadcast($0.tensor.shape, x.tensor.shape) != nil
                    && $0.tensor.scalarType == x.tensor.scalarType
            }
            let y = generator.element(of: partners)
            if (Shape.broadcast(x.tensor.shape, y.tensor.shape)?.count ?? 0) > 4000 { return x }
            return binary(x, y, &generator)
        case 5, 6, 7:
            if x.tensor.count > 2000 { return x }
            return Entry(tensor: ConformanceCase.moved(x.tensor, &generator), isExact: x.isExact)
        case 8:
            return generator.integer(in: 0...2) == 0 ? cumulative(x, &generator) : reduction(x, &generator)
        case 9: return contraction(x, entries, &generator)
        case 10: return indexed(x, &generator)
        case 11: return sequential(x, &stream, &generator)
        default:
            let shape = x.tensor.shape
            let draws = [stream.uniform(shape), stream.normal(shape)]
            return Entry(tensor: generator.element(of: draws), isExact: true)
        }
    }

    private static func unary(_ x: Entry, _ generator: inout SeededGenerator) -> Entry {
        let tensor = x.tensor
        if tensor.scalarType.isStorageOnly {
            let choices = [tensor.cast(to: .float32), -tensor, tensor.relu(), tensor.stoppingGradient()]
            return Entry(tensor: generator.element(of: choices), isExact: x.isExact)
        }
        guard tensor.scalarType == .float32 else {
            guard tensor.scalarType.isInteger else { return Entry(tensor: !tensor, isExact: x.isExact) }
            let choices = [-tensor, !tensor, tensor.abs(), tensor.cast(to: .float32)]
            return Entry(tensor: generator.element(of: choices), isExact: x.isExact)
        }
        if x.isExact, generator.integer(in: 0...2) == 0 {
            let jumps = [
                tensor.floor(), tensor.ceil(), tensor.rounded(), tensor.sign(), tensor.cast(to: .int32),
                tensor .< 0.25,
            ]
            return Entry(tensor: generator.element(of: jumps), isExact: true)
        }
        let exact = [
            -tensor, tensor.abs(), tensor.relu(), tensor.stoppingGradient(), tensor.clamped(to: -3...3),
            tensor.clamped(to: -1000...1000).cast(to: .float16), tensor.cast(to: .bfloat16),
        ]
        let rounded = [
            tensor.tanh(), tensor.erf(), tensor.tanh().exp(), (tensor.abs() + 0.5).log(), tensor.abs().sqrt(),
            (3 * tensor.tanh()).sin(), (3 * tensor.tanh()).cos(), tensor.sigmoid(), tensor * 0.7 + 0.1,
            tensor.softplus(), 1 / (1 + tensor.squared()),
        ]
        return generator.integer(in: 0...2) == 0
            ? Entry(tensor: generator.element(of: exact), isExact: x.isExact)
            : Entry(tensor: generator.element(of: rounded), isExact: false)
    }

    private static func binary(_ x: Entry, _ y: Entry, _ generator: inout SeededGenerator) -> Entry {
        let (a, b) = (x.tensor, y.tensor)
        let isExact = x.isExact && y.isExact
        switch a.scalarType {
        case .float32, .float16, .bfloat16:
            if isExact, generator.integer(in: 0...3) == 0 {
                return Entry(tensor: generator.element(of: [a .< b, a .== b, a .<= b]), isExact: true)
            }
            if generator.integer(in: 0...2) == 0 {
                let choices = [
                    maximum(a, b), minimum(a, b), select(generator.booleans(a.shape), a, b),
                ]
                return Entry(tensor: generator.element(of: choices), isExact: isExact)
            }
            let choices = [a + b, a - b, a * b, a / (1 + b.squared())]
            return Entry(tensor: generator.element(of: choices), isExact: false)
        case .int32, .uint32:
            let choices = [
                a + b, a - b, a * b, a / b, a % b, maximum(a, b), a .& b, a .^ b, a .< b, a &<< b, a &>> b,
            ]
            return Entry(tensor: generator.element(of: choices), isExact: isExact)
        case .bool:
            let choices = [a .& b, a .| b, a .^ b, a .== b, a.cast(to: .float32), b.cast(to: .int32)]
            return Entry(tensor: generator.element(of: choices), isExact: isExact)
        }
    }

    private static func reduction(_ x: Entry, _ generator: inout SeededGenerator) -> Entry {
        let tensor = x.tensor
        let axes = (0..<tensor.rank).filter { _ in generator.integer(in: 0...1) == 0 }
        if tensor.scalarType == .bool || axes.isEmpty || tensor.count == 0 { return x }
        let keepsAxes = generator.integer(in: 0...1) == 0
        return switch generator.integer(in: 0...3) {
        case 0: Entry(tensor: tensor.max(axes: axes, keepsAxes: keepsAxes), isExact: x.isExact)
        case 1: Entry(tensor: tensor.min(axes: axes, keepsAxes: keepsAxes), isExact: x.isExact)
        default:
            Entry(
                tensor: tensor.sum(axes: axes, keepsAxes: keepsAxes),
                isExact: x.isExact && tensor.scalarType.isInteger)
        }
    }

    private static func cumulative(_ x: Entry, _ generator: inout SeededGenerator) -> Entry {
        let tensor = x.tensor
        if tensor.scalarType == .bool || tensor.rank == 0 { return x }
        let axis = generator.integer(in: 0...tensor.rank - 1)
        let isReversed = generator.integer(in: 0...1) == 0
        return switch generator.integer(in: 0...3) {
        case 0:
            Entry(tensor: tensor.cumulativeMaximum(axis: axis, isReversed: isReversed), isExact: x.isExact)
        case 1:
            Entry(tensor: tensor.cumulativeMinimum(axis: axis, isReversed: isReversed), isExact: x.isExact)
        default:
            Entry(
                tensor: tensor.cumulativeSum(
                    axis: axis, isReversed: isReversed, isExclusive: generator.integer(in: 0...1) == 0),
                isExact: x.isExact && tensor.scalarType.isInteger)
        }
    }

    private static func contraction(
        _ x: Entry, _ entries: [Entry], _ generator: inout SeededGenerator
    ) -> Entry {
        let a = x.tensor
        if a.rank < 2 || !a.scalarType.isFloatingPoint || a.count > 1000 { return x }
        let partners = entries.map(\.tensor).filter {
            $0.rank == 2 && $0.scalarType.isFloatingPoint && $0.shape[0] == a.shape[-1]
        }
        let b =
            partners.isEmpty || generator.integer(in: 0...2) == 0
            ? generator.floats([a.shape[-1], generator.integer(in: 1...5)]) : generator.element(of: partners)
        return Entry(tensor: a.matmul(b), isExact: false)
    }

    private static func indexed(_ x: Entry, _ generator: inout SeededGenerator) -> Entry {
        let tensor = x.tensor
        if tensor.rank == 0 || tensor.shape[0] == 0 || tensor.count > 1000 { return x }
        let rows = tensor.shape[0]
        if generator.integer(in: 0...1) == 0 || tensor.scalarType == .bool {
            let indices = generator.integers([generator.integer(in: 1...6)], in: 0...rows - 1)
            return Entry(tensor: tensor.gathered(at: indices), isExact: x.isExact)
        }
        let indices = generator.integers([rows], in: -1...3)
        return Entry(
            tensor: .scatterAdd(tensor, at: indices, rows: 3),
            isExact: x.isExact && tensor.scalarType.isInteger)
    }
}

extension RandomGraph {
    /// Compares `count` graphs, several to a program, and gives a sentence for each failure, at most 20.
    public static func failures(
        count: Int, graphsPerProgram: Int = 1, _ generator: inout SeededGenerator, _ evaluate: Evaluation
    ) throws -> [String] {
        var failures: [String] = []
        for first in stride(from: 0, to: count, by: graphsPerProgram) {
            let numbers = first..<Swift.min(first + graphsPerProgram, count)
            let graphs = numbers.map { _ in RandomGraph(&generator) }
            var values = try evaluate(graphs.flatMap(\.results))[...]
            for (number, graph) in zip(numbers, graphs) {
                let own = Array(values.prefix(graph.results.count))
                values = values.dropFirst(graph.results.count)
                let operations = Node.topologicalOrder(of: graph.results).map {
                    "\($0.operation) \($0.scalarType) \($0.shape)"
                }.joined(separator: "; ")
                failures += try graph.failures(own).map { "graph \(number), \($0): \(operations)" }
            }
            if failures.count >= 20 { break }
        }
        return failures
    }
}
