import GannetCompiler
import GannetGraph

/// Computes an expression a block at a time: each instruction is one loop over registers that stay in the
/// nearest cache.
///
/// Values that are the same at every index are computed once a frame, as a single vector. Loads of contiguous
/// elements point into the buffer and copy nothing.
final class BlockInterpreter: BlockEvaluator {
    /// One instruction with its operands resolved to slots of the frame's table of addresses.
    struct Step: BitwiseCopyable, Sendable {
        var operation: BlockOperation
        var d: Int
        var a = 0
        var b = 0
        var c = 0
        var stepA = 0
        var stepB = 0
        var stepC = 0
        /// Where the frame has the register of the result.
        var home = 0
        var input = 0
        var rows = 0
        var rowStride = 0
        /// What a gather gives where there is no such row.
        var missing: UInt32 = 0
        var walk: ViewWalk?
        /// Where a contiguous load begins; nil for other walks.
        var contiguousOffset: Int?
    }

    /// One value to be written.
    struct Store: BitwiseCopyable, Sendable {
        var slot: Int
        var step: Int
        var output: Int
        var type: ScalarType
    }

    /// A constant and the slot that holds it.
    struct Constant: BitwiseCopyable, Sendable {
        var slot: Int
        var home: Int
        var bits: UInt32
    }

    /// What the frame begins with: the buffers of the call, before the table of addresses.
    static let headerByteCount = 64

    package let frameByteCount: Int
    package let cost: Int
    let constants: FrozenArray<Constant>
    let uniformSteps: FrozenArray<Step>
    let steps: FrozenArray<Step>
    let stores: FrozenArray<Store>
    let resultSlot: Int
    private let views: [PreparedView]

    /// Prepares `expression`, whose inputs have the given types.
    convenience init(_ expression: Expression, inputTypes: [ScalarType], givesResult: Bool) {
        var builder = BlockProgramBuilder(expression, inputTypes: inputTypes, givesResult: givesResult)
        builder.build()
        self.init(builder)
    }

    /// Takes what `builder` has built.
    init(_ builder: BlockProgramBuilder) {
        constants = FrozenArray(builder.constants)
        uniformSteps = FrozenArray(builder.uniformSteps)
        steps = FrozenArray(builder.steps)
        stores = FrozenArray(builder.stores)
        resultSlot = builder.resultSlot
        views = builder.views
        frameByteCount = builder.frameByteCount
        cost = builder.cost
    }

    package func valuesInPlace(_ frame: UnsafeMutableRawPointer) -> UnsafeRawPointer? {
        let step = steps.base
        guard steps.count == 1, stores.count == 0, step.pointee.operation == .load,
            step.pointee.d == resultSlot, let offset = step.pointee.contiguousOffset
        else { return nil }
        let buffers = frame.load(as: KernelBuffers.self)
        return UnsafeRawPointer(buffers.inputs[step.pointee.input] + offset * 4)
    }

    @inline(__always)
    private func table(_ frame: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
        (frame + Self.headerByteCount).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    }

    package func begin(_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers) {
        frame.storeBytes(of: buffers, as: KernelBuffers.self)
        let table = table(frame)
        for index in 0..<constants.count {
            let constant = constants.base[index]
            table[constant.slot] = frame + constant.home
            (frame + constant.home).storeBytes(of: Words(repeating: constant.bits), as: Words.self)
        }
        for index in 0..<uniformSteps.count {
            run(uniformSteps.base + index, frame, table, buffers, from: 0, count: 8, accumulator: nil)
        }
    }

    @discardableResult
    package func evaluate(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) -> UnsafeRawPointer {
        let buffers = frame.load(as: KernelBuffers.self)
        let table = table(frame)
        runSteps(frame, from: start, count: count, accumulator: accumulator)
        for index in 0..<stores.count {
            write(stores.base[index], table, buffers, from: start, count: count)
        }
        return UnsafeRawPointer(table[resultSlot])
    }

    /// Computes a block and stores nothing.
    func runSteps(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) {
        let buffers = frame.load(as: KernelBuffers.self)
        let table = table(frame)
        for index in 0..<steps.count {
            run(
                steps.base + index, frame, table, buffers, from: start, count: count, accumulator: accumulator
            )
        }
    }

    @inline(__always)
    private func run(
        _ step: UnsafePointer<Step>, _ frame: UnsafeMutableRawPointer,
        _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ buffers: KernelBuffers, from start: Int,
        count: Int, accumulator: UnsafeRawPointer?
    ) {
        let d = frame + step.pointee.home
        let operation = step.pointee.operation
        switch operation {
        case .accumulator:
            table[step.pointee.d] = UnsafeMutableRawPointer(mutating: accumulator!)
        case .load:
            let source = buffers.inputs[step.pointee.input]
            if let offset = step.pointee.contiguousOffset {
                table[step.pointee.d] = source + (offset + start) * 4
            } else if let ramp = step.pointee.walk!.rampPosition(from: start, count: count), ramp.stride == 1
            {
                table[step.pointee.d] = source + ramp.position * 4
            } else {
                table[step.pointee.d] = d
                var sink = PlainLoad(
                    source: source.assumingMemoryBound(to: UInt32.self),
                    destination: d.assumingMemoryBound(to: UInt32.self))
                step.pointee.walk!.run(from: start, count: count, &sink)
            }
        case .loadMask, .loadFloat16, .loadBFloat16, .position, .isInBounds, .randomBits, .gather,
            .gatherMask,
            .gatherFloat16, .gatherBFloat16:
            table[step.pointee.d] = d
            source(step, table, buffers, d, from: start, count: count)
        default:
            table[step.pointee.d] = d
            operation.run(
                BlockOperation.Operands(
                    count: count, d: d, a: table[step.pointee.a], stepA: step.pointee.stepA,
                    b: table[step.pointee.b], stepB: step.pointee.stepB, c: table[step.pointee.c],
                    stepC: step.pointee.stepC))
        }
    }

    /// The sources that are always copied.
    private func source(
        _ step: UnsafePointer<Step>, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>,
        _ buffers: KernelBuffers, _ d: UnsafeMutableRawPointer, from start: Int, count: Int
    ) {
        let destination = d.assumingMemoryBound(to: UInt32.self)
        let walk = step.pointee.walk!
        switch step.pointee.operation {
        case .loadMask: load(StoredMask.self, step, buffers, destination, from: start, count: count)
        case .loadFloat16: load(StoredFloat16.self, step, buffers, destination, from: start, count: count)
        case .loadBFloat16: load(StoredBFloat16.self, step, buffers, destination, from: start, count: count)
        case .position:
            var sink = PositionLoad(destination: destination)
            walk.run(from: start, count: count, &sink)
        case .isInBounds:
            var sink = BoundsLoad(destination: destination)
            walk.run(from: start, count: count, &sink)
        case .randomBits:
            let key = buffers.inputs[step.pointee.input].loadUnaligned(as: SIMD4<UInt32>.self)
            var sink = RandomLoad(key: key, destination: destination)
            walk.run(from: start, count: count, &sink)
        case .gather: gather(StoredWord.self, step, table, buffers, destination, from: start, count: count)
        case .gatherFloat16:
            gather(StoredFloat16.self, step, table, buffers, destination, from: start, count: count)
        case .gatherBFloat16:
            gather(StoredBFloat16.self, step, table, buffers, destination, from: start, count: count)
        default: gather(StoredMask.self, step, table, buffers, destination, from: start, count: count)
        }
    }

    @inline(__always)
    private func load<Element: StoredElement>(
        _ type: Element.Type, _ step: UnsafePointer<Step>, _ buffers: KernelBuffers,
        _ destination: UnsafeMutablePointer<UInt32>, from start: Int, count: Int
    ) {
        var sink = WideningLoad<Element>(
            source: buffers.inputs[step.pointee.input].assumingMemoryBound(to: Element.Bits.self),
            destination: destination)
        step.pointee.walk!.run(from: start, count: count, &sink)
    }

    @inline(__always)
    private func gather<Element: StoredElement>(
        _ type: Element.Type, _ step: UnsafePointer<Step>,
        _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ buffers: KernelBuffers,
        _ destination: UnsafeMutablePointer<UInt32>, from start: Int, count: Int
    ) {
        var sink = GatherLoad<Element>(
            source: buffers.inputs[step.pointee.input].assumingMemoryBound(to: Element.Bits.self),
            rowIndices: table[step.pointee.a].assumingMemoryBound(to: Int32.self),
            rowIndexStep: step.pointee.stepA / 32, rows: step.pointee.rows,
            rowStride: step.pointee.rowStride, missing: step.pointee.missing, destination: destination)
        step.pointee.walk!.run(from: start, count: count, &sink)
    }

    @inline(__always)
    private func write(
        _ store: Store, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ buffers: KernelBuffers,
        from start: Int, count: Int
    ) {
        let words = UnsafePointer(table[store.slot].assumingMemoryBound(to: UInt32.self))
        switch store.type {
        case .float32, .int32, .uint32:
            write(StoredWord.self, store, words, buffers, from: start, count: count)
        case .bool: write(StoredMask.self, store, words, buffers, from: start, count: count)
        case .float16: write(StoredFloat16.self, store, words, buffers, from: start, count: count)
        case .bfloat16: write(StoredBFloat16.self, store, words, buffers, from: start, count: count)
        }
    }

    @inline(__always)
    private func write<Element: StoredElement>(
        _ type: Element.Type, _ store: Store, _ words: UnsafePointer<UInt32>, _ buffers: KernelBuffers,
        from start: Int, count: Int
    ) {
        let to = buffers.outputs[store.output].assumingMemoryBound(to: Element.Bits.self) + start
        if store.step == 0 {
            to.update(repeating: Element.narrowed(words[0]), count: count)
        } else {
            Element.store(words, to: to, count: count)
        }
    }
}
