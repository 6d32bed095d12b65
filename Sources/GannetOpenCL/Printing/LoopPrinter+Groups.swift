import GannetCompiler
import GannetGraph

/// The GPU style: each work-item makes every 256th result of a call, alone. A barrier stands before a call that
/// reads what the calls since the last one have written, or writes what they use.
extension LoopPrinter {
    func groupCalls() -> Calls? {
        var calls = Calls()
        calls.byteCount = loop.body.arenaByteCount
        var read: [Program.BufferReference] = []
        var written: [Program.BufferReference] = []
        for call in loop.body.calls {
            guard let code = lines(of: call, &calls.functions) else { return nil }
            let touches = { (references: [Program.BufferReference], others: [Program.BufferReference]) in
                references.contains { reference in others.contains { reference.overlaps($0) } }
            }
            if touches(call.inputs, written) || touches(call.outputs, written) || touches(call.outputs, read)
            {
                calls.lines.append(Self.barrier)
                read = []
                written = []
            }
            read += call.inputs
            written += call.outputs
            calls.lines.append("{")
            for (number, (reference, type)) in zip(call.inputs, call.inputTypes).enumerated() {
                let pointer = "__global const \(InstructionTable.memoryType(type)) *"
                calls.lines.append("\(pointer)in\(number) = (\(pointer))\(Self.place(reference));")
            }
            for (number, (reference, type)) in zip(call.outputs, call.outputTypes).enumerated() {
                let pointer = "__global \(InstructionTable.memoryType(type)) *"
                calls.lines.append("\(pointer)out\(number) = (\(pointer))\(Self.place(reference));")
            }
            calls.lines += code
            calls.lines.append("}")
        }
        calls.lines.append(Self.barrier)
        return calls
    }

    /// The statements that make the results of a call, which reads `in0`, … and writes `out0`, ….
    private func lines(of call: Program.Call, _ functions: inout Set<KernelFunction>) -> [String]? {
        switch call.kernel {
        case .map(let map): self.lines(of: map, call, &functions)
        case .noiseStep(let noise): self.lines(of: noise.map, call, &functions)
        case .reduce(let reduce): self.lines(of: reduce, call, &functions)
        case .matrixProduct(let product): self.lines(of: product, call, &functions)
        case .scatterAdd(let scatter): self.lines(of: scatter)
        case .convolution, .filterGradient, .scan, .sort, .loop: nil
        }
    }

    private func begin(_ code: inout CodeWriter, _ name: String, count: Int, isWide: Bool) {
        let type = isWide ? "long" : "int"
        code.add("for (\(type) \(name) = item; \(name) < \(count); \(name) += \(groupSize)) {")
    }

    private func lines(
        of map: Kernel.Map, _ call: Program.Call, _ functions: inout Set<KernelFunction>
    ) -> [String] {
        let count = map.shape.reduce(1, *)
        guard count > 0 else { return [] }
        let isWide = KernelSignature.needsWideIndex([map.expression], count: count)
        var code = CodeWriter()
        begin(&code, "i", count: count, isWide: isWide)
        var index = IndexPrinter(axes: [], flat: ("i", "i"), isWide: isWide, width: 1)
        index.axes = index.axes(of: "i", shape: map.shape, declaringIn: &code, prefix: "d")
        let printer = ExpressionPrinter(index: index, inputTypes: call.inputTypes)
        let values = printer.print(map.expression)
        code.add(printer.lines)
        code.add(printer.stores(map.expression, values, outputTypes: call.outputTypes, at: "i", lanes: nil))
        code.add("}")
        functions.formUnion(printer.functions)
        return code.lines
    }

    private func lines(
        of reduce: Kernel.Reduce, _ call: Program.Call, _ functions: inout Set<KernelFunction>
    ) -> [String] {
        let printer = ReducePrinter(
            reduce, inputTypes: call.inputTypes, outputTypes: call.outputTypes, target: target, pieces: 1)
        guard printer.keptCount > 0 else { return [] }
        var code = CodeWriter()
        begin(&code, "kept", count: printer.keptCount, isWide: printer.isWide)
        functions.formUnion(printer.addSerialResult(&code))
        code.add("}")
        return code.lines
    }

    private func lines(
        of product: Kernel.MatrixProduct, _ call: Program.Call, _ functions: inout Set<KernelFunction>
    ) -> [String] {
        let count = product.batch * product.m * product.n
        guard count > 0 else { return [] }
        let type = "long"
        let index = IndexPrinter(
            axes: [.scalar("batch"), .scalar("row"), .scalar("i")], flat: ("e", "e"), isWide: true, width: 1)
        let printer = ExpressionPrinter(
            index: index, prefix: "e", inputTypes: call.inputTypes,
            accumulator: .init(text: "result", type: .float32, isVector: false))
        let values = printer.print(product.epilogue)
        func element(_ operand: Kernel.MatrixProduct.Operand, _ row: String, _ column: String) -> String {
            let place =
                "\(operand.offset) + batch * (\(operand.batchStride)) + \(row) * (\(operand.rowStride))"
            return "in\(operand.input)[\(place) + \(column) * (\(operand.columnStride))]"
        }
        var code = CodeWriter()
        begin(&code, "e", count: count, isWide: true)
        code.add("const \(type) i = e % \(product.n), row = e / \(product.n) % \(product.m);")
        code.add("const \(type) batch = e / \(product.n * product.m);")
        code.add("float result = 0.0f;")
        // Sums of 32 products are added to the total: rounding errors stay small.
        code.add("for (\(type) block = 0; block < \(product.k); block += 32) {")
        code.add("const \(type) stop = min(block + 32, \(product.k)l);")
        code.add("float part = 0.0f;")
        code.add("for (\(type) k = block; k < stop; k++)")
        code.add("part += \(element(product.a, "row", "k")) * \(element(product.b, "k", "i"));")
        code.add("result += part;")
        code.add("}")
        code.add(printer.lines)
        code.add(
            printer.stores(product.epilogue, values, outputTypes: call.outputTypes, at: "e", lanes: nil))
        code.add("}")
        functions.formUnion(printer.functions)
        return code.lines
    }

    private func lines(of scatter: Kernel.ScatterAdd) -> [String] {
        // Unsigned arithmetic wraps; signed overflow has no meaning in C.
        let type = InstructionTable.memoryType(scatter.type == .int32 ? .uint32 : scatter.type)
        let zero = scatter.type == .float32 ? "0.0f" : "0u"
        guard scatter.rows * scatter.columns > 0 else { return [] }
        var code = CodeWriter()
        begin(&code, "e", count: scatter.rows * scatter.columns, isWide: true)
        code.add("\(type) sum = \(zero);")
        code.add("for (int u = 0; u < \(scatter.count); u++)")
        code.add("if (in0[u] == e / \(scatter.columns))")
        code.add("sum += in1[u * \(scatter.columns)l + e % \(scatter.columns)];")
        code.add("out0[e] = sum;")
        code.add("}")
        return code.lines
    }
}

extension Program.BufferReference {
    /// Whether the two share memory, as buffers of one iteration.
    fileprivate func overlaps(_ other: Self) -> Bool {
        switch (self, other) {
        case (.input(let a), .input(let b)), (.output(let a), .output(let b)): a == b
        case (.arena(let a, let sizeA), .arena(let b, let sizeB)): a < b + sizeB && b < a + sizeA
        default: false
        }
    }
}
