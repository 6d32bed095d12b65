extension ReferenceEvaluator {
    /// All results of a loop.
    func loop(_ loop: Loop, operands: [ReferenceValue]) throws(DeviceError) -> [Loop.Result: ReferenceValue] {
        let firstCaptured = loop.stateCount + loop.scannedCount
        var states = Array(operands[..<loop.stateCount])
        var rows: [Loop.Result: [Double]] = [:]
        func place(_ result: Loop.Result, _ row: ReferenceValue, at index: Int) {
            let size = row.elements.count
            rows[result, default: [Double](repeating: 0, count: loop.count * size)].replaceSubrange(
                index * size..<(index + 1) * size, with: row.elements)
        }
        for iteration in 0..<loop.count {
            let index = loop.isReversed ? loop.count - 1 - iteration : iteration
            var evaluator = ReferenceEvaluator(
                float32Rounding: float32Rounding, keepsHalvesExact: keepsHalvesExact)
            evaluator.bind(
                loop.parameters[0],
                to: ReferenceValue(shape: [], scalarType: .int32, elements: [Double(index)]))
            for (number, state) in states.enumerated() {
                evaluator.bind(loop.parameters[1 + number], to: state)
                place(.history(number), state, at: index)
            }
            for number in loop.stateCount..<firstCaptured {
                let parameter = loop.parameters[1 + number]
                let size = parameter.count
                evaluator.bind(
                    parameter,
                    to: ReferenceValue(
                        shape: parameter.shape, scalarType: parameter.scalarType,
                        elements: Array(operands[number].elements[index * size..<(index + 1) * size])))
            }
            for number in firstCaptured..<operands.count {
                evaluator.bind(loop.parameters[1 + number], to: operands[number])
            }
            let values = try evaluator.values(of: loop.results)
            states = Array(values[..<loop.stateCount])
            for (number, row) in values[loop.stateCount...].enumerated() {
                place(.collected(number), row, at: index)
            }
        }
        var results: [Loop.Result: ReferenceValue] = [:]
        for (number, state) in states.enumerated() { results[.final(number)] = state }
        let stacked =
            (0..<loop.stateCount).map { Loop.Result.history($0) }
            + (0..<loop.results.count - loop.stateCount).map { .collected($0) }
        for result in stacked {
            let (shape, type) = loop.type(of: result)
            results[result] = ReferenceValue(
                shape: shape, scalarType: type,
                elements: rows[result] ?? [Double](repeating: 0, count: shape.count))
        }
        return results
    }
}
