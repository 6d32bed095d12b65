import GannetAssembler
import GannetCompiler
import GannetGraph
import Synchronization

/// Computes an expression a block at a time in machine code of its own: one loop over the block with all values in
/// registers.
///
/// What the loop does not do, it finds in the frame, where the steps of a ``BlockInterpreter`` have put it. The results are
/// those of the interpreter, bit by bit but for NaN's, unless there are functions in it, which round less often. The first
/// blocks are computed by both to see that.
final class NativeEvaluator: BlockEvaluator {
    package let frameByteCount: Int
    package let cost: Int

    let expression: Expression
    let inputTypes: [ScalarType]
    let givesResult: Bool
    private let prelude: BlockInterpreter
    private let streams: FrozenArray<NativeStream>
    private let spreads: FrozenArray<NativeStream>
    private let stores: FrozenArray<NativePlan.Store>
    private let bounces: FrozenArray<Bounce>
    let result: (slot: Int, home: Int)?
    let hot: FrozenArray<Hot>
    private let noise: NoiseCode
    let code: Code
    let lanes: Int
    private let vectorsAtATime: Int
    /// Where the frame has room for what lines need: two words for each stream.
    let linesHome: Int
    /// Whether lines of any length can be computed at once.
    let canTakeLines: Bool
    /// Where functions round less often than those of the interpreter: the code with whose they do not.
    let exact: Code?
    private let views: [PreparedView?]
    let state = Atomic<UInt8>(0)
    /// Held while the code that is used is chosen.
    let choice = Guarded(())

    /// Machine code and the function in it.
    struct Code: Sendable {
        let pages: MachineCode
        let function: VectorCode.Function

        init(_ bytes: [UInt8]) throws {
            pages = try MachineCode(bytes)
            function = pages.function(as: VectorCode.Function.self)
        }
    }

    /// What every block needs, without references to count.
    struct Hot: BitwiseCopyable, @unchecked Sendable {
        var streams: UnsafePointer<NativeStream>
        var streamCount: Int
        var spreads: UnsafePointer<NativeStream>
        var spreadCount: Int
        var stores: UnsafePointer<NativePlan.Store>
        var storeCount: Int
        var hasPrelude: Bool
        var lanes: Int
        var resultSlot: Int
        var resultHome: Int?
        var noise: NoiseCode
        var function: VectorCode.Function
    }

    /// Whether the code was found to be wrong, or too different from the interpreter.
    var isRejected: Bool { state.load(ordering: .relaxed) & (Seen.wrong | Seen.inexact) != 0 }

    /// What ``state`` has bits for: which parts of the code were right, and that one was wrong.
    enum Seen {
        static let several: UInt8 = 1
        static let single: UInt8 = 2
        static let tail: UInt8 = 4
        static let wrong: UInt8 = 8
        /// The code that rounds less often gave numbers that are too different.
        static let inexact: UInt8 = 16
        /// It is known which code is used, where there are two.
        static let chosen: UInt8 = 32
    }

    /// Where a part of a vector is read or written for, instead of the place that has not room for a whole vector.
    private struct Bounce: BitwiseCopyable {
        var slot: Int
        var home: Int
        var elementByteCount: Int
        var isStore: Bool
    }

    /// Compiles `expression`, whose inputs have the given types; nil where that is not worth it.
    init?(
        _ expression: Expression, inputTypes: [ScalarType], givesResult: Bool, instructionSet: InstructionSet,
        noise: NoiseCode
    ) throws {
        let hasMasks = instructionSet == .avx512
        guard
            let plan = NativePlan(
                expression, inputTypes: inputTypes, givesResult: givesResult, hasMasks: hasMasks,
                fuses: true)
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
                        isStore: number >= firstStore)
                })
        linesHome = layout.append(plan.streams.count * 16)
        let assembled = try VectorCode.assemble(
            plan.finishedProgram, streams: plan.vectorStreams, firstSpill: layout.byteCount)
        vectorsAtATime = assembled.vectorsAtATime
        code = try Code(assembled.code)
        var frameByteCount = assembled.frameByteCount
        if plan.program.instructions.contains(where: \.operation.isFused),
            let other = NativePlan(
                expression, inputTypes: inputTypes, givesResult: givesResult, hasMasks: hasMasks, fuses: false
            )
        {
            // The frames differ in no more than the room for what registers have not.
            let assembled = try VectorCode.assemble(
                other.finishedProgram, streams: other.vectorStreams, firstSpill: layout.byteCount, most: 1)
            frameByteCount = max(frameByteCount, assembled.frameByteCount)
            exact = try Code(assembled.code)
        } else {
            exact = nil
        }
        self.frameByteCount = frameByteCount
        prelude = BlockInterpreter(plan.builder)
        cost = plan.cost + plan.builder.cost
        spreads = FrozenArray(plan.streams.filter(\.isSpread))
        streams = FrozenArray(plan.streams.filter { !$0.isSpread })
        stores = FrozenArray(plan.stores)
        result = plan.result
        hot = FrozenArray([
            Hot(
                streams: streams.base, streamCount: streams.count, spreads: spreads.base,
                spreadCount: spreads.count, stores: stores.base,
                storeCount: stores.count, hasPrelude: prelude.steps.count > 0, lanes: lanes,
                resultSlot: plan.result?.slot ?? 0, resultHome: plan.result?.home, noise: noise,
                function: code.function)
        ])
        views = plan.builder.preparedViews
        canTakeLines =
            prelude.steps.count == 0 && plan.result == nil
            && plan.streams.allSatisfy {
                switch $0.form {
                case .words, .normals: false
                default: true
                }
            }
    }

    package func begin(_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers) {
        prelude.begin(frame, buffers)
        for index in 0..<streams.count { streams.base[index].begin(frame) }
    }

    @discardableResult
    package func evaluate(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) -> UnsafeRawPointer {
        // A copy would be waited for.
        let hot = hot.base
        if hot.pointee.spreadCount == 0 {
            evaluatePiece(frame, from: start, count: count, accumulator, at: 0)
        } else {
            // Spread streams have one value in each piece.
            let buffers = frame.load(as: KernelBuffers.self)
            var done = 0
            while done < count {
                let length = spread(frame, buffers, from: start + done, atMost: count - done)
                evaluatePiece(
                    frame, from: start + done, count: length, accumulator.map { $0 + done * 4 }, at: done)
                done += length
            }
        }
        return UnsafeRawPointer(frame + (result?.home ?? 0))
    }

    /// Puts the spread streams' values at element `start` in the frame, and returns for how many elements they stay, at
    /// most `limit`.
    func spread(
        _ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int, atMost limit: Int
    ) -> Int {
        var length = limit
        for index in 0..<spreads.count {
            length = min(length, spreads.base[index].spread(frame, buffers, from: start))
        }
        return length
    }

    /// Computes a part of a block, from element `place` of it on, in which spread streams have the values that the frame
    /// has; by the interpreter too, if a part of the code runs for the first time.
    private func evaluatePiece(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, _ accumulator: UnsafeRawPointer?,
        at place: Int
    ) {
        let kinds = kinds(count)
        let seen = state.load(ordering: .relaxed)
        if seen & Seen.inexact != 0, let exact {
            run(exact.function, frame, from: start, count: count, accumulator, at: place)
        } else if let exact, seen & Seen.chosen == 0 {
            choice.withLock { _ in choose(exact, frame, from: start, count: count, accumulator) }
            evaluatePiece(frame, from: start, count: count, accumulator, at: place)
        } else if kinds & ~seen | seen & Seen.wrong != 0 {
            check(frame, from: start, count: count, accumulator, at: place, kinds, seen)
        } else {
            run(hot.base.pointee.function, frame, from: start, count: count, accumulator, at: place)
        }
    }

    /// The parts of the code that so many elements need.
    @inline(__always)
    func kinds(_ count: Int) -> UInt8 {
        let vectors = count >> (lanes == 16 ? 4 : 3)
        var kinds = count & (lanes - 1) != 0 ? Seen.tail : 0
        if vectors >= vectorsAtATime { kinds |= Seen.several }
        // They are a power of two.
        if vectors & (vectorsAtATime - 1) != 0 { kinds |= Seen.single }
        return kinds
    }

    @inline(__always)
    static func table(_ frame: UnsafeMutableRawPointer) -> UnsafeMutablePointer<
        UnsafeMutableRawPointer
    > {
        (frame + BlockInterpreter.headerByteCount).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    }

    /// Computes a part of a block natively.
    func run(
        _ function: VectorCode.Function, _ frame: UnsafeMutableRawPointer, from start: Int, count: Int,
        _ accumulator: UnsafeRawPointer?, at place: Int
    ) {
        // A copy would be waited for.
        let hot = hot.base
        let buffers = frame.load(as: KernelBuffers.self)
        let table = Self.table(frame)
        if hot.pointee.hasPrelude {
            prelude.runSteps(frame, from: start, count: count, accumulator: accumulator)
        }
        for index in 0..<hot.pointee.streamCount {
            let stream = hot.pointee.streams + index
            table[stream.pointee.slot] = stream.pointee.address(
                frame, buffers, from: start, count: count, hot.pointee.noise)
        }
        for index in 0..<hot.pointee.storeCount {
            let store = hot.pointee.stores[index]
            table[store.slot] = buffers.outputs[store.output] + start * store.elementByteCount
        }
        if let home = hot.pointee.resultHome { table[hot.pointee.resultSlot] = frame + home + place * 4 }
        let whole = count & ~(hot.pointee.lanes - 1)
        let rest = count - whole
        if hot.pointee.lanes == 16 {
            function(frame, whole, (1 << rest) - 1)
        } else {
            if whole > 0 { function(frame, whole, 0) }
            if rest > 0 { finish(frame, from: whole, count: rest, function) }
        }
    }

    /// Computes the part of a vector at the end of a block, of copies: nothing behind the block is read or written.
    private func finish(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int,
        _ function: VectorCode.Function
    ) {
        let table = Self.table(frame)
        for index in 0..<bounces.count {
            let bounce = bounces.base[index]
            let place = table[bounce.slot] + start * bounce.elementByteCount
            table[bounce.slot] = frame + bounce.home
            if bounce.isStore {
                (frame + bounce.home + 32).storeBytes(of: place, as: UnsafeMutableRawPointer.self)
            } else {
                (frame + bounce.home).copyMemory(from: place, byteCount: count * bounce.elementByteCount)
            }
        }
        function(frame, lanes, 0)
        for index in 0..<bounces.count where bounces.base[index].isStore {
            let bounce = bounces.base[index]
            (frame + bounce.home + 32).load(as: UnsafeMutableRawPointer.self)
                .copyMemory(from: frame + bounce.home, byteCount: count * bounce.elementByteCount)
        }
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
