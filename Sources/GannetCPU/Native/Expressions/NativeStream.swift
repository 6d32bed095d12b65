import GannetCompiler
import GannetGraph

/// How a native loop gets at elements that come from a view or a random stream: each block, their address is put into
/// the frame's table. Where they do not lie one after another, they are first copied to the frame.
struct NativeStream: BitwiseCopyable, Sendable {
    /// How the elements of a block are found.
    enum Form: Equatable {
        /// They are those of the input from `offset` on.
        case contiguous(offset: Int)
        /// They mostly lie one after another within a block.
        case ramp
        /// They are one and the same for so many indices.
        case spread(extent: Int)
        /// They repeat after `period` elements, for `run` elements; where a run begins, others may come.
        case periodic(period: Int, run: Int)
        /// Random words from number `offset` on, or the normal numbers that they stand for.
        case words(offset: Int)
        case normals(offset: Int)
    }

    var form: Form
    /// Where the address goes.
    var slot: Int
    /// The input with the elements, or with the key of a random stream.
    var input: Int
    /// The type of the elements.
    var type: ScalarType
    var walk: ViewWalk?
    /// Where the frame has room: a word that says what is there, behind it, a cache line further on, the elements.
    var home = 0

    /// The bytes of an element: 1, 2 or 4.
    var elementByteCount: Int { type.byteCount }

    /// Whether the frame has, instead of an address, the one value of a part of a block.
    var isSpread: Bool { if case .spread = form { true } else { false } }

    /// The longest period, in elements, that is kept.
    static let longestPeriod = 512
    /// Runs and rows shorter than this are walked over.
    static let shortestRun = 192

    /// The form of the stream of a load through `view`.
    static func form(_ view: PreparedView) -> Form {
        if case .contiguous(let offset) = view.form { return .contiguous(offset: offset) }
        let walk = view.walk
        guard walk.stageCount == 1 else { return .ramp }
        let axes = UnsafeBufferPointer(
            start: walk.axes + walk.stages[0].firstAxis, count: walk.stages[0].axisCount)
        let inner = axes[axes.count - 1]
        if inner.extent >= shortestRun, !inner.isBounded {
            if inner.stride == 0 { return .spread(extent: inner.extent) }
            if inner.stride == 1 { return .ramp }
        }
        var period = 1
        for axis in axes.reversed() {
            if axis.stride == 0, !axis.isBounded, period > 1, axis.extent * period >= 2 * Tier.blockLength {
                return .periodic(period: period, run: axis.extent * period)
            }
            period *= axis.extent
            if period > longestPeriod { break }
        }
        return .ramp
    }

    /// The room that the stream needs in the frame.
    var homeByteCount: Int {
        switch form {
        case .contiguous: 0
        case .spread: 64
        case .ramp: 64 + Tier.blockLength * elementByteCount + 64
        case .periodic(let period, _): 64 + (Tier.blockLength + period) * elementByteCount + 64
        case .words, .normals: 64 + (Tier.blockLength + 128) * 4 + 64
        }
    }
}

extension NativeStream {
    /// Makes the frame ready for the first block of a call.
    @inline(__always)
    func begin(_ frame: UnsafeMutableRawPointer) {
        if case .contiguous = form { return }
        if isSpread { return }
        (frame + home).storeBytes(of: -1, as: Int.self)
    }

    /// The address of the `count` elements from index `start` on, of a stream that is not spread.
    @inline(__always)
    func address(
        _ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int, count: Int,
        _ noise: NoiseCode
    ) -> UnsafeMutableRawPointer {
        let source = buffers.inputs[input]
        let memory = frame + home + 64
        switch form {
        case .contiguous(let offset): return source + (offset + start) * elementByteCount
        case .spread, .ramp:
            if let ramp = walk!.rampPosition(from: start, count: count), ramp.stride == 1 {
                return source + ramp.position * elementByteCount
            }
            copy(from: source, to: memory, from: start, count: count)
            return memory
        case .periodic(let period, let run):
            let number = start / run
            let first = start - number * run
            guard first + count <= run else {
                (frame + home).storeBytes(of: -1, as: Int.self)
                copy(from: source, to: memory, from: start, count: count)
                return memory
            }
            if (frame + home).load(as: Int.self) != number {
                copy(from: source, to: memory, from: number * run, count: period)
                repeatPeriod(memory, period)
                (frame + home).storeBytes(of: number, as: Int.self)
            }
            return memory + first % period * elementByteCount
        case .words(let offset):
            let key = source.loadUnaligned(as: SIMD4<UInt32>.self)
            return noise.words(memory, from: offset + start, count: count, key: key)
        case .normals(let offset):
            let key = source.loadUnaligned(as: SIMD4<UInt32>.self)
            return noise.normals(memory, from: offset + start, count: count, key: key)
        }
    }

    /// Puts the value of a spread stream at index `start` where the loop reads it, and tells for how many indices it holds.
    @inline(__always)
    func spread(_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int) -> Int {
        guard case .spread(let extent) = form else { return .max }
        var word: UInt32 = 0
        if let ramp = walk!.rampPosition(from: start, count: 1) {
            word = self.word(buffers.inputs[input] + ramp.position * elementByteCount)
        }
        (frame + home).storeBytes(of: Words(repeating: word), as: Words.self)
        return extent - start % extent
    }

    /// Lines of elements: the address of the first one's first, what a step from one line to the next adds to it, in elements, and
    /// for how many lines.
    struct Lines {
        var address: UnsafeMutableRawPointer
        var step: Int
        var count: Int
    }

    /// The lines of `length` indices each, the first of which begins at `start`; nil where its elements do not lie one after
    /// another, or, of a spread stream, are not one and the same.
    @inline(__always)
    func lines(
        _ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int, length: Int,
        _ noise: NoiseCode
    ) -> Lines? {
        let source = buffers.inputs[input]
        switch form {
        case .contiguous(let offset):
            return Lines(address: source + (offset + start) * elementByteCount, step: length, count: .max)
        case .spread, .ramp:
            let stride = isSpread ? 0 : 1
            guard let line = walk!.lineStep(from: start, length: length, strides: stride...stride) else {
                return nil
            }
            return Lines(
                address: source + line.position * elementByteCount, step: line.step, count: line.count)
        case .periodic(let period, let run):
            // All lines begin at the same place of the period.
            guard length.isMultiple(of: period), length <= Tier.blockLength else { return nil }
            let count = (run - start % run) / length
            if count == 0 { return nil }
            return Lines(
                address: address(frame, buffers, from: start, count: length, noise), step: 0, count: count)
        case .words, .normals: return nil
        }
    }

    /// Puts the value of a spread stream at an address where the loop reads it.
    @inline(__always)
    func spread(_ frame: UnsafeMutableRawPointer, _ element: UnsafeRawPointer) {
        (frame + home).storeBytes(of: Words(repeating: word(element)), as: Words.self)
    }

    @inline(__always)
    private func word(_ element: UnsafeRawPointer) -> UInt32 {
        switch type {
        case .float32, .int32, .uint32: element.loadUnaligned(as: UInt32.self)
        case .float16: StoredFloat16.widened(element.loadUnaligned(as: UInt16.self))
        case .bfloat16: StoredBFloat16.widened(element.loadUnaligned(as: UInt16.self))
        case .bool: StoredMask.widened(element.load(as: UInt8.self))
        }
    }

    /// Copies elements as they are; zeros in padding.
    private func copy(
        from source: UnsafeMutableRawPointer, to memory: UnsafeMutableRawPointer, from start: Int, count: Int
    ) {
        switch elementByteCount {
        case 4: copy(UInt32.self, source, memory, from: start, count: count)
        case 2: copy(UInt16.self, source, memory, from: start, count: count)
        default: copy(UInt8.self, source, memory, from: start, count: count)
        }
    }

    @inline(__always)
    private func copy<Bits: FixedWidthInteger>(
        _ type: Bits.Type, _ source: UnsafeMutableRawPointer, _ memory: UnsafeMutableRawPointer,
        from start: Int, count: Int
    ) {
        var sink = PlainLoad<Bits>(
            source: source.assumingMemoryBound(to: Bits.self),
            destination: memory.assumingMemoryBound(to: Bits.self))
        walk!.run(from: start, count: count, &sink)
    }

    /// Repeats the first `period` elements.
    private func repeatPeriod(_ memory: UnsafeMutableRawPointer, _ period: Int) {
        var filled = period * elementByteCount
        let end = (Tier.blockLength + period) * elementByteCount
        while filled < end {
            let length = min(filled, end - filled)
            (memory + filled).copyMemory(from: memory, byteCount: length)
            filled += length
        }
    }
}
