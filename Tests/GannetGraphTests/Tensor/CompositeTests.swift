import GannetGraph
import GannetTestSupport
import Testing

/// What is composed of primitives, where PyTorch's values do not reach.
@Suite struct CompositeTests {
    private func elements(_ tensor: Tensor) throws -> [Double] {
        try ReferenceEvaluator().values(of: [tensor])[0].elements
    }

    @Test func extremesAmongSpecialNumbers() throws {
        let nan = Float.nan
        let x = Tensor(
            [1, nan, 3, nan, .infinity, 2, .infinity, 0, -.infinity, -.infinity, -.infinity, -.infinity],
            shape: [3, 4])
        #expect(try elements(x.argmax(axis: 1)) == [1, 0, 0])
        #expect(try elements(x.argmin(axis: 1)) == [1, 3, 0])
        #expect(try elements(x.argmax()) == [1])
        #expect(try elements(Tensor([-0.0, 0, -0.0] as [Float]).argmax()) == [0])
        #expect(try elements(Tensor([3, UInt32.max, 0, 0]).argmax()) == [1])
        #expect(try elements(Tensor([3, Int32.min, 0, .min]).argmin()) == [1])
        #expect(try elements(Tensor([false, true, true]).argmax()) == [1])
        #expect(x.argmax(axis: -1, keepsAxis: true).shape == [3, 1])
        #expect(x.argmax(keepsAxis: true).shape == [1, 1])
        #expect(x.argmax(axis: 0).scalarType == .int32)
        #expect(Tensor.zeros([3, 0]).argmax(axis: 0).shape == [0])
    }

    @Test func truthValues() throws {
        let x = Tensor([0, 1, 0, 0, -0.0, .nan] as [Float], shape: [2, 3])
        #expect(try elements(x.any(axes: [1])) == [1, 1])
        #expect(try elements(x.all(axes: [0])) == [0, 0, 0])
        #expect(try elements(x.nonzeroCount()) == [2])
        let none = Tensor.zeros([0, 2], type: .bool)
        #expect(try elements(none.any(axes: [0])) == [0, 0])
        #expect(try elements(none.all(axes: [0])) == [1, 1])
        #expect(try elements(none.nonzeroCount(axes: [0])) == [0, 0])
    }

    @Test func regularNumbers() throws {
        #expect(try elements(.range(from: 2, to: 11, by: 3)) == [2, 5, 8])
        #expect(try elements(.range(from: 3, to: -4, by: -2)) == [3, 1, -1, -3])
        #expect(try elements(.range(from: 3, to: 3)) == [])
        #expect(try elements(.linearSpace(from: -1, through: 1, count: 5)) == [-1, -0.5, 0, 0.5, 1])
        #expect(try elements(.linearSpace(from: 2, through: 9, count: 1)) == [2])
        #expect(try elements(.linearSpace(from: 0, through: 0.1, count: 12)).last == Double(Float(0.1)))
        #expect(try elements(.identity(2, type: .int32)) == [1, 0, 0, 1])
        #expect(try elements(Tensor([-1, 2, 3] as [Int32]).oneHot(3)) == [0, 0, 0, 0, 0, 1, 0, 0, 0])
        #expect(try elements(Tensor([UInt32.max, 1]).oneHot(2, type: .int32)) == [0, 0, 0, 1])
        #expect(
            Tensor.meshgrid(.range(2), .range(3), .range(0)).map(\.shape) == [
                [2, 3, 0], [2, 3, 0], [2, 3, 0],
            ])
    }

    @Test func rearrangementsOfNothing() {
        let empty = Tensor.zeros([0, 3])
        #expect(empty.rolled(by: 5, axis: 0).shape == [0, 3])
        #expect(empty.tiled(2, 2).shape == [0, 6])
        #expect(empty.repeated(0, axis: 1).shape == [0, 0])
        #expect(Tensor.stack([empty, empty], axis: -1).shape == [0, 3, 2])
        #expect(Tensor.zeros([2, 3]).diagonal(offset: 5).shape == [0])
        #expect(Tensor.zeros([4, 0, 3]).diagonal().shape == [4, 0])
        #expect(Tensor.zeros([1, 3, 1]).squeezed().shape == [3])
        #expect(Tensor.zeros([1, 3, 1]).squeezed(axes: [-1]).shape == [1, 3])
        #expect(Tensor.zeros([3]).insertingAxis(at: -1).shape == [3, 1])
    }

    @Test func einsumOfIntegersAndNothing() throws {
        let x = Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3])
        #expect(try elements(einsum("ij,kj->ik", x, x)) == [14, 32, 32, 77])
        #expect(try elements(einsum("ij->", x)) == [21])
        let a = Tensor.zeros([2, 0])
        #expect(try elements(einsum("ij,jk->ik", a, .zeros([0, 2]))) == [0, 0, 0, 0])
        #expect(einsum("bij,jk", Tensor.zeros([0, 2, 3]), .zeros([3, 4])).shape == [0, 2, 4])
        #expect(einsum(" b a , a -> b ", Tensor.ones([2, 3]), .ones([3])).shape == [2])
    }

    /// A chain is multiplied in the order that takes the fewest products.
    @Test func einsumChoosesTheCheapestProduct() {
        let product = einsum("ab,bc,c->a", Tensor.zeros([50, 60]), .zeros([60, 70]), .zeros([70]))
        let largest = Node.topologicalOrder(of: [product]).compactMap { node -> Int? in
            if case .matrixProduct = node.operation { node.shape.count } else { nil }
        }.max()
        #expect(largest == 60)
    }

    /// Tensors for storage only are read as `float32`; what only picks elements keeps their type.
    @Test(arguments: [ScalarType.float16, .bfloat16])
    func halves(_ type: ScalarType) throws {
        var generator = SeededGenerator(named: "composed functions of halves")
        let x = generator.floats([4, 4]).cast(to: type)
        let functions: [(Tensor) -> Tensor] = [
            { $0.relu() }, { $0.elu() }, { $0.selu() }, { $0.hardTanh() }, { $0.hardSwish() }, { $0.mish() },
            { $0.gelu(.tanh) }, { $0.glu() }, { $0.softplus() }, { $0.logSoftmax() }, { $0.expm1() },
            { einsum("ij,kj->ik", $0, $0) }, { einsum("ii", $0) }, { $0.argmax(axis: 1) }, { $0.argmin() },
            { $0.any(axes: [0]) },
            { RandomStream.categorical(logits: $0, key: Tensor([1, 2, 3, 4] as [UInt32])) },
        ]
        for function in functions {
            let (value, expected) = (function(x), function(x.cast(to: .float32)))
            #expect(value.scalarType == expected.scalarType)
            #expect(try elements(value) == elements(expected))
        }
        let kept = [
            x[1..., .strided(by: -1)], x[Tensor([0, -1] as [Int32])], .stack([x, x]),
            x.rolled(by: 1, axis: 0),
            x.lowerTriangle(), x.diagonal(), x.repeated(2, axis: 1), x.tiled(2, 1),
        ]
        #expect(kept.allSatisfy { $0.scalarType == type })
    }

    @Test func probabilitiesOfDraws() throws {
        var stream = RandomStream(seed: 7)
        let weights: [Double] = [0.1, 0.2, 0, 0.7]
        let logits = Tensor(weights.map { $0 == 0 ? -.infinity : Float(Double($0 * 3).logarithm) })
        let count = 20_000
        let draws = try elements(stream.categorical(logits: logits.broadcast(to: [count, 4])))
        for (index, weight) in weights.enumerated() {
            let share = Double(draws.count { $0 == Double(index) }) / Double(count)
            // Four standard deviations.
            #expect(abs(share - weight) <= 4 * (weight * (1 - weight) / Double(count)).squareRoot())
        }
        let gumbel = try elements(stream.gumbel([count]))
        let mean = gumbel.reduce(0, +) / Double(count)
        #expect(abs(mean - 0.577_215_66) < 4 * 1.2825 / Double(count).squareRoot())
        #expect(gumbel.allSatisfy { $0.isFinite })
    }
}

extension Double {
    /// ln x, by the reference.
    fileprivate var logarithm: Double {
        let value = ReferenceValue(shape: [], scalarType: .float32, elements: [self])
        return (try? ReferenceEvaluator().values(of: [ReferenceDevice.leaf(value).log()])[0].elements[0])
            ?? .nan
    }
}
