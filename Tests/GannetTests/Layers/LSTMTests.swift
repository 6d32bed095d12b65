import Gannet
import GannetTestSupport
import Testing

@Suite("LSTM")
struct LSTMTests {
    /// Over the rows of a picture, as the reference evaluates the cell 28 times.
    @Test(
        "A loop over 28 rows equals its unrolled form, forward and gradient",
        arguments: TestDevices.everyStyle)
    func unrolled(device: Device) throws {
        var random = RandomStream(seed: 6)
        let layer = LSTM(inputs: 28, units: 8, random: &random)
        let x = Tensor.uniform(-1...1, shape: [3, 28, 28], random: &random)
        let weight = Tensor.uniform(-1...1, shape: [3, 28, 8], random: &random)

        let (outputs, last) = layer(x)
        var state = layer.cell.initialState(batch: 3)
        var rows: [Tensor] = []
        for row in 0..<28 {
            state = layer.cell(x.element(row, axis: 1), state)
            rows.append(state.hidden.reshape(3, 1, 8))
        }
        func results(_ outputs: Tensor, _ state: LSTMCell.State) -> [Tensor] {
            let loss = (outputs * weight).sum() + state.cell.squared().sum()
            let sources = layer.parameters.map(\.parameter.value) + [x]
            return [outputs, state.hidden, state.cell] + gradients(of: loss, withRespectTo: sources)
        }
        let expected = try ReferenceEvaluator().values(
            of: results(Tensor.concatenate(rows, axis: 1), state))
        let actual = try ReferenceEvaluator().values(
            of: Tensor.evaluate(results(outputs, last), on: device))
        for (number, (value, right)) in zip(actual, expected).enumerated() {
            #expect(Tolerance.scaled(5e-6).failure(value, expected: right) == nil, "result \(number)")
        }
    }

    @Test("The state goes on from one part of a sequence to the next", arguments: TestDevices.all)
    func parts(device: Device) throws {
        var random = RandomStream(seed: 7)
        let layer = LSTM(inputs: 3, units: 4, random: &random)
        let x = Tensor.uniform(-1...1, shape: [2, 5, 3], random: &random)
        let whole = layer(x)
        let first = layer(x.slice(0..<2, axis: 1))
        let second = layer(x.slice(2..<5, axis: 1), initial: first.state)
        let joined = Tensor.concatenate([first.outputs, second.outputs], axis: 1)
        let difference =
            (joined - whole.outputs).abs().max() + (second.state.cell - whole.state.cell).abs().max()
        #expect(try difference.scalar(on: device) < 1e-6)
    }
}
