import GannetCompiler
import GannetGraph

/// Prints a loop whose body is small as one kernel: one work-group that makes all iterations. In the GPU style its
/// work-items share the results of each call; in the CPU style it is one work-item, which runs the kernels of each
/// call one after another.
struct LoopPrinter {
    let loop: Kernel.Loop
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget
    let groupSize: Int
    private let size: LoopSize
    let packing: LoopPacking

    init(_ loop: Kernel.Loop, inputTypes: [ScalarType], outputTypes: [ScalarType], target: KernelTarget) {
        (self.loop, self.inputTypes, self.outputTypes) = (loop, inputTypes, outputTypes)
        self.target = target
        groupSize = min(256, target.largestGroup)
        size = LoopSize(loop, target: target, groupSize: groupSize)
        packing = LoopPacking(loop, bufferCount: size.bufferCount)
    }

    /// The kernel; nil where the body's calls are better launched one by one.
    func plan() -> CallPlan? {
        guard loop.count > 0, target.makesLoopsOneKernel, size.isSmall else { return nil }
        let memory = LoopMemory(loop)
        guard let calls = target.style == .cpu ? vectorCalls() : groupCalls() else { return nil }
        let local = target.style == .cpu ? 1 : groupSize
        let packed = (memory.byteCount + calls.byteCount + 255) / 256 * 256
        // Behind the inputs come the numbers from 0, of which a row is the index; behind the outputs the scratch.
        let inputTypes = Array(inputTypes.prefix(packing.first))
        let signature = KernelSignature(
            inputTypes: inputTypes + [.int32], outputTypes: outputTypes + [.bool], local: [local])
        var code = CodeWriter()
        code.add(signature.head())
        code.add("const int item = \(target.style == .cpu ? "0" : "(int)get_local_id(0)");")
        code.add("__global uchar *scratch = out\(outputTypes.count);")
        code.add("__global uchar *arena = scratch + \(memory.body)ul;")
        addFirstHistory(&code)
        code.add("for (int t = 0; t < \(loop.count); t++) {")
        code.add("const long row = \(loop.isReversed ? "\(loop.count - 1) - t" : "t");")
        addPlaces(&code, memory, packed: packed)
        code.add(calls.lines)
        code.add("}")
        code.add("}")
        var plan = CallPlan()
        plan.functions = calls.functions
        plan.scratchByteCount = packed + packing.byteCount
        plan.kernels = packing.kernels(target: target, groupSize: groupSize, offset: packed)
        plan.kernels.append(
            KernelPlan(
                text: calls.text + code.text,
                buffers: inputTypes.indices.map { .input($0) } + [.numbers]
                    + outputTypes.indices.map { .output($0) } + [.scratch(0)],
                types: inputTypes + [.int32] + outputTypes + [.bool], global: [local], local: [local]))
        return plan
    }

    /// The body's calls as statements, with the functions that must stand before the kernel.
    struct Calls {
        var text = ""
        var lines: [String] = []
        var functions = Set<KernelFunction>()
        /// The memory that they use from `arena` on.
        var byteCount = 0
    }

    // MARK: Where the body's values are

    /// The first iteration finds the initial state in the history, as the others find theirs.
    private func addFirstHistory(_ code: inout CodeWriter) {
        for (number, state) in loop.states.enumerated() {
            guard let history = state.history else { continue }
            let size = loop.body.outputs[number].shape.count
            code.add("for (int e = item; e < \(size); e += \(target.style == .cpu ? 1 : groupSize))")
            code.add("out\(history)[\(loop.row(0) * size)l + e] = in\(number)[e];")
        }
        if target.style == .gpu, loop.states.contains(where: { $0.history != nil }) { code.add(Self.barrier) }
    }

    /// Declares `x0`, … and `y0`, …, where this iteration's inputs and outputs are.
    private func addPlaces(_ code: inout CodeWriter, _ memory: LoopMemory, packed: Int) {
        func declare(input number: Int, _ text: String) {
            let type = InstructionTable.memoryType(loop.body.inputs[number].scalarType)
            code.add("__global const \(type) *x\(number) = \(text);")
        }
        func declare(output number: Int, _ text: String) {
            let type = InstructionTable.memoryType(loop.body.outputs[number].scalarType)
            code.add("__global \(type) *y\(number) = \(text);")
        }
        func place(_ slot: Program.Slot, _ offset: String) -> String {
            "(__global \(InstructionTable.memoryType(slot.scalarType)) *)(scratch + \(offset))"
        }
        declare(input: 0, "in\(packing.first) + row")
        for (number, state) in loop.states.enumerated() {
            let slot = loop.body.outputs[number]
            let size = slot.shape.count
            let places = memory.states[number]
            let last = state.final.map { "out\($0)" } ?? place(slot, "\(places.even)")
            if let history = state.history {
                declare(input: 1 + number, "out\(history) + row * \(size)")
                let next = "out\(history) + (row \(loop.isReversed ? "-" : "+") 1) * \(size)"
                declare(output: number, "t == \(loop.count - 1) ? \(last) : \(next)")
            } else {
                let read = place(slot, "(t % 2 == 0 ? \(places.even) : \(places.odd))")
                let written = place(slot, "(t % 2 == 0 ? \(places.odd) : \(places.even))")
                declare(input: 1 + number, "t == 0 ? in\(number) : \(read)")
                declare(
                    output: number,
                    state.final.map { "t == \(loop.count - 1) ? out\($0) : \(written)" } ?? written)
            }
        }
        for number in loop.states.count..<inputTypes.count {
            let body = 1 + number
            if number >= packing.first {
                let offset = packed + packing.places[number - packing.first]
                declare(input: body, place(loop.body.inputs[body], "\(offset)"))
                continue
            }
            let isScanned = number < loop.firstCaptured
            declare(
                input: body,
                isScanned ? "in\(number) + row * \(loop.body.inputs[body].shape.count)" : "in\(number)")
        }
        for (number, output) in loop.collected.enumerated() {
            let body = loop.states.count + number
            let slot = loop.body.outputs[body]
            declare(
                output: body,
                output.map { "out\($0) + row * \(slot.shape.count)" }
                    ?? place(slot, "\(memory.collected[number])"))
        }
    }

    static let barrier = "barrier(CLK_GLOBAL_MEM_FENCE);"

    /// Where a buffer of the body is, as a pointer of some type.
    static func place(_ reference: Program.BufferReference) -> String {
        switch reference {
        case .input(let index): "x\(index)"
        case .output(let index): "y\(index)"
        case .arena(let offset, _): "(arena + \(offset))"
        }
    }
}
