import Gannet
import GannetTestSupport
import Testing

/// Layers in reading order against the same layers over whole pictures.
@Suite struct CausalLayerTests {
    /// A layer to be tried.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var channels: Int
        var make: @Sendable (inout RandomStream) -> any CausalLayer
    }

    private static func masked(
        _ kernel: Int, _ type: ConvolutionMask.CausalType, colors: Int, bias: Bool = true
    ) -> Case {
        Case(testDescription: "masked \(kernel) × \(kernel) \(type), \(colors) colours", channels: 2 * colors)
        {
            MaskedConv2D(
                inputs: 2 * colors, outputs: 3 * colors, kernel: kernel, type: type, colors: colors,
                bias: bias,
                random: &$0)
        }
    }

    static let cases: [Case] = [
        masked(7, .a, colors: 1), masked(7, .a, colors: 3), masked(3, .b, colors: 1),
        masked(3, .b, colors: 3),
        masked(1, .b, colors: 1), masked(1, .b, colors: 3, bias: false),
        masked(5, .b, colors: 1, bias: false),
        Case(testDescription: "masked 1 × 5", channels: 2) {
            MaskedConv2D(inputs: 2, outputs: 3, window: (1, 5), type: .b, random: &$0)
        },
        Case(testDescription: "Row LSTM", channels: 2) { RowLSTM(inputs: 2, units: 3, random: &$0) },
        Case(testDescription: "Row LSTM, 3 colours", channels: 3) {
            RowLSTM(inputs: 3, units: 6, kernel: 5, colors: 3, random: &$0)
        },
        Case(testDescription: "Diagonal LSTM", channels: 2) {
            DiagonalLSTM(inputs: 2, units: 3, random: &$0)
        },
        Case(testDescription: "Diagonal BiLSTM", channels: 2) {
            DiagonalBiLSTM(inputs: 2, units: 3, random: &$0)
        },
        Case(testDescription: "Diagonal BiLSTM, 3 colours", channels: 3) {
            DiagonalBiLSTM(inputs: 3, units: 3, colors: 3, random: &$0)
        },
        Case(testDescription: "residual blocks", channels: 2) { random in
            Sequential {
                MaskedConv2D(inputs: 2, outputs: 4, kernel: 3, type: .a, random: &random)
                Residual {
                    Activation.relu
                    MaskedConv2D(inputs: 4, outputs: 2, kernel: 3, type: .b, random: &random)
                    Activation.tanh
                    MaskedConv2D(inputs: 2, outputs: 4, kernel: 1, type: .b, random: &random)
                }
            }
        },
    ]

    @Test("In reading order a layer makes what it makes of whole pictures", arguments: cases, TestDevices.all)
    func readingOrder(_ example: Case, device: Device) throws {
        var random = RandomStream(seed: 3)
        let layer = example.make(&random)
        for (height, width) in device == .cpu ? [(4, 5), (1, 3), (3, 1)] : [(4, 5)] {
            let x = random.normal([2, height, width, example.channels])
            let whole = try layer(x).array(of: Float.self, on: .cpu)
            let read = try layer.inReadingOrder(x).array(of: Float.self, on: device)
            #expect(whole.count == read.count)
            for (a, b) in zip(whole, read) {
                #expect(abs(a - b) <= 1e-5 * max(1, abs(a)), "\(height) × \(width)")
            }
        }
    }

    @Test("Skewing moves each row by one place more, and can be undone", arguments: TestDevices.all)
    func skewing(device: Device) throws {
        let x = Tensor((0..<24).map { Float($0 + 1) }, shape: [2, 3, 4, 1])
        let skewed = x.skewed()
        #expect(skewed.shape == [2, 3, 6, 1])
        #expect(
            try skewed.array(of: Float.self, on: device).prefix(18) == [
                1, 2, 3, 4, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 9, 10, 11, 12,
            ])
        #expect(
            try skewed.unskewed().array(of: Float.self, on: device) == x.array(of: Float.self, on: device))
    }

    /// Which pixels of a 6 × 7 picture the output in row 4, column 3 depends on.
    private func pixelsSeen(by layer: some CausalLayer) throws -> Set<[Int]> {
        var random = RandomStream(seed: 9)
        let x = try random.normal([1, 6, 7, 2]).evaluated(on: .cpu)
        let output = layer(x).element(4, axis: 1).element(3, axis: 1).sum()
        let slope = try gradients(of: output, withRespectTo: [x])[0].array(of: Float.self, on: .cpu)
        return Set(
            (0..<42).filter { slope[2 * $0] != 0 || slope[2 * $0 + 1] != 0 }.map { [$0 / 7, $0 % 7] })
    }

    @Test("The Row LSTM sees the triangle above")
    func triangle() throws {
        var random = RandomStream(seed: 5)
        let seen = try pixelsSeen(by: RowLSTM(inputs: 2, units: 4, random: &random))
        var expected: Set<[Int]> = []
        for row in 0...4 {
            // In its own row, the masked convolution's pixel and the left one; above, one more on both sides for each
            // row, and the left one of the outermost.
            let reach = 4 - row
            for column in 3 - reach - 1...3 + reach where (0..<7).contains(column) {
                expected.insert([row, column])
            }
        }
        #expect(seen == expected)
    }

    @Test("The Diagonal BiLSTM sees all pixels before its own, and its own")
    func fullContext() throws {
        var random = RandomStream(seed: 5)
        let seen = try pixelsSeen(by: DiagonalBiLSTM(inputs: 2, units: 4, random: &random))
        #expect(seen == Set((0...4 * 7 + 3).map { [$0 / 7, $0 % 7] }))
    }
}
