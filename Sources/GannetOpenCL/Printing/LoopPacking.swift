import GannetCompiler
import GannetGraph

/// Captured inputs of a loop that are more than a kernel may have arguments: the last of them are copied into the loop's
/// scratch memory by kernels before it.
struct LoopPacking {
    /// The kernel inputs from this number on are packed.
    let first: Int
    /// Where each of them is, in bytes from the beginning of the packed memory.
    private(set) var places: [Int] = []
    /// The size of all of them.
    private(set) var byteCount = 0
    private let slots: ArraySlice<Program.Slot>

    /// Packs as many inputs of a loop as its `bufferCount` buffers are too many, or all that are captured where those are fewer.
    init(_ loop: Kernel.Loop, bufferCount: Int) {
        // Before the body's inputs stands the index.
        let inputs = loop.body.inputs.dropFirst()
        let surplus = max(0, bufferCount - LoopSize.mostBuffers)
        first = inputs.count - min(surplus, inputs.count - loop.firstCaptured)
        slots = inputs.suffix(inputs.count - first)
        for slot in slots {
            places.append(byteCount)
            byteCount += (slot.byteCount + 255) / 256 * 256
        }
    }

    /// The kernels that copy the inputs to `offset` of the scratch memory.
    func kernels(target: KernelTarget, groupSize: Int, offset: Int) -> [KernelPlan] {
        let local = target.style == .cpu ? 1 : groupSize
        let each = LoopSize.mostBuffers - 1
        let all = Array(zip(slots, places))
        return stride(from: 0, to: all.count, by: each).map { start in
            let part = all[start..<min(start + each, all.count)]
            let types = part.map(\.0.scalarType)
            var code = CodeWriter()
            code.add(KernelSignature(inputTypes: types, outputTypes: [.bool], local: [local]).head())
            code.add("const int item = \(target.style == .cpu ? "0" : "(int)get_local_id(0)");")
            for (number, (slot, place)) in part.enumerated() {
                let type = InstructionTable.memoryType(slot.scalarType)
                code.add("for (int e = item; e < \(slot.shape.count); e += \(local))")
                code.add("((__global \(type) *)(out0 + \(place)))[e] = in\(number)[e];")
            }
            code.add("}")
            return KernelPlan(
                text: code.text,
                buffers: part.indices.map { .input(first + $0) } + [.scratch(offset)],
                types: types + [.bool], global: [local], local: [local])
        }
    }
}
