import Gannet
import Testing

@Suite("Loading a part of a checkpoint")
struct PartialLoadTests {
    private struct Part: Module {
        let weight = Parameter(Tensor([0, 0] as [Float]))
    }

    private struct Model: Module {
        let encoder = Part()
        let decoder = Part()
    }

    private let checkpoint = Checkpoint(
        tensors: [
            "model.encoder.weight": Tensor([1, 2] as [Float]),
            "model.other.weight": Tensor([3, 4] as [Float]),
            "adam.m.encoder.weight": Tensor([5, 6] as [Float]),
        ])

    private func values(_ part: Part) throws -> [Float] { try part.weight.value.array(on: .cpu) }

    @Test func byPrefix() throws {
        let part = Part()
        let report = try part.load(checkpoint, prefix: "model.encoder.")
        #expect(report == LoadReport(loaded: ["model.encoder.weight"]))
        #expect(try values(part) == [1, 2])
    }

    @Test func whatThereIs() throws {
        let model = Model()
        #expect(throws: CheckpointError.self) { try model.load(checkpoint) }
        #expect(try values(model.encoder) == [0, 0])
        let report = try model.load(checkpoint, isStrict: false)
        #expect(
            report
                == LoadReport(
                    loaded: ["model.encoder.weight"], missing: ["model.decoder.weight"],
                    unused: ["model.other.weight"]))
        #expect(
            report.description == "1 tensor was loaded. 1 is missing: model.decoder.weight. "
                + "1 was not used: model.other.weight.")
        #expect(try values(model.encoder) == [1, 2] && values(model.decoder) == [0, 0])
    }

    @Test func underOtherNames() throws {
        let model = Model()
        try model.load(checkpoint) { $0.hasPrefix("decoder.") ? "other." + $0.dropFirst(8) : $0 }
        #expect(try values(model.encoder) == [1, 2] && values(model.decoder) == [3, 4])
        // A name that the closure does not give is not looked for.
        let part = Model()
        try part.load(checkpoint, isStrict: false) { $0.hasPrefix("encoder.") ? $0 : nil }
        #expect(try values(part.encoder) == [1, 2] && values(part.decoder) == [0, 0])
    }

    @Test func aWrongShapeIsAnErrorInAnyCase() throws {
        struct Wide: Module { let encoder = Parameter(Tensor([0] as [Float])) }
        #expect(throws: CheckpointError.self) {
            try Wide().load(checkpoint, isStrict: false) { $0 + ".weight" }
        }
    }
}
