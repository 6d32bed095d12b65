extension Tensor {
    /// Runs a body again and again, carrying states from one iteration to the next, in one node of the graph.
    ///
    ///     let (state, outputs) = Tensor.loop(count: 28, carrying: [h, c], over: [rows]) { step in
    ///         let (h, c) = cell(step.scanned[0], step.state)
    ///         return ([h, c], [h])
    ///     }
    ///
    /// The body is built once, whatever the count. It may use any tensors from outside. Gradients run backwards over
    /// the states, which are kept, and compute again what lies between them.
    ///
    /// - Parameters:
    ///   - count: The number of iterations.
    ///   - initial: The first states.
    ///   - scanned: Tensors [count, …row] of which each iteration sees the row at its index.
    ///   - isReversed: Whether the index runs down from count − 1.
    ///   - body: Gives the next states, of the shapes and types of the states, and rows that are to be collected.
    /// - Returns: The last states, and the rows collected over all iterations, [count, …row].
    public static func loop(
        count: Int, carrying initial: [Tensor], over scanned: [Tensor] = [],
        reversed isReversed: Bool = false,
        file: StaticString = #fileID, line: UInt = #line,
        _ body: (LoopStep) throws -> (state: [Tensor], outputs: [Tensor])
    ) rethrows -> (state: [Tensor], outputs: [Tensor]) {
        let node = try loopNode(
            count: count, carrying: initial, over: scanned, reversed: isReversed, file: file, line: line, body
        )
        guard case .loop(let loop) = node.node.operation else { return ([], []) }
        return (
            initial.indices.map { node.loopResult(.final($0)) },
            (0..<loop.results.count - initial.count).map { node.loopResult(.collected($0)) }
        )
    }

    /// The node of a loop, whose results ``loopResult(_:)`` gives.
    static func loopNode(
        count: Int, carrying initial: [Tensor], over scanned: [Tensor], reversed isReversed: Bool,
        file: StaticString, line: UInt, _ body: (LoopStep) throws -> (state: [Tensor], outputs: [Tensor])
    ) rethrows -> Tensor {
        func fail(_ explanation: String) -> Never {
            invalidUse("loop(count:carrying:over:)", explanation, file: file, line: line)
        }
        if count < 0 { fail("the count is \(count)") }
        for tensor in scanned where tensor.rank < 1 || tensor.shape[0] != count {
            fail("a scanned input has shape \(tensor.shape), and the loop \(count) iterations")
        }
        var parameters = [Tensor.placeholder(0, [], .int32)]
        for tensor in initial {
            parameters.append(.placeholder(parameters.count, tensor.shape, tensor.scalarType))
        }
        for tensor in scanned {
            let row = Shape(Array(tensor.shape.extents.dropFirst()))
            parameters.append(.placeholder(parameters.count, row, tensor.scalarType))
        }
        let step = LoopStep(
            index: parameters[0], state: Array(parameters[1..<1 + initial.count]),
            scanned: Array(parameters[(1 + initial.count)...]))
        let (state, outputs) = try LoopStep.$isBeingBuilt.withValue(true) { try body(step) }
        if state.count != initial.count { fail("\(state.count) next states for \(initial.count) states") }
        for (next, old) in zip(state, initial)
        where next.shape != old.shape || next.scalarType != old.scalarType {
            fail("a state is \(old.scalarType) \(old.shape), the next \(next.scalarType) \(next.shape)")
        }
        let closed = ClosedGraph(of: state + outputs, over: parameters)
        let loop = Loop(
            count: count, isReversed: isReversed, parameters: parameters + closed.parameters,
            stateCount: initial.count, scannedCount: scanned.count, results: closed.results)
        return Tensor(
            Node(.loop(loop), initial + scanned + closed.captured, shape: [], scalarType: .float32))
    }

    /// A result of this tensor, which is a loop's node.
    func loopResult(_ result: Loop.Result) -> Tensor {
        guard case .loop(let loop) = node.operation else {
            invalidUse("loopResult(_:)", "the tensor is not a loop")
        }
        let (shape, type) = loop.type(of: result)
        return Tensor(Node(.loopResult(result), [self], shape: shape, scalarType: type))
    }

    /// A tensor that stands for input number `number` of a graph.
    static func placeholder(_ number: Int, _ shape: Shape, _ type: ScalarType) -> Tensor {
        Tensor(Node(.placeholder(number), [], shape: shape, scalarType: type))
    }
}
