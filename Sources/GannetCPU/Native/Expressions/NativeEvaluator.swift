import GannetAssembler
import GannetCompiler
import GannetGraph
import Synchronization

/// Computes an expression a block at a time in machine code of its own: one loop over the block with all values in
/// registers.
///
/// What the loop does not do, it finds in the frame, where the steps of a ``BlockInterpreter`` have put it. The results are
/// those of the interpreter, bit by bit but for those of NaN; the first blocks are computed by both to see that.
final class NativeEvaluator: BlockEvaluator {
    let frameByteCount: Int
    let cost: Int

    private let expression: Expression
    private let inputTypes: [ScalarType]
    private let givesResult: Bool
    private let prelude: BlockInterpreter
    private let streams: FrozenArray<NativeStream>
    private let spreads: FrozenArray<NativeStream>
    private let stores: FrozenArray<NativePlan.Store>
    private let bounces: FrozenArray<Bounce>
    private let result: (slot: Int, home: Int)?
    private let noise: NoiseCode
    private let code: MachineCode
    private let function: VectorCode.Function
    private let lanes: Int
    private let views: [PreparedView?]
    private let state = Atomic<UInt8>(0)

    /// What ``state`` has bits for: which kinds of blocks were right, and that one was wrong.
    private enum Seen {
        static let whole: UInt8 = 1
        static let tail: UInt8 = 2
        static let wrong: UInt8 = 4
    }

    /// Where a part of a vector is read or written for, instead of the place that has not room for a whole vector.
    private struct Bounce: BitwiseCopyable {
        var slot: Int
        var home: Int
        var elementByteCount: Int
        var isStore: Bool
        var isSpread: Bool
    }

    /// Compiles `expression`, whose inputs have the given types; nil where that is not worth it.
    init?(
        _ expression: Expression, inputTypes: [ScalarType], givesResult: Bool, instructionSet: InstructionSet,
        noise: NoiseCode
    ) throws {
        let hasMasks = instructionSet == .avx512
        guard
            let plan = NativePlan(
                expression, inputTypes: inputTypes, givesResult: givesResult, hasMasks: hasMasks)
        else { return nil }
        self.expression = expression
        self.inputTypes = inputTypes
        self.givesResult = givesResult
        self.noise = noise
        lanes = hasMasks ? 16 : 8
        let firstStore = plan.vectorStreams.count - plan.stores.count - (plan.result == nil ? 0 : 1)
        var layout = ScratchLayout()
        _ = layout.append(plan.builder.frameByteCount)
        bounces = FrozenArray(
            hasMasks
                ? []
                : plan.vectorStreams.enumerated().map { number, stream in
                    Bounce(
                        slot: stream.slot, home: layout.append(64), elementByteCount: stream.elementByteCount,
                        isStore: number >= firstStore, isSpread: stream.isSpread)
                })
        let assembled = try VectorCode.assemble(
            plan.finishedProgram, streams: plan.vectorStreams, firstSpill: layout.byteCount)
        frameByteCount = assembled.frameByteCount
        code = try MachineCode(assembled.code)
        function = code.function(as: VectorCode.Function.self)
        prelude = BlockInterpreter(plan.builder)
        cost = plan.cost + plan.builder.cost
        spreads = FrozenArray(plan.streams.filter { $0.form == .spread })
        streams = FrozenArray(plan.streams.filter { $0.form != .spread })
        stores = FrozenArray(plan.stores)
        result = plan.result
        views = plan.builder.preparedViews
    }

    func begin(_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers) {
        prelude.begin(frame, buffers)
        for index in 0..<streams.count { streams.base[index].begin(frame) }
    }

    @discardableResult
    func evaluate(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) -> UnsafeRawPointer {
        let kinds = (count >= lanes ? Seen.whole : 0) | (count % lanes != 0 ? Seen.tail : 0)
        let seen = state.load(ordering: .relaxed)
        if seen & (kinds | Seen.wrong) != kinds {
            check(frame, from: start, count: count, accumulator: accumulator, kinds, seen)
        } else {
            run(frame, from: start, count: count, accumulator: accumulator)
        }
        return UnsafeRawPointer(frame + (result?.home ?? 0))
    }

    private func table(_ frame: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
        (frame + BlockInterpreter.headerByteCount).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    }

    private func run(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) {
        let buffers = frame.load(as: KernelBuffers.self)
        let table = table(frame)
        prelude.runSteps(frame, from: start, count: count, accumulator: accumulator)
        for index in 0..<streams.count {
            let stream = streams.base + index
            table[stream.pointee.slot] = stream.pointee.address(
                frame, buffers, from: start, count: count, noise)
        }
        var spreadStep = 0
        if spreads.count > 0 { spreadStep = spread(frame, buffers, from: start, count: count) }
        for index in 0..<stores.count {
            let store = stores.base[index]
            table[store.slot] = buffers.outputs[store.output] + start * store.elementByteCount
        }
        if let result { table[result.slot] = frame + result.home }
        let whole = count & ~(lanes - 1)
        let rest = count - whole
        if lanes == 16 {
            function(frame, whole, (1 << rest) - 1, spreadStep)
        } else {
            if whole > 0 { function(frame, whole, 0, spreadStep) }
            if rest > 0 { finish(frame, from: whole, count: rest, spreadStep) }
        }
    }

    /// Aims the spread streams at one vector each, or where that does not do for all, at elements that are copied one
    /// by one; tells what a vector adds to their index.
    private func spread(
        _ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int, count: Int
    ) -> Int {
        let table = table(frame)
        var areSpread = true
        for index in 0..<spreads.count {
            let stream = spreads.base + index
            table[stream.pointee.slot] = frame + stream.pointee.home + 64
            areSpread = areSpread && stream.pointee.spread(frame, buffers, from: start, count: count)
        }
        if areSpread { return 0 }
        for index in 0..<spreads.count {
            let stream = spreads.base + index
            table[stream.pointee.slot] = stream.pointee.address(
                frame, buffers, from: start, count: count, noise)
        }
        return lanes
    }

    /// Computes the part of a vector at the end of a block, of copies: nothing behind the block is read or written.
    private func finish(_ frame: UnsafeMutableRawPointer, from start: Int, count: Int, _ spreadStep: Int) {
        let table = table(frame)
        for index in 0..<bounces.count {
            let bounce = bounces.base[index]
            if bounce.isSpread, spreadStep == 0 { continue }
            let place = table[bounce.slot] + start * bounce.elementByteCount
            table[bounce.slot] = frame + bounce.home
            if bounce.isStore {
                (frame + bounce.home + 32).storeBytes(of: place, as: UnsafeMutableRawPointer.self)
            } else {
                (frame + bounce.home).copyMemory(from: place, byteCount: count * bounce.elementByteCount)
            }
        }
        function(frame, lanes, 0, spreadStep)
        for index in 0..<bounces.count where bounces.base[index].isStore {
            let bounce = bounces.base[index]
            (frame + bounce.home + 32).load(as: UnsafeMutableRawPointer.self)
                .copyMemory(from: frame + bounce.home, byteCount: count * bounce.elementByteCount)
        }
    }
}

extension NativeEvaluator {
    /// Computes a block with the interpreter, then natively, and sees whether both are the same. What the interpreter
    /// computed stays if not.
    private func check(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?,
        _ kinds: UInt8, _ seen: UInt8
    ) {
        let interpreter = BlockInterpreter(expression, inputTypes: inputTypes, givesResult: givesResult)
        let buffers = frame.load(as: KernelBuffers.self)
        let reference = ReferenceBlock(
            interpreter, expression, buffers, from: start, count: count, accumulator: accumulator)
        if seen & Seen.wrong == 0 {
            run(frame, from: start, count: count, accumulator: accumulator)
            if reference.agrees(with: buffers, result: result.map { UnsafeRawPointer(frame + $0.home) }) {
                state.bitwiseOr(kinds, ordering: .relaxed)
                return
            }
            if state.bitwiseOr(Seen.wrong, ordering: .relaxed).oldValue & Seen.wrong == 0 {
                Tier.note(
                    "the machine code of an expression gave wrong numbers; the expression is interpreted.")
            }
        }
        reference.write(to: buffers, result: result.map { frame + $0.home })
    }
}

extension VectorStream {
    /// The slot of the frame's table that has the address.
    fileprivate var slot: Int {
        guard case .pointer(let offset) = place else { fatalError("NativeEvaluator: the stream has no slot") }
        return (offset - BlockProgramBuilder.tableOffset(slot: 0))
            / MemoryLayout<UnsafeMutableRawPointer>.stride
    }
}
