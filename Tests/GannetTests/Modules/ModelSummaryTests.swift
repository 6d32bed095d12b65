import Gannet
import Testing

@Suite("Summaries of models")
struct ModelSummaryTests {
    @Test func aConvolutionalNetwork() {
        var random = RandomStream(seed: 1)
        let model = Sequential {
            Conv2D(inputs: 1, outputs: 8, kernel: 3, padding: 1, random: &random)
            BatchNorm(channels: 8)
            Activation.relu
            MaxPool(window: 2)
            Residual { Conv2D(inputs: 8, outputs: 8, kernel: 3, padding: 1, random: &random) }
            Flatten()
            Linear(inputs: 1_568, outputs: 10, random: &random)
        }
        model.freeze { $0.hasPrefix("0.") }
        let summary = model.summary(for: [2, 28, 28, 1])
        #expect(
            summary.description == """
                path      layer       output          parameters  multiply-adds
                0         Conv2D      [2, 28, 28, 8]          80        112,896
                1         BatchNorm   [2, 28, 28, 8]          16              0
                2         Activation  [2, 28, 28, 8]           0              0
                3         MaxPool     [2, 14, 14, 8]           0              0
                4.body.0  Conv2D      [2, 14, 14, 8]         584        225,792
                5         Flatten     [2, 1568]                0              0
                6         Linear      [2, 10]             15,690         31,360
                total                                     16,370        370,048
                frozen parameters: 80
                numbers in buffers: 16
                """)
    }

    private struct Model: Module {
        let embedding: Embedding
        let recurrent: LSTM
        let norm: SpectralNorm<Linear>
        let scale = Parameter(Tensor([1, 2] as [Float]))

        init() {
            var random = RandomStream(seed: 1)
            embedding = Embedding(count: 5, features: 3, random: &random)
            recurrent = LSTM(inputs: 3, units: 4, random: &random)
            norm = SpectralNorm(Linear(inputs: 4, outputs: 4, random: &random), random: &random)
        }

        func callAsFunction(_ tokens: Tensor) -> Tensor {
            let h = recurrent(embedding(tokens)).outputs
            let y = norm(norm(h))
            return y.reshape(-1, 4).matmul(y.reshape(-1, 4), transposeB: true) * scale.value.sum()
        }
    }

    @Test func sharedLayersAndWhatNoLayerHas() {
        let model = Model()
        let summary = model.summary { model(.zeros([2, 6], type: .int32)) }
        #expect(summary.rows.map(\.path) == ["embedding", "recurrent", "norm", "norm"])
        #expect(
            summary.rows.map(\.type) == ["Embedding", "LSTM", "SpectralNorm<Linear>", "SpectralNorm<Linear>"])
        // Rows of 12 for the inputs; 6 steps of 2 rows for the states.
        #expect(
            summary.rows.map(\.multiplyAdds) == [0, 12 * 3 * 16 + 12 * 4 * 16, 12 * 16, 12 * 16])
        #expect(summary.rows.map(\.isRepeated) == [false, false, false, true])
        #expect(summary.multiplyAdds == 12 * 3 * 16 + 12 * 4 * 16 + 2 * 12 * 16 + 12 * 12 * 4)
        #expect(summary.description.contains("elsewhere"))
        #expect(summary.parameterCount == model.parameterCount && summary.bufferCount == 8)
    }
}
