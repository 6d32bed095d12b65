import GannetGraph

/// A kernel whose expressions are written but whose buffers are not assigned.
struct KernelDraft {
    /// The values that the kernel computes, the head first.
    let nodes: [Node]
    /// The stored values and leaves that it reads.
    var sources: [ExpressionBuilder.Source] { results.sources }
    var sourceTypes: [ScalarType] { results.sourceTypes }

    private let head: Node?
    private let shape: [Int]
    /// What a reduction reduces.
    private var prologue = Expression()
    /// The operands of a contraction.
    private var operands: [MatrixView] = []
    private var operandInputs: [Int] = []
    /// What a loop runs, and where its results go.
    private var body: Program?
    private var loopOutputs: [Loop.Result: Int] = [:]
    /// The element-wise part, over the index space of the results.
    private var results: ExpressionBuilder

    init(_ group: KernelGroup, context: ExpressionBuilder.Context) {
        nodes = group.nodes
        head = group.head
        switch group.head?.operation {
        case .reduce:
            let input = group.head!.inputs[0]
            var builder = ExpressionBuilder(context, shape: input.shape.extents)
            builder.evaluate(input)
            prologue = builder.expression
            shape = group.shape.extents
            results = ExpressionBuilder(
                context, shape: shape, sources: builder.sources, sourceTypes: builder.sourceTypes)
        case .matrixProduct:
            let batch = group.shape.extents.dropLast(2).reduce(1, *)
            shape = [batch, group.shape[-2], group.shape[-1]]
            results = ExpressionBuilder(context, shape: shape)
            for input in group.head!.inputs {
                let view = MatrixView(of: input, values: context.plan.values)!
                operands.append(view)
                operandInputs.append(results.input(results.source(of: Tensor(view.base)), type: .float32))
            }
        case .convolution, .convolutionInputGradient, .convolutionFilterGradient:
            shape = group.shape.extents
            results = ExpressionBuilder(context, shape: shape)
            for input in group.head!.inputs {
                operandInputs.append(results.input(results.source(of: input), type: input.scalarType))
            }
        case .scatterAdd, .cumulative, .sortingOrder, .noiseStep, .loop:
            shape = group.shape.extents
            results = ExpressionBuilder(context, shape: shape)
            // These know their operands by position.
            for input in group.head!.inputs {
                operandInputs.append(results.operand(results.source(of: input), type: input.scalarType))
            }
        default:
            shape = group.shape.extents
            results = ExpressionBuilder(context, shape: shape)
        }
        if case .loop(let loop) = head?.operation {
            body =
                Lowering.lower(loop.results, leaves: loop.parameters.map(\.node), limits: context.limits)
                .program
            return
        }
        if let head { results.accumulate(head) }
        for member in group.members { _ = results.define(member) }
    }

    /// Stores the value of `node` as the kernel's output number `output`.
    mutating func store(_ node: Node, output: Int) {
        if case .loopResult(let result) = node.operation {
            loopOutputs[result] = output
        } else {
            results.store(results.number(of: node), output: output)
        }
    }

    /// Whether the input is only read at the index that is written, so that the output may take its place.
    func readsInPlace(_ source: ExpressionBuilder.Source) -> Bool {
        guard let input = sources.firstIndex(of: source) else { return true }
        if case .noiseStep(let step) = head?.operation {
            return sources.indices.allSatisfy {
                sources[$0] != source || $0 == 0 || ($0 == 1 && step.hasPrediction)
            }
        }
        if operandInputs.contains(input) { return false }
        for instruction in prologue.instructions where instruction.inputs.contains(input) { return false }
        return results.expression.instructions.allSatisfy { instruction in
            guard instruction.inputs.contains(input) else { return true }
            if case .load(_, let view) = instruction { return view.isContiguous }
            return false
        }
    }

    /// Whether the kernel computes each element apart, so that it may write over what it reads in place.
    var isElementwise: Bool {
        if case .noiseStep = head?.operation { return true }
        return head == nil
    }

    /// The finished kernel.
    var kernel: Kernel {
        switch head?.operation {
        case .reduce(let function, let axes):
            let input = head!.inputs[0]
            return .reduce(
                Kernel.Reduce(
                    function: function, type: input.scalarType, shape: input.shape.extents,
                    isReduced: input.shape.extents.indices.map { axes.contains($0) }, prologue: prologue,
                    epilogue: results.expression
                ).collapsed())
        case .matrixProduct(let transposeA, let transposeB):
            let (a, b) = (operands[0], operands[1])
            return .matrixProduct(
                Kernel.MatrixProduct(
                    batch: shape[0], m: shape[1], n: shape[2], k: head!.inputs[0].shape[transposeA ? -2 : -1],
                    a: a.operand(input: operandInputs[0], isTransposed: transposeA),
                    b: b.operand(input: operandInputs[1], isTransposed: transposeB),
                    epilogue: results.expression))
        case .convolution(let geometry):
            let (images, filters) = (head!.inputs[0].shape, head!.inputs[1].shape)
            let parts = ConvolutionParts(
                geometry: geometry, images: images, filters: filters, results: head!.shape)
            return .convolution(
                convolution(
                    parts.forward(), reading: images, channelStride: filters[3], resultStride: 1))
        case .convolutionInputGradient(let geometry, _, _):
            let (results, filters) = (head!.inputs[0].shape, head!.inputs[1].shape)
            let parts = ConvolutionParts(
                geometry: geometry, images: head!.shape, filters: filters, results: results)
            return .convolution(
                convolution(
                    parts.inputGradient(), reading: results, channelStride: 1, resultStride: filters[3]))
        case .convolutionFilterGradient(let geometry, _, _):
            let (images, gradient) = (head!.inputs[0].shape, head!.inputs[1].shape)
            let parts = ConvolutionParts(
                geometry: geometry, images: images, filters: head!.shape, results: gradient)
            return .filterGradient(
                Kernel.FilterGradient(
                    images: operandInputs[0], results: operandInputs[1], batch: images[0],
                    height: images[1],
                    width: images[2], channels: images[3], resultHeight: gradient[1],
                    resultWidth: gradient[2],
                    resultChannels: gradient[3], filterChannelStride: gradient[3], filterResultStride: 1,
                    parts: parts.forward(), filterShape: shape, epilogue: results.expression))
        case .noiseStep(let step):
            return .noiseStep(
                Kernel.NoiseStep(
                    step: step, batch: shape[0], count: shape.dropFirst().reduce(1, *)))
        case .loop(let loop):
            return .loop(
                Kernel.Loop(
                    count: loop.count, isReversed: loop.isReversed, body: body!,
                    states: (0..<loop.stateCount).map {
                        Kernel.Loop.State(
                            final: loopOutputs[.final($0)], history: loopOutputs[.history($0)])
                    }, scannedCount: loop.scannedCount,
                    collected: (0..<loop.results.count - loop.stateCount).map {
                        loopOutputs[.collected($0)]
                    }))
        case .cumulative(let function, let axis, let isReversed):
            return .scan(
                Kernel.Scan(
                    function: function, type: head!.scalarType, batch: shape[..<axis].reduce(1, *),
                    length: shape[axis], columns: shape[(axis + 1)...].reduce(1, *), isReversed: isReversed))
        case .sortingOrder(let isDescending):
            return .sort(
                Kernel.Sort(
                    type: head!.inputs[0].scalarType, lines: shape.dropLast().reduce(1, *),
                    length: shape[shape.count - 1], isDescending: isDescending))
        case .scatterAdd(let rows):
            let updates = head!.inputs[1]
            return .scatterAdd(
                Kernel.ScatterAdd(
                    rows: rows, columns: updates.shape.extents.dropFirst().reduce(1, *),
                    count: updates.shape[0],
                    type: updates.scalarType))
        default:
            return .map(Kernel.Map(shape: shape, expression: results.expression).collapsed())
        }
    }

    private func convolution(
        _ parts: [ConvolutionPart], reading images: Shape, channelStride: Int, resultStride: Int
    ) -> Kernel.Convolution {
        Kernel.Convolution(
            images: operandInputs[0], filters: operandInputs[1], batch: images[0], height: images[1],
            width: images[2], channels: images[3], resultHeight: shape[1], resultWidth: shape[2],
            resultChannels: shape[3], filterChannelStride: channelStride, filterResultStride: resultStride,
            parts: parts, epilogue: results.expression)
    }

    /// What the kernel computes, for people.
    var label: String {
        var names: [String] = []
        for node in nodes where !names.contains(node.operation.name) { names.append(node.operation.name) }
        return names.joined(separator: "+") + " \(Shape(shape))"
    }
}

extension MatrixView {
    fileprivate func operand(input: Int, isTransposed: Bool) -> Kernel.MatrixProduct.Operand {
        Kernel.MatrixProduct.Operand(
            input: input, offset: offset, batchStride: batchStride,
            rowStride: isTransposed ? columnStride : rowStride,
            columnStride: isTransposed ? rowStride : columnStride)
    }
}

extension Expression.Instruction {
    /// The kernel inputs that the instruction reads.
    public var inputs: [Int] {
        switch self {
        case .load(let input, _), .gather(let input, _, _, _, _), .randomBits(let input, _): [input]
        default: []
        }
    }
}
