import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Flows as models of pictures.
@Suite("Flows of pictures")
struct FlowModelTests {
    @Test("They are prepared by a batch, learn, and draw pictures", arguments: [0, 1, 2])
    func learning(kind: Int) throws {
        func check(_ model: some FlowModel) throws {
            let batch = Bars(count: 64).batch(at: Array(0..<32))
            var noise = RandomStream(seed: 1)
            try model.initialize(from: batch, noise: &noise, on: .cpu)
            let optimizer = Adam(for: model, learningRate: 1e-3)
            func loss() -> Tensor { RandomStream.withCurrent { model.loss(batch, noise: &$0) } }
            let losses = try (0..<40).map { _ in
                try optimizer.update(minimizing: loss(), on: .cpu).scalar(on: .cpu) as Float
            }
            #expect(losses.allSatisfy(\.isFinite) && losses.last! < losses[0] - 5, "\(losses)")
            let drawn = model.samples(3, seed: 2)
            #expect(drawn.shape == [3, 8, 8, 1])
            #expect(try drawn.array(of: Float.self, on: .cpu).allSatisfy { (0...1).contains($0) })
        }
        switch kind {
        case 0: try check(RealNVP(imageShape: [8, 8, 1], levels: 2, features: 8, blocks: 1, seed: 1))
        case 1: try check(Glow(imageShape: [8, 8, 1], levels: 2, steps: 2, features: 8, seed: 1))
        default: try check(MAF(imageShape: [8, 8, 1], layers: 2, hidden: [64], seed: 1))
        }
    }
}
