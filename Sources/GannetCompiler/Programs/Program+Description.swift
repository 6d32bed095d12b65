import GannetGraph

extension Program: CustomStringConvertible {
    /// What will run: one line a kernel call, with its kind, shapes, bytes and operations.
    public var description: String {
        var lines = [
            "program: \(inputs.count) inputs, \(outputs.count) outputs, \(calls.count) kernel calls, "
                + "arena of \(arenaByteCount) bytes"
        ]
        for (number, call) in calls.enumerated() {
            let inputs = call.inputs.map { "\($0)" }.joined(separator: " ")
            let outputs = call.outputs.map { "\($0)" }.joined(separator: " ")
            lines.append(
                "\(number): \(call.kernel.summary)  \(call.label)  \(byteCount(of: call)) bytes, "
                    + "\(call.kernel.operationCount) operations  (\(inputs)) -> (\(outputs))")
        }
        for (output, input) in donations.enumerated() {
            if let input { lines.append("output \(output) may replace input \(input)") }
        }
        return lines.joined(separator: "\n")
    }

    /// The bytes that a call reads and writes, each buffer once.
    package func byteCount(of call: Call) -> Int {
        Set(call.inputs + call.outputs).reduce(0) { total, reference in
            switch reference {
            case .input(let index): total + inputs[index].byteCount
            case .output(let index): total + outputs[index].byteCount
            case .arena(_, let byteCount): total + byteCount
            }
        }
    }
}

extension Program.BufferReference: CustomStringConvertible {
    public var description: String {
        switch self {
        case .input(let index): "in\(index)"
        case .output(let index): "out\(index)"
        case .arena(let offset, let byteCount): "@\(offset)+\(byteCount)"
        }
    }
}

extension Kernel {
    /// The kind of kernel and its extents.
    package var summary: String {
        switch self {
        case .map(let map): "map \(Shape(map.shape))"
        case .reduce(let reduce):
            "reduce ["
                + zip(reduce.shape, reduce.isReduced).map { $1 ? "(\($0))" : "\($0)" }.joined(separator: ", ")
                + "]"
        case .matrixProduct(let product):
            "matrixProduct \(product.batch) × [\(product.m), \(product.k)] · [\(product.k), \(product.n)]"
        case .convolution(let convolution):
            "convolution \(convolution.batch) × [\(convolution.height), \(convolution.width), "
                + "\(convolution.channels)] to [\(convolution.resultHeight), \(convolution.resultWidth), "
                + "\(convolution.resultChannels)], \(convolution.parts.reduce(0) { $0 + $1.taps.count }) taps"
        case .filterGradient(let gradient):
            "filterGradient \(Shape(gradient.filterShape)) of \(gradient.batch) × "
                + "[\(gradient.resultHeight), \(gradient.resultWidth)]"
        case .noiseStep(let noise): "noiseStep \(noise.batch) × \(noise.count)"
        case .loop(let loop): "loop \(loop.count) × \(loop.body.calls.count) kernel calls"
        case .scan(let scan):
            "scan \(scan.function) \(scan.batch) × [\(scan.length), \(scan.columns)]"
        case .sort(let sort): "sort \(sort.lines) × \(sort.length)"
        case .scatterAdd(let scatter): "scatterAdd \(scatter.count) of \(scatter.columns) to \(scatter.rows)"
        }
    }

    /// The arithmetic that the kernel does, a multiplication and an addition counted as two.
    public var operationCount: Int {
        func arithmetic(_ expression: Expression) -> Int {
            expression.instructions.count { !$0.operands.isEmpty || $0 == .accumulator }
        }
        switch self {
        case .map(let map): return map.shape.reduce(1, *) * arithmetic(map.expression)
        case .reduce(let reduce):
            return reduce.shape.reduce(1, *) * (arithmetic(reduce.prologue) + 1)
                + reduce.keptShape.reduce(1, *) * arithmetic(reduce.epilogue)
        case .matrixProduct(let product):
            let results = product.batch * product.m * product.n
            return results * (2 * product.k + arithmetic(product.epilogue))
        case .convolution(let convolution):
            let results = convolution.batch * convolution.resultHeight * convolution.resultWidth
            return convolution.parts.multiplicationCount(batch: convolution.batch) * 2
                + results * convolution.resultChannels * arithmetic(convolution.epilogue)
        case .filterGradient(let gradient):
            return gradient.parts.multiplicationCount(batch: gradient.batch) * 2
                + gradient.filterShape.reduce(1, *) * arithmetic(gradient.epilogue)
        case .noiseStep(let noise):
            return noise.batch * noise.count * (noise.step.hasPrediction ? 9 : 3)
        case .loop(let loop): return loop.count * loop.body.calls.reduce(0) { $0 + $1.kernel.operationCount }
        case .scan(let scan): return scan.count
        case .sort(let sort):
            // About what merging takes.
            return sort.count * (Int.bitWidth - sort.length.leadingZeroBitCount)
        case .scatterAdd(let scatter): return scatter.count * scatter.columns
        }
    }
}

extension [ConvolutionPart] {
    /// The products that are summed for so many images.
    fileprivate func multiplicationCount(batch: Int) -> Int {
        reduce(0) { $0 + batch * $1.positionCount * $1.channels.count * $1.depth }
    }
}
