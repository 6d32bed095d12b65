import GannetCompiler
import GannetGraph

/// A block that the interpreter has computed into memory of its own, to compare another one with.
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

    /// Computes the `count` indices from `start` on.
    init(
        _ interpreter: BlockInterpreter, _ expression: Expression, _ buffers: KernelBuffers, from start: Int,
        count: Int, accumulator: UnsafeRawPointer?
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
        let frame = HostBuffer(byteCount: interpreter.frameByteCount)
        let outputs = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(
            capacity: (stores.map(\.output).max() ?? 0) + 1)
        defer { outputs.deallocate() }
        for store in stores {
            (outputs + store.output).initialize(to: store.memory.address - start * store.type.byteCount)
        }
        interpreter.begin(frame.address, KernelBuffers(inputs: buffers.inputs, outputs: outputs))
        let values = interpreter.evaluate(frame.address, from: start, count: count, accumulator: accumulator)
        if stores.isEmpty {
            let copy = HostBuffer(byteCount: count * 4)
            copy.address.copyMemory(from: values, byteCount: count * 4)
            result = copy
        }
        withExtendedLifetime(frame) {}
    }

    /// Whether the same numbers are in the outputs of `buffers` and at `result`; any NaN is like another.
    func agrees(with buffers: KernelBuffers, result other: UnsafeRawPointer?) -> Bool {
        let agree = stores.allSatisfy { store in
            let place = buffers.outputs[store.output] + start * store.type.byteCount
            switch store.type {
            case .float32: return equal(Float.self, store.memory.address, place) { $0.isNaN }
            case .float16: return equal(UInt16.self, store.memory.address, place) { $0 & 0x7FFF > 0x7C00 }
            case .bfloat16: return equal(UInt16.self, store.memory.address, place) { $0 & 0x7FFF > 0x7F80 }
            case .int32, .uint32: return equal(UInt32.self, store.memory.address, place) { _ in false }
            case .bool: return equal(UInt8.self, store.memory.address, place) { _ in false }
            }
        }
        guard agree, let result, let other, let resultType else { return agree }
        if resultType.isFloatingPoint { return equal(Float.self, result.address, other) { $0.isNaN } }
        return equal(UInt32.self, result.address, other) { _ in false }
    }

    private func equal<Element: BitwiseCopyable>(
        _ type: Element.Type, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ isNaN: (Element) -> Bool
    ) -> Bool {
        let size = MemoryLayout<Element>.size
        for index in 0..<count {
            let (x, y) = (a + index * size, b + index * size)
            let isSame = (0..<size).allSatisfy {
                x.load(fromByteOffset: $0, as: UInt8.self) == y.load(fromByteOffset: $0, as: UInt8.self)
            }
            if isSame { continue }
            if !isNaN(x.loadUnaligned(as: Element.self)) || !isNaN(y.loadUnaligned(as: Element.self)) {
                return false
            }
        }
        return true
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
