import Foundation
import GannetGraph

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

    static let shared: TorchGolden = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        do {
            let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/torch_golden.json"))
            return try JSONDecoder().decode(TorchGolden.self, from: data)
        } catch {
            fatalError("Fixtures/torch_golden.json cannot be read: \(error)")
        }
    }()
}
