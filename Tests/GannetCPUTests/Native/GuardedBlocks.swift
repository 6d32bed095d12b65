import Foundation
import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Blocks of an expression in memory that ends where no memory is.
enum GuardedBlocks {
    /// Memory whose last byte is the last before a page that may be neither read nor written.
    final class Memory {
        let address: UnsafeMutableRawPointer
        private let pages: UnsafeMutableRawPointer
        private let size: Int

        init(_ byteCount: Int) {
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let used = (byteCount + page - 1) / page * page
            size = used + page
            pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
            mprotect(pages + used, page, PROT_NONE)
            address = pages + used - byteCount
        }

        deinit { munmap(pages, size) }
    }

    /// Computes blocks of different sizes, at the end of their buffers, with the portable tier and natively; all bits
    /// but those of functions, which may be a few units off, must be the same.
    static func compare(
        _ expression: GannetCompiler.Expression, _ instructionSet: InstructionSet, counts: [Int]
    ) {
        var types: [Int: ScalarType] = [:]
        for (number, instruction) in expression.instructions.enumerated() {
            if case .load(let input, _) = instruction { types[input] = expression.types[number] }
        }
        let inputTypes = types.keys.sorted().map { types[$0]! }
        let interpreter = Tier.portable.makeEvaluator(expression, inputTypes, false)
        let native = Tier.best(for: instructionSet).makeEvaluator(expression, inputTypes, false)
        var random = TestRandom(seed: 5)
        let start = 48
        for count in counts {
            let inputs = inputTypes.map {
                KernelHarness.buffer(RandomViews.values(start + count, $0, &random))
            }
            // The interpreter may read a vector beyond the last element, machine code may not.
            let roomy = inputs.map { input in
                let copy = HostBuffer(byteCount: input.byteCount + 64)
                copy.address.copyMemory(from: input.address, byteCount: input.byteCount)
                return copy
            }
            let guarded = inputs.map { input in
                let memory = Memory(input.byteCount)
                memory.address.copyMemory(from: input.address, byteCount: input.byteCount)
                return memory
            }
            let expected = run(interpreter, expression, roomy.map(\.address), start, count)
            // Its first blocks are also interpreted, to compare both.
            _ = run(native, expression, roomy.map(\.address), start, count)
            let results = run(native, expression, guarded.map(\.address), start, count)
            withExtendedLifetime((roomy, guarded)) {}
            for (number, store) in expression.stores.enumerated() {
                expectSame(
                    expression.types[store.value], expected[number], results[number], start..<start + count,
                    "\(instructionSet), \(count) elements, output \(number)")
            }
        }
    }

    private static func expectSame(
        _ type: ScalarType, _ a: Memory, _ b: Memory, _ range: Range<Int>, _ comment: String
    ) {
        if type != .float32 {
            let size = type.byteCount
            let (x, y) = (a.address + range.lowerBound * size, b.address + range.lowerBound * size)
            #expect(memcmp(x, y, range.count * size) == 0, "\(comment)")
            return
        }
        for index in range {
            let x = a.address.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
            let y = b.address.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
            if x.isNaN && y.isNaN { continue }
            #expect(abs(x.bitPattern.distance(to: y.bitPattern)) <= 3, "\(comment) at \(index): \(x), \(y)")
        }
    }

    /// The outputs, which end where a page does.
    private static func run(
        _ evaluator: any BlockEvaluator, _ expression: GannetCompiler.Expression,
        _ inputs: [UnsafeMutableRawPointer], _ start: Int, _ count: Int
    ) -> [Memory] {
        let outputs = expression.stores.map {
            Memory((start + count) * expression.types[$0.value].byteCount)
        }
        let frame = HostBuffer(byteCount: evaluator.frameByteCount)
        inputs.withUnsafeBufferPointer { inputs in
            outputs.map(\.address).withUnsafeBufferPointer { outputs in
                evaluator.begin(
                    frame.address, KernelBuffers(inputs: inputs.baseAddress!, outputs: outputs.baseAddress!))
                evaluator.evaluate(frame.address, from: start, count: count, accumulator: nil)
            }
        }
        withExtendedLifetime(frame) {}
        return outputs
    }
}
