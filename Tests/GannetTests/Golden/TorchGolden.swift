import Gannet
import GannetGraph
import GannetTestSupport
import Testing

/// Values and gradients that PyTorch computed, from `Fixtures/torch_golden.json`, which `torch_golden.py` writes.
struct TorchGolden: Decodable {
    /// Numbers and their shape.
    struct Array: Decodable {
        let shape: [Int]
        let values: [Double]
        let isIndex: Bool

        /// A leaf with these numbers.
        var tensor: Tensor {
            isIndex
                ? Tensor(values.map { Int32($0) }, shape: Shape(shape))
                : Tensor(values.map { Float($0) }, shape: Shape(shape))
        }

        /// The numbers as an expected value.
        var expected: ReferenceValue {
            ReferenceValue(shape: Shape(shape), scalarType: isIndex ? .int32 : .float32, elements: values)
        }
    }

    /// A function's inputs, its output, and the gradients of the sum of output · weight.
    struct Case: Decodable {
        let inputs: [String: Array]
        let weight: Array
        let output: Array
        let gradients: [String: Array]
    }

    /// Least squares from one start: the loss before and the parameters after each step.
    struct Training: Decodable {
        struct Step: Decodable {
            let loss: Double
            let weight: Array
            let bias: Array
            var weightAverage: Array?
            var biasAverage: Array?
        }

        let x: Array
        let y: Array
        let weight: Array
        let bias: Array
        let steps: [Step]
    }

    let torch: String
    let cases: [String: Case]
    let optimizers: [String: Training]

    static let shared: TorchGolden = readFixture("torch_golden.json")
}

/// What PyTorch computed of layers, from `Fixtures/torch_layers.json`, which `torch_layers.py` writes.
struct TorchLayers: Decodable {
    /// Three steps of gradient descent through batch normalisation.
    struct BatchNorm: Decodable {
        struct Step: Decodable {
            let x: TorchGolden.Array
            let loss: Double
            let state: [String: TorchGolden.Array]
        }

        let target: TorchGolden.Array
        let steps: [Step]
        let final: TorchGolden.Array
    }

    let cases: [String: TorchGolden.Case]
    let batchNorm: BatchNorm

    static let shared: TorchLayers = readFixture("torch_layers.json")
}

extension TorchGolden.Case {
    /// Expects that `function` gives this case's output and gradients on `device`, to `tolerance` of the largest
    /// element.
    func expect(
        _ name: String, _ function: ([String: Tensor]) -> Tensor, on device: Device, tolerance: Double
    ) throws {
        let inputs = self.inputs.mapValues(\.tensor)
        let output = function(inputs)
        let names = self.gradients.keys.sorted()
        let slopes = GannetGraph.gradients(
            of: (output * weight.tensor).sum(), withRespectTo: names.map { inputs[$0]! })
        let leaves = try Tensor.evaluate([output] + slopes, on: device)
        let actual = try ReferenceEvaluator().values(of: leaves)
        let expected = [self.output.expected] + names.map { self.gradients[$0]!.expected }
        for (number, (value, right)) in zip(actual, expected).enumerated() {
            let failure = Tolerance.scaled(tolerance).failure(value, expected: right)
            #expect(failure == nil, "\(name), \(number == 0 ? "value" : "gradient of \(names[number - 1])")")
        }
    }
}
