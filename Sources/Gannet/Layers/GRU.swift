import GannetGraph

/// A recurrent layer with gated units over sequences; see ``GRUCell`` for the equations.
///
/// - `x` is [batch, steps, inputs], the outputs are [batch, steps, units].
///
/// The inputs of all steps are projected at once; a loop carries the state.
public struct GRU: Module {
    /// What makes one step.
    public let cell: GRUCell

    /// Creates a layer whose initial values are drawn from `random`.
    public init(inputs: Int, units: Int, random: inout RandomStream) {
        cell = GRUCell(inputs: inputs, units: units, random: &random)
    }

    /// The output of each step, and the state after the last, [batch, units].
    ///
    /// - Parameters:
    ///   - x: The sequences, [batch, steps, inputs].
    ///   - initial: The state before the first step, [batch, units]; zeros where there is none.
    public func callAsFunction(
        _ x: Tensor, initial: Tensor? = nil, file: StaticString = #fileID, line: UInt = #line
    ) -> (outputs: Tensor, state: Tensor) {
        if x.rank != 3 || x.shape[2] != cell.inputs {
            invalidUse("GRU", "\(x.shape) is not [batch, steps, \(cell.inputs)]", file: file, line: line)
        }
        let (batch, steps) = (x.shape[0], x.shape[1])
        let first = initial ?? cell.initialState(batch: batch)
        let projected = cell.project(x.permute(1, 0, 2).reshape([steps * batch, cell.inputs]))
            .reshape([steps, batch, 3 * cell.units])
        let (last, outputs) = Tensor.loop(
            count: steps, carrying: [first], over: [projected], file: file, line: line
        ) { step in
            let next = cell.step(projected: step.scanned[0], step.state[0], file: file, line: line)
            return ([next], [next])
        }
        return (traced(x, outputs[0].permute(1, 0, 2)), last[0])
    }
}
