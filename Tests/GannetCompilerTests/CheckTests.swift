import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// `GANNET_CHECK=nan` and `GANNET_VALIDATE=1`.
@Suite struct CheckTests {
    private let x = Tensor([1, 0, 4] as [Float])

    @Test func theFirstNaNIsNamed() throws {
        let evaluator = Evaluator(InterpreterBackend(), options: DebugOptions(checksForNaN: true))
        // The logarithm of 0 is no NaN; its product with 0 is.
        let sum = (x.matrix.matmul(x.log().matrix.transposed()) * x.matrix.sum()).sum()
        do {
            _ = try evaluator.evaluate([sum])
            Issue.record("no NaN was found")
        } catch {
            #expect(error.kind == .check)
            #expect(error.message.contains("made the first NaN"))
            #expect(error.message.contains("matrixProduct"))
        }
        #expect(throws: Never.self) { _ = try evaluator.evaluate([x.log()]) }
        // A NaN that was there from the beginning is nobody's fault.
        #expect(throws: Never.self) { _ = try evaluator.evaluate([Tensor(Float.nan) + 1]) }
    }

    @Test func aWrongKernelIsNamed() throws {
        let evaluator = Evaluator(FlawedBackend(), options: DebugOptions(validates: true))
        #expect(throws: Never.self) { _ = try evaluator.evaluate([x.exp()]) }
        do {
            _ = try evaluator.evaluate([x.exp().sum() * x])
            Issue.record("the flaw was not found")
        } catch {
            #expect(error.kind == .check)
            #expect(error.message.contains("kernel call 0 (reduce sum"))
            #expect(error.message.contains("output 0"))
        }
    }
}

extension Tensor {
    fileprivate var matrix: Tensor { reshape(1, count) }
}

/// A backend whose reductions give one too much.
private final class FlawedBackend: Backend {
    private let sound = InterpreterBackend()
    let name = "flawed"
    let summary = ""
    let limits = BackendLimits()
    let worksInHostMemory = true

    func compile(_ program: Program) throws(DeviceError) -> any Executable {
        var program = program
        for index in program.calls.indices {
            guard case .reduce(var reduce) = program.calls[index].kernel else { continue }
            let one = reduce.epilogue.append(.literal((1 as Float).literal), type: .float32)
            for store in reduce.epilogue.stores.indices {
                let value = reduce.epilogue.stores[store].value
                reduce.epilogue.stores[store].value = reduce.epilogue.append(
                    .binary(.add, value, one), type: .float32)
            }
            program.calls[index].kernel = .reduce(reduce)
        }
        return try sound.compile(program)
    }

    func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        try sound.allocate(byteCount: byteCount)
    }
    func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }
    func synchronize() throws(DeviceError) {}
}
