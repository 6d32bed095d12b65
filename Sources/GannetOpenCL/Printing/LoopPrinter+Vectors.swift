import GannetCompiler
import GannetGraph

/// The CPU style: the kernels of the body's calls become functions, which the one work-item calls for each of
/// their work-items in turn.
extension LoopPrinter {
    func vectorCalls() -> Calls? {
        var calls = Calls()
        let numbers = packing.first
        var names: [String: String] = [:]
        let scratch = (loop.body.arenaByteCount + 255) / 256 * 256
        calls.byteCount = scratch
        for call in loop.body.calls {
            guard let plan = ProgramSource.plan(call, target: target) else { return nil }
            calls.functions.formUnion(plan.functions)
            calls.byteCount = max(calls.byteCount, scratch + plan.scratchByteCount)
            for kernel in plan.kernels {
                guard let function = Self.function(kernel.text) else { return nil }
                let name = names[kernel.text] ?? "\(KernelPlan.name)_\(names.count)"
                if names.updateValue(name, forKey: kernel.text) == nil {
                    calls.text += function.replacing(KernelPlan.name, with: name)
                }
                let arguments = zip(kernel.buffers, kernel.types).map { buffer, type in
                    let place =
                        switch buffer {
                        case .input(let index): Self.place(call.inputs[index])
                        case .output(let index): Self.place(call.outputs[index])
                        case .scratch(let offset): "(arena + \(scratch + offset))"
                        case .numbers: "in\(numbers)"
                        }
                    return "(__global \(InstructionTable.memoryType(type)) *)\(place), 0"
                }
                let parameters = (["each"] + arguments).joined(separator: ", ")
                calls.lines.append(
                    "for (ulong each = 0; each < \(kernel.global.reduce(1, *)); each++) \(name)(\(parameters));"
                )
            }
        }
        return calls
    }

    /// A kernel of one work-item a group as a function that is told which work-item it is.
    private static func function(_ text: String) -> String? {
        let head = "__kernel __attribute__((reqd_work_group_size(1, 1, 1)))\nvoid \(KernelPlan.name)("
        guard text.contains(head) else { return nil }
        let function =
            text
            .replacing(head, with: "static void \(KernelPlan.name)(const ulong workItem, ")
            .replacing("get_global_id(0)", with: "workItem")
        return ["get_global_id", "get_group_id", "get_local_id"].contains(where: function.contains)
            ? nil : function
    }
}
