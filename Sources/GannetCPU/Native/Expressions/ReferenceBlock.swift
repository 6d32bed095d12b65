import GannetCompiler
import GannetGraph

/// A block that an evaluator has computed into memory of its own, to compare another one with.
struct ReferenceBlock {
    private struct Store {
        var output: Int
        var type: ScalarType
        var memory: HostBuffer
    }

    private var stores: [Store] = []
    private var result: HostBuffer?
    private let resultType: ScalarType?
    private let start: Int
    private let count: Int

    /// Takes what `evaluate` gives for the `count` indices from `start` on, which it computes in a frame of
    /// `frameByteCount` bytes of its own and stores into other outputs than those of `buffers`.
    init(
        _ expression: Expression, _ buffers: KernelBuffers, from start: Int, count: Int, frameByteCount: Int,
        _ evaluate: (_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers) -> UnsafeRawPointer
    ) {
        (self.start, self.count) = (start, count)
        resultType = expression.types.last
        for store in expression.stores {
            let type = expression.types[store.value]
            stores.append(
                Store(
                    output: store.output, type: type,
                    memory: HostBuffer(byteCount: count * type.byteCount + 64)))
        }
        let frame = HostBuffer(byteCount: frameByteCount)
        let outputs = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(
            capacity: (stores.map(\.output).max() ?? 0) + 1)
        defer { outputs.deallocate() }
        for store in stores {
            (outputs + store.output).initialize(to: store.memory.address - start * store.type.byteCount)
        }
        let values = evaluate(frame.address, KernelBuffers(inputs: buffers.inputs, outputs: outputs))
        if stores.isEmpty {
            let copy = HostBuffer(byteCount: count * 4)
            copy.address.copyMemory(from: values, byteCount: count * 4)
            result = copy
        }
        withExtendedLifetime(frame) {}
    }

    /// Whether a block of the same expression with at least as many elements begins with the same numbers; see
    /// ``agrees(with:result:exactly:)``.
    func agrees(with longer: ReferenceBlock, exactly: Bool) -> Bool {
        let agree = zip(stores, longer.stores).allSatisfy { store, other in
            agrees(store.type, store.memory.address, other.memory.address, exactly: exactly)
        }
        guard agree, let result, let otherResult = longer.result, let resultType else { return agree }
        return agrees(registers: resultType, result.address, otherResult.address, exactly: exactly)
    }

    /// Whether the same numbers are in the outputs of `buffers` and at `result`; any NaN is like another. If not exactly,
    /// one number in eight may be another: what is compared with, or rounded to an integer, can be.
    func agrees(with buffers: KernelBuffers, result other: UnsafeRawPointer?, exactly: Bool) -> Bool {
        let agree = stores.allSatisfy { store in
            let place = buffers.outputs[store.output] + start * store.type.byteCount
            return agrees(store.type, store.memory.address, place, exactly: exactly)
        }
        guard agree, let result, let other, let resultType else { return agree }
        return agrees(registers: resultType, result.address, other, exactly: exactly)
    }

    /// Compares values as they are in registers.
    private func agrees(
        registers type: ScalarType, _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, exactly: Bool
    ) -> Bool { agrees(type.isFloatingPoint ? .float32 : .uint32, x, y, exactly: exactly) }

    private func agrees(
        _ type: ScalarType, _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, exactly: Bool
    ) -> Bool {
        switch type {
        case .float32: agrees(Float.self, x, y, exactly: exactly) { $0 }
        case .float16: agrees(UInt16.self, x, y, exactly: exactly) { HalfBits.float(float16: $0) }
        case .bfloat16:
            agrees(UInt16.self, x, y, exactly: exactly) { HalfBits.float(bfloat16: $0) }
        case .int32, .uint32: agrees(UInt32.self, x, y, exactly: exactly) { Float($0) }
        case .bool: agrees(UInt8.self, x, y, exactly: exactly) { Float($0) }
        }
    }

    private func agrees<Element: BitwiseCopyable>(
        _ type: Element.Type, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, exactly: Bool,
        _ number: (Element) -> Float
    ) -> Bool {
        let size = MemoryLayout<Element>.size
        var others = 0
        for index in 0..<count {
            let (x, y) = (a + index * size, b + index * size)
            let areSameBits = (0..<size).allSatisfy {
                x.load(fromByteOffset: $0, as: UInt8.self) == y.load(fromByteOffset: $0, as: UInt8.self)
            }
            if areSameBits { continue }
            let (u, v) = (
                number(x.loadUnaligned(as: Element.self)), number(y.loadUnaligned(as: Element.self))
            )
            if u.isNaN && v.isNaN { continue }
            if exactly { return false }
            if !((u - v).magnitude <= (u.magnitude + v.magnitude) * 0x1p-10) { others += 1 }
        }
        return others <= (count + 7) / 8
    }

    /// Copies the block to where it belongs.
    func write(to buffers: KernelBuffers, result target: UnsafeMutableRawPointer?) {
        for store in stores {
            (buffers.outputs[store.output] + start * store.type.byteCount)
                .copyMemory(from: store.memory.address, byteCount: count * store.type.byteCount)
        }
        if let result, let target { target.copyMemory(from: result.address, byteCount: count * 4) }
    }
}
