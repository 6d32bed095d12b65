import GannetCompiler
import GannetGraph

/// Where a loop keeps what it needs for itself, in bytes from the beginning of its scratch memory.
struct LoopMemory {
    /// Two places of a state: it is read at place t mod 2 in iteration t and written to the other. Iteration 0
    /// reads the kernel's input, the last iteration writes to the kernel's output if there is one. A state with a
    /// history lives in the history's rows; the places are then the same, and take what nobody wants.
    struct StatePlaces: Hashable {
        var even: Int
        var odd: Int
    }

    /// The places of each state.
    private(set) var states: [StatePlaces] = []
    /// For each collected row a place for it, used where nobody wants it.
    private(set) var collected: [Int] = []
    /// The body's own memory.
    private(set) var body = 0
    /// The size of all this, without what the body needs.
    private(set) var byteCount = 0

    init(_ loop: Kernel.Loop) {
        for (state, slot) in zip(loop.states, loop.body.outputs) {
            let isEverWritten = state.history == nil || state.final == nil
            let even = isEverWritten ? place(slot.byteCount) : 0
            let odd = state.history == nil ? place(slot.byteCount) : even
            states.append(StatePlaces(even: even, odd: odd))
        }
        for (wanted, slot) in zip(loop.collected, loop.body.outputs.dropFirst(loop.states.count)) {
            collected.append(wanted == nil ? place(slot.byteCount) : 0)
        }
        body = byteCount
    }

    private mutating func place(_ size: Int) -> Int {
        defer { byteCount += (size + 255) / 256 * 256 }
        return byteCount
    }
}

extension Kernel.Loop {
    /// The index of iteration number `t`.
    func row(_ t: Int) -> Int { isReversed ? count - 1 - t : t }
    /// The kernel input that holds captured value 0; scanned inputs and states come before it.
    var firstCaptured: Int { states.count + scannedCount }
}
