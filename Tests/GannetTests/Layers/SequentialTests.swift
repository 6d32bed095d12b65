import Gannet
import Testing

@Suite("Layers one after another")
struct SequentialTests {
    /// A layer as a user writes it.
    private struct Doubling: Layer {
        let bias = Parameter(Tensor([1] as [Float]))
        func callAsFunction(_ x: Tensor) -> Tensor { 2 * x + bias.value }
    }

    private let x = Tensor([1, -2, 3, 4] as [Float], shape: [2, 2])

    private func values(_ tensor: Tensor) throws -> [Float] { try tensor.array(on: .cpu) }

    @Test func layersAreListedInBraces() throws {
        var random = RandomStream(seed: 1)
        let (isDeep, isWide) = (true, false)
        let model = Sequential {
            Linear(inputs: 2, outputs: 3, random: &random)
            if isDeep {
                Activation.relu
            }
            if isWide {
                Linear(inputs: 3, outputs: 30, random: &random)
            } else {
                Doubling()
            }
            for _ in 0..<2 {
                Linear(inputs: 3, outputs: 3, bias: false, random: &random)
            }
            Sequential { Linear(inputs: 3, outputs: 1, random: &random) }
        }
        #expect(
            model.parameters.map(\.path) == [
                "0.weight", "0.bias", "2.bias", "3.weight", "4.weight", "5.0.weight", "5.0.bias",
            ])
        var y = x
        for layer in model.layers { y = layer(y) }
        #expect(try values(model(x)) == values(y))
        #expect(model(x).shape == [2, 1])
    }

    @Test("A transformer's block reads as in its paper, and no step sees a later one")
    func transformer() throws {
        var random = RandomStream(seed: 1)
        let block = Sequential {
            Residual {
                LayerNorm(features: 4)
                MultiHeadAttention(features: 4, heads: 2, isCausal: true, random: &random)
            }
            Residual {
                LayerNorm(features: 4)
                Linear(inputs: 4, outputs: 16, random: &random)
                Activation.gelu
                Linear(inputs: 16, outputs: 4, random: &random)
            }
        }
        let x = Tensor.uniform(-1...1, shape: [1, 5, 4], random: &random)
        let slope = gradients(of: block(x).element(2, axis: 1).sum(), withRespectTo: [x])[0]
        let seen = try values(slope.abs().sum(axes: [0, 2])).map { $0 > 0 }
        #expect(seen == [true, true, true, false, false])
        #expect(block.parameters.map(\.path).contains("0.body.1.output.weight"))
    }

    @Test func nothingIsTheIdentity() {
        #expect(Sequential([])(x) == x)
        let layer: any Layer = Doubling()
        #expect(layer(x).shape == [2, 2])
    }

    @Test func residuals() throws {
        let model = Residual { Doubling() }
        #expect(try values(model(x)) == [4, -5, 10, 13])
        let other = Residual(shortcut: Activation("Negation") { -$0 }) { Doubling() }
        #expect(try values(other(x)) == [2, -1, 4, 5])
        #expect(model.parameters.map(\.path) == ["body.0.bias"])
    }

    @Test func shapesOfLayersWithoutParameters() throws {
        let images = Tensor((0..<32).map(Float.init), shape: [1, 4, 4, 2])
        #expect(try values(Upsample(by: 2)(images)) == values(images.resizedNearest(by: 2)))
        #expect(try values(Upsample(by: 2, .bilinear)(images)) == values(images.resizedBilinear(by: 2)))
        #expect(try values(Downsample(by: 2)(images)) == values(images.averagePooled(window: 2)))
        #expect(try values(AveragePool(window: 2)(images)) == values(images.averagePooled(window: 2)))
        #expect(MaxPool(window: 3, stride: 2, padding: 1)(images).shape == [1, 2, 2, 2])
        #expect(try values(Flatten()(images)) == (0..<32).map(Float.init))
        let channels = (0..<2).flatMap { channel in (0..<16).map { Float(2 * $0 + channel) } }
        #expect(try values(Flatten(channelsFirst: true)(images)) == channels)
        #expect(Flatten(channelsFirst: true)(x).shape == [2, 2])
    }
}
