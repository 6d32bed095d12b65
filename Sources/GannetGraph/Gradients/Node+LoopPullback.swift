extension Node {
    /// The products of gradients of a loop's results with its Jacobians, one for each operand: a loop that runs the
    /// other way over the states that this one went through.
    ///
    /// - Parameters:
    ///   - loop: What this node does.
    ///   - gradients: The gradients of those results that have one.
    ///   - needed: For which operands a gradient is wanted.
    func loopPullback(_ loop: Loop, of gradients: [Loop.Result: Tensor], needed: [Bool]) -> [Tensor?] {
        let node = Tensor(self)
        let inputs = inputs
        let firstCaptured = loop.stateCount + loop.scannedCount
        func isFloat(_ number: Int) -> Bool { inputs[number].scalarType.isFloatingPoint }
        let states = (0..<loop.stateCount).filter(isFloat)
        let scanned = (loop.stateCount..<firstCaptured).filter { needed[$0] && isFloat($0) }
        let captured = (firstCaptured..<inputs.count).filter { needed[$0] && isFloat($0) }
        let wanted = states + scanned + captured

        // The body's own gradients, in terms of its parameters and of weights that stand for those of its results.
        let collected = (loop.stateCount..<loop.results.count).filter {
            gradients[.collected($0 - loop.stateCount)] != nil
        }
        let weighted = states + collected
        let weights = weighted.map {
            Tensor.placeholder(-1, loop.results[$0].shape, loop.results[$0].scalarType)
        }
        let bodyGradients = GannetGraph.gradients(
            of: weighted.map { loop.results[$0] }, weightedBy: weights,
            withRespectTo: wanted.map { loop.parameters[1 + $0] })

        let histories = (0..<loop.stateCount).map { node.loopResult(.history($0)) }
        let historyGradients = states.filter { gradients[.history($0)] != nil }
        let rows =
            histories + inputs[loop.stateCount..<firstCaptured]
            + collected.map { gradients[.collected($0 - loop.stateCount)]! }
            + historyGradients.map { gradients[.history($0)]! }
        let initial =
            states.map { gradients[.final($0)] ?? .zeros(inputs[$0].shape, type: inputs[$0].scalarType) }
            + captured.map { .zeros(inputs[$0].shape) }
        let (final, outputs) = Tensor.loop(
            count: loop.count, carrying: initial, over: rows, reversed: !loop.isReversed
        ) { step in
            let firstWeight = firstCaptured
            let originals = loop.parameters + weights
            let replacements =
                [step.index] + step.scanned[..<firstCaptured] + inputs[firstCaptured...]
                + step.state[..<states.count] + step.scanned[firstWeight..<firstWeight + collected.count]
            var values = GraphSubstitution(originals, by: replacements).apply(to: bodyGradients)
            for (number, state) in historyGradients.enumerated() {
                let index = states.firstIndex(of: state)!
                let sum = values[index] + step.scanned[firstWeight + collected.count + number]
                values[index] = sum.cast(to: inputs[state].scalarType)
            }
            let sums = captured.indices.map {
                step.state[states.count + $0] + values[states.count + scanned.count + $0]
            }
            return (
                Array(values[..<states.count]) + sums,
                Array(values[states.count..<states.count + scanned.count])
            )
        }
        var result = [Tensor?](repeating: nil, count: inputs.count)
        for (index, state) in states.enumerated() { result[state] = final[index] }
        for (index, input) in scanned.enumerated() { result[input] = outputs[index] }
        for (index, input) in captured.enumerated() { result[input] = final[states.count + index] }
        return result
    }
}
