import Gannet

/// Lets the biases of a layer whose weights start at 0 do so, too: what follows from its results is then the identity at first.
func startAtZero(_ bias: Parameter?) {
    bias?.assign(Tensor([Float](repeating: 0, count: bias!.shape.count)))
}

/// The network of a coupling layer for vectors: layers of ReLU units, the last one linear and of zeros.
struct PerceptronNetwork: Layer {
    private let hidden: [Linear]
    private let last: Linear

    init(inputs: Int, hidden widths: [Int], outputs: Int, random: inout RandomStream) {
        let all = [inputs] + widths
        hidden = zip(all, widths).map { Linear(inputs: $0, outputs: $1, random: &random) }
        last = Linear(inputs: all.last!, outputs: outputs, weights: .zeros, random: &random)
        startAtZero(last.bias)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { last(hidden.reduce(x) { $1($0).relu() }) }
}

/// The network of a coupling layer for pictures: residual blocks of 3×3 convolutions (Dinh, Sohl-Dickstein and Bengio,
/// arXiv:1605.08803, section 3.3), the last convolution of zeros.
struct ResidualNetwork: Layer {
    private struct Block: Module {
        let first: Conv2D
        let second: Conv2D
    }

    private let first: Conv2D
    private let blocks: [Block]
    private let last: Conv2D

    init(inputs: Int, features: Int, blocks: Int, outputs: Int, random: inout RandomStream) {
        func convolution(_ inputs: Int, _ outputs: Int, _ weights: Initializer = .standard) -> Conv2D {
            Conv2D(
                inputs: inputs, outputs: outputs, kernel: 3, padding: 1, weights: weights, random: &random)
        }
        first = convolution(inputs, features)
        self.blocks = (0..<blocks).map { _ in
            Block(first: convolution(features, features), second: convolution(features, features))
        }
        last = convolution(features, outputs, .zeros)
        startAtZero(last.bias)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        var h = first(x)
        for block in blocks { h = h + block.second(block.first(h.relu()).relu()) }
        return last(h.relu())
    }
}
