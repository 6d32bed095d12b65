import GannetCompiler
import GannetGraph

/// What a device is asked before it is used: drivers have had a wrong `mul_hi`, and contract what must not be.
enum OpenCLSelfTest {
    /// Compares random words and normal numbers, made inside a fused kernel, with what they are.
    static func run(on backend: OpenCLBackend) throws(DeviceError) {
        let count = 1000
        let key: [UInt32] = [0xA409_3822, 0x299F_31D0, 0x0313_198A, 0x8000_0001]
        var expression = Expression()
        let words = expression.append(
            .randomBits(key: 0, view: View(contiguous: [count])), type: .uint32)
        let normals = expression.append(.unary(.normalQuantile, words), type: .float32)
        expression.stores = [.init(value: words, output: 0), .init(value: normals, output: 1)]
        let slots = [ScalarType.uint32, .float32].map { Program.Slot(shape: [count], scalarType: $0) }
        let program = Program(
            .map(Kernel.Map(shape: [count], expression: expression)),
            inputs: [.init(shape: [4], scalarType: .uint32)], outputs: slots, label: "self-test")
        let input = try Storage(key).buffer(on: backend)
        var outputs: [any DeviceBuffer] = []
        for slot in slots { outputs.append(try backend.allocate(byteCount: slot.byteCount)) }
        try backend.compile(program).run(inputs: [input], outputs: outputs, observer: nil)
        var bits: [[UInt32]] = []
        for output in outputs {
            let host = HostBuffer(byteCount: 4 * count)
            try output.read(into: host.bytes)
            bits.append(Array(UnsafeRawBufferPointer(host.bytes).bindMemory(to: UInt32.self)))
        }
        for index in 0..<count {
            let word = Philox.word(UInt64(index), key: SIMD4(key[0], key[1], key[2], key[3]))
            if bits[0][index] != word { throw refusal(backend, "random integers", index) }
            if bits[1][index] != NormalTransform.normal(word).bitPattern {
                throw refusal(backend, "normal numbers", index)
            }
        }
    }

    private static func refusal(_ backend: OpenCLBackend, _ what: String, _ index: Int) -> DeviceError {
        DeviceError(
            .unavailable,
            "\(backend.device.label) fails the self-test: its \(what) are wrong from number \(index) on (driver "
                + "\(backend.device.driver)); update the driver, or use another device.")
    }
}
