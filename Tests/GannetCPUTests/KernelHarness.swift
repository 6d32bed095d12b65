import GannetCPU
import GannetCompiler
import GannetGraph
import Testing

/// Random numbers from a seed that a failing test prints.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Runs single kernels on the CPU backend and compares them with ``ScalarOracle``.
enum KernelHarness {
    static let backends = [CPUBackend(threads: 1), CPUBackend(threads: 2), CPUBackend(threads: 3)]
    private static let guardBytes = 48

    static func buffer(_ values: [ScalarOracle.Value]) -> HostBuffer {
        let isBool = if case .bool? = values.first { true } else { false }
        let buffer = HostBuffer(byteCount: values.count * (isBool ? 1 : 4))
        for (index, value) in values.enumerated() {
            let to = buffer.address + index * (isBool ? 1 : 4)
            switch value {
            case .float(let x): to.storeBytes(of: Float(x), as: Float.self)
            case .int(let x): to.storeBytes(of: x, as: Int32.self)
            case .word(let x): to.storeBytes(of: x, as: UInt32.self)
            case .bool(let x): to.storeBytes(of: x ? 1 : 0, as: UInt8.self)
            }
        }
        return buffer
    }

    static func values(_ buffer: HostBuffer, _ type: ScalarType, _ count: Int) -> [ScalarOracle.Value] {
        (0..<count).map { index in
            let from = buffer.address + index * type.byteCount
            return switch type {
            case .float32: .float(Double(from.loadUnaligned(as: Float.self)))
            case .int32: .int(from.loadUnaligned(as: Int32.self))
            case .uint32: .word(from.loadUnaligned(as: UInt32.self))
            case .bool: .bool(from.loadUnaligned(as: UInt8.self) == 1)
            }
        }
    }

    static func type(_ values: [ScalarOracle.Value]) -> ScalarType {
        switch values.first {
        case .int: .int32
        case .word: .uint32
        case .bool: .bool
        default: .float32
        }
    }

    /// The program that is one kernel.
    static func program(
        _ kernel: Kernel, inputTypes: [ScalarType], inputCounts: [Int], outputTypes: [ScalarType],
        outputCount: Int
    ) -> Program {
        let call = Program.Call(
            kernel: kernel, inputs: inputTypes.indices.map { .input($0) }, inputTypes: inputTypes,
            outputs: outputTypes.indices.map { .output($0) }, outputTypes: outputTypes, label: "test")
        return Program(
            inputs: zip(inputTypes, inputCounts).map { .init(shape: [$1], scalarType: $0) },
            outputs: outputTypes.map { .init(shape: [outputCount], scalarType: $0) }, arenaByteCount: 0,
            calls: [call], donations: outputTypes.map { _ in nil })
    }

    /// The outputs of a kernel on a backend; checks that nothing was written behind them.
    static func run(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], outputTypes: [ScalarType], outputCount: Int,
        on backend: CPUBackend
    ) throws -> [HostBuffer] {
        let program = program(
            kernel, inputTypes: inputs.map(type), inputCounts: inputs.map(\.count), outputTypes: outputTypes,
            outputCount: outputCount)
        let outputs = outputTypes.map { HostBuffer(byteCount: outputCount * $0.byteCount + guardBytes) }
        for output in outputs { output.bytes.initializeMemory(as: UInt8.self, repeating: 0xA5) }
        try backend.compile(program).run(inputs: inputs.map(buffer), outputs: outputs, observer: nil)
        for (output, type) in zip(outputs, outputTypes) {
            let behind = output.bytes[(outputCount * type.byteCount)...]
            #expect(behind.allSatisfy { $0 == 0xA5 }, "bytes behind an output were written")
        }
        return outputs
    }

    /// Checks a kernel on one, two and three threads against the oracle, and that their bits agree.
    static func check(
        _ kernel: Kernel, _ inputs: [[ScalarOracle.Value]], outputTypes: [ScalarType],
        tolerance: Double = 2e-6, scale: Double = 0, _ comment: String = ""
    ) throws {
        let expected = ScalarOracle(inputs: inputs).run(kernel, outputTypes: outputTypes)
        let count = expected.first?.count ?? 0
        let results = try backends.map {
            try run(kernel, inputs, outputTypes: outputTypes, outputCount: count, on: $0)
        }
        for (number, type) in outputTypes.enumerated() {
            for result in results.dropFirst() {
                #expect(
                    result[number].bytes.elementsEqual(results[0][number].bytes),
                    "bits depend on the number of threads; \(comment)")
            }
            let got = values(results[0][number], type, count)
            for index in 0..<count {
                let (x, y) = (got[index], expected[number][index])
                if case (.float(let x), .float(let y)) = (x, y) {
                    if x.isNaN && y.isNaN || x == y { continue }
                    if abs(x - y) <= tolerance * max(abs(y), scale) { continue }
                } else if x == y {
                    continue
                }
                Issue.record("output \(number) at \(index): \(x), not \(y); \(comment) \(kernel)")
                return
            }
        }
    }
}
