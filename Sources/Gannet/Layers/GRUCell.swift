import GannetGraph

/// One step of a recurrent layer with gated units: Cho et al., "Learning Phrase Representations using RNN
/// Encoder–Decoder" (arXiv:1406.1078), in PyTorch's form, where the reset gate acts on the state after its product.
///
///     r = σ(x W_r + b_r + h U_r + c_r)      z = σ(x W_z + b_z + h U_z + c_z)
///     n = tanh(x W_n + b_n + r ∘ (h U_n + c_n))
///     h′ = (1 − z) ∘ n + z ∘ h
///
/// - `x` is [batch, inputs]; h is [batch, units];
/// - ``inputWeight`` W is [inputs, 3 · units], ``stateWeight`` U is [units, 3 · units], ``inputBias`` b and ``stateBias``
///   c are [3 · units]: the columns of r, z and n in this order, which is PyTorch's.
///
/// All start uniformly distributed in ±1/√units, as PyTorch's do. PyTorch keeps the matrices transposed.
public struct GRUCell: Module {
    /// W, of shape [inputs, 3 · units].
    public let inputWeight: Parameter
    /// U, of shape [units, 3 · units].
    public let stateWeight: Parameter
    /// b, of shape [3 · units].
    public let inputBias: Parameter
    /// c, of shape [3 · units].
    public let stateBias: Parameter

    /// The number of features that go in.
    public var inputs: Int { inputWeight.shape[0] }
    /// The number of features that come out.
    public var units: Int { stateWeight.shape[0] }

    /// Creates a layer whose initial values are drawn from `random`: W, U, b, then c.
    public init(inputs: Int, units: Int, random: inout RandomStream) {
        if inputs < 1 || units < 1 {
            invalidUse("GRUCell", "\(inputs) inputs and \(units) units make no layer")
        }
        let bound = 1 / Float(units).squareRoot()
        func parameter(_ shape: Shape) -> Parameter {
            Parameter(.uniform(-bound...bound, shape: shape, random: &random))
        }
        inputWeight = parameter([inputs, 3 * units])
        stateWeight = parameter([units, 3 * units])
        inputBias = parameter([3 * units])
        stateBias = parameter([3 * units])
    }

    /// The state before the first step: zeros.
    public func initialState(batch: Int) -> Tensor { .zeros([batch, units]) }

    /// The state h′ after a step with input `x`, which is also the output.
    public func callAsFunction(
        _ x: Tensor, _ state: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if x.rank != 2 || x.shape[1] != inputs {
            invalidUse("GRUCell", "\(x.shape) is not [batch, \(inputs)]", file: file, line: line)
        }
        return step(projected: project(x), state, file: file, line: line)
    }

    /// `x W + b`, the part of the gates that does not depend on the state: [rows, 3 · units] for [rows, inputs].
    func project(_ x: Tensor) -> Tensor { x.matmul(inputWeight.value) + inputBias.value }

    /// The state after a step whose input was projected already.
    func step(
        projected: Tensor, _ state: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if state.shape != [projected.shape[0], units] {
            invalidUse(
                "GRUCell", "the state has shape \(state.shape) instead of [\(projected.shape[0]), \(units)]",
                file: file, line: line)
        }
        let recurrent = state.matmul(stateWeight.value) + stateBias.value
        func part(_ number: Int, of x: Tensor) -> Tensor {
            x.slice(number * units..<(number + 1) * units, axis: 1)
        }
        let reset = (part(0, of: projected) + part(0, of: recurrent)).sigmoid()
        let update = (part(1, of: projected) + part(1, of: recurrent)).sigmoid()
        let new = (part(2, of: projected) + reset * part(2, of: recurrent)).tanh()
        return (1 - update) * new + update * state
    }
}
