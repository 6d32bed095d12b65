import Gannet
import Testing

@Suite("Modules")
struct ModuleTests {
    private static func parameter(_ count: Int = 1) -> Parameter {
        Parameter(Tensor([Float](repeating: 0, count: count)))
    }

    private struct Leaf: Module {
        let weight = parameter(3)
        let bias: Parameter? = parameter(2)
        let absent: Parameter? = nil
        let width = 3
        let name = "leaf"
        let table = Tensor([Float(1), 2])
    }

    private class Base: Module, @unchecked Sendable {
        let first = parameter()
    }

    private final class Derived: Base, @unchecked Sendable {
        let second = parameter()
        var cycle: Derived?
        lazy var late = parameter()
    }

    private enum Choice: Sendable {
        case one(Leaf)
        case none
    }

    private struct Everything: Module {
        let layers = [Leaf(), Leaf()]
        let heads: [String: Parameter]
        let pair = (parameter(), right: parameter())
        let choice = Choice.one(Leaf())
        let object = Derived()
        let shared: Parameter
        let alias: Parameter
        let boxed: any Module = Leaf()
    }

    @Test("Parameters are found in order, by paths of property names")
    func paths() {
        let shared = Self.parameter(5)
        let model = Everything(
            heads: ["z": Self.parameter(), "b": Self.parameter(), "a": Self.parameter()], shared: shared,
            alias: shared)
        model.object.cycle = model.object
        _ = model.object.late
        let expected = [
            "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "heads.a", "heads.b",
            "heads.z",
            "pair.0", "pair.right", "choice.one.weight", "choice.one.bias", "object.first", "object.second",
            "object.late", "shared", "boxed.weight", "boxed.bias",
        ]
        #expect(model.parameters.map(\.path) == expected)
        #expect(model.parameters.first { $0.path == "shared" }?.parameter === shared)
        #expect(model.parameterCount == 4 * 5 + 3 + 2 + 3 + 5)
    }

    @Test("The summary has a line a parameter and the sum")
    func summary() {
        #expect(
            Leaf().summary == """
                weight  [3]  3
                bias    [2]  2
                total        5
                """)
    }

    @Test("Weights are loaded all or none")
    func load() throws {
        let (from, to) = (Leaf(), Leaf())
        from.weight.assign(Tensor([Float(1), 2, 3]))
        var checkpoint = Checkpoint(tensors: from.checkpointTensors())
        #expect(checkpoint.tensors.keys.sorted() == ["model.bias", "model.weight"])
        checkpoint.tensors["model.bias"] = nil
        #expect(throws: CheckpointError.self) { try to.load(checkpoint) }
        checkpoint.tensors["model.bias"] = Tensor([Float(1)])
        #expect(throws: CheckpointError.self) { try to.load(checkpoint) }
        checkpoint.tensors["model.bias"] = Tensor([Float(1), 1])
        checkpoint.tensors["model.more"] = Tensor([Float(1)])
        #expect(throws: CheckpointError.self) { try to.load(checkpoint) }
        #expect(try to.weight.value.array(of: Float.self, on: .cpu) == [0, 0, 0])
        checkpoint.tensors["model.more"] = nil
        try to.load(checkpoint)
        #expect(try to.weight.value.array(of: Float.self, on: .cpu) == [1, 2, 3])
    }
}
