import GannetGraph

/// One step of a recurrent layer with long short-term memory: Hochreiter and Schmidhuber (1997), with the forget gate
/// of Gers, Schmidhuber and Cummins (2000).
///
///     i = σ(x W_i + h U_i + b_i)      f = σ(x W_f + h U_f + b_f)
///     g = tanh(x W_g + h U_g + b_g)   o = σ(x W_o + h U_o + b_o)
///     c′ = f ∘ c + i ∘ g              h′ = o ∘ tanh c′
///
/// - `x` is [batch, inputs]; h and c are [batch, units];
/// - ``inputWeight`` W is [inputs, 4 · units], ``stateWeight`` U is [units, 4 · units], ``bias`` b is [4 · units]: the
///   columns of i, f, g and o in this order, which is PyTorch's.
///
/// All start uniformly distributed in ±1/√units, as PyTorch's do. PyTorch keeps the matrices transposed, and two
/// biases that are only ever added to each other.
public struct LSTMCell: Module {
    /// What is carried from step to step.
    public struct State: Sendable {
        /// The output of the last step, h, of shape [batch, units].
        public var hidden: Tensor
        /// The memory, c, of shape [batch, units].
        public var cell: Tensor

        /// Creates a state.
        public init(hidden: Tensor, cell: Tensor) {
            self.hidden = hidden
            self.cell = cell
        }
    }

    /// W, of shape [inputs, 4 · units].
    public let inputWeight: Parameter
    /// U, of shape [units, 4 · units].
    public let stateWeight: Parameter
    /// b, of shape [4 · units].
    public let bias: Parameter

    /// The number of features that go in.
    public var inputs: Int { inputWeight.shape[0] }
    /// The number of features that come out, and of memory cells.
    public var units: Int { stateWeight.shape[0] }

    /// Creates a layer whose initial values are drawn from `random`: W, then U, then b.
    public init(inputs: Int, units: Int, random: inout RandomStream) {
        if inputs < 1 || units < 1 {
            invalidUse("LSTMCell", "\(inputs) inputs and \(units) units make no layer")
        }
        let bound = 1 / Float(units).squareRoot()
        inputWeight = Parameter(.uniform(-bound...bound, shape: [inputs, 4 * units], random: &random))
        stateWeight = Parameter(.uniform(-bound...bound, shape: [units, 4 * units], random: &random))
        bias = Parameter(.uniform(-bound...bound, shape: [4 * units], random: &random))
    }

    /// The state before the first step: zeros.
    public func initialState(batch: Int) -> State {
        State(hidden: .zeros([batch, units]), cell: .zeros([batch, units]))
    }

    /// The state after a step with input `x`; its `hidden` is the output.
    public func callAsFunction(
        _ x: Tensor, _ state: State, file: StaticString = #fileID, line: UInt = #line
    ) -> State {
        if x.rank != 2 || x.shape[1] != inputs {
            invalidUse("LSTMCell", "\(x.shape) is not [batch, \(inputs)]", file: file, line: line)
        }
        return step(projected: project(x), state, file: file, line: line)
    }

    /// `x W + b`, the part of the gates that does not depend on the state: [rows, 4 · units] for [rows, inputs].
    func project(_ x: Tensor) -> Tensor { x.matmul(inputWeight.value) + bias.value }

    /// The state after a step whose input was projected already.
    func step(
        projected: Tensor, _ state: State, file: StaticString = #fileID, line: UInt = #line
    ) -> State {
        let expected: Shape = [projected.shape[0], units]
        if state.hidden.shape != expected || state.cell.shape != expected {
            invalidUse(
                "LSTMCell",
                "the state has shapes \(state.hidden.shape) and \(state.cell.shape) instead of \(expected)",
                file: file, line: line)
        }
        let gates = projected + state.hidden.matmul(stateWeight.value)
        func gate(_ number: Int) -> Tensor {
            gates.slice(number * units..<(number + 1) * units, axis: 1)
        }
        let cell = gate(1).sigmoid() * state.cell + gate(0).sigmoid() * gate(2).tanh()
        return State(hidden: gate(3).sigmoid() * cell.tanh(), cell: cell)
    }
}
