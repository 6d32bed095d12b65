import Dispatch
import GannetCPU
import GannetCompiler
import GannetGraph
import Synchronization
import Testing

@Suite struct CPUBackendTests {
    /// y = (2x)², through the arena; then x += 1 in place of x.
    static func program(count: Int) -> Program {
        let view = View(contiguous: [count])
        func map(_ function: BinaryFunction, _ literal: Float?) -> Kernel {
            var expression = Expression()
            let x = expression.append(.load(input: 0, view: view), type: .float32)
            let y = literal.map { expression.append(.literal($0.literal), type: .float32) } ?? x
            let z = expression.append(.binary(function, x, y), type: .float32)
            expression.stores = [.init(value: z, output: 0)]
            return .map(.init(shape: [count], expression: expression))
        }
        func call(_ kernel: Kernel, _ input: Program.BufferReference, _ output: Program.BufferReference)
            -> Program.Call
        {
            Program.Call(
                kernel: kernel, inputs: [input], inputTypes: [.float32], outputs: [output],
                outputTypes: [.float32],
                label: "map")
        }
        let arena = Program.BufferReference.arena(offset: 256, byteCount: count * 4)
        let slot = Program.Slot(shape: [count], scalarType: .float32)
        return Program(
            inputs: [slot], outputs: [slot, slot], arenaByteCount: 256 + count * 4,
            calls: [
                call(map(.multiply, 2), .input(0), arena), call(map(.multiply, nil), arena, .output(0)),
                call(map(.add, 1), .input(0), .output(1)),
            ], donations: [nil, 0])
    }

    @Test func runsCallsInOrderAndTellsTheObserver() throws {
        let backend = CPUBackend(threads: 2)
        let executable = try backend.compile(Self.program(count: 5))
        let input = HostBuffer(byteCount: 20)
        for index in 0..<5 {
            input.address.storeBytes(of: Float(index), toByteOffset: index * 4, as: Float.self)
        }
        let output = try backend.allocate(byteCount: 20) as! HostBuffer
        var seen: [(Int, [Float])] = []
        try executable.run(inputs: [input], outputs: [output, input]) { call, outputs in
            seen.append((call, outputs[0].bytes.bindMemory(to: Float.self).map { $0 }))
        }
        #expect(seen.map(\.0) == [0, 1, 2])
        #expect(seen[0].1 == [0, 2, 4, 6, 8])
        #expect(seen[1].1 == [0, 4, 16, 36, 64])
        #expect(seen[2].1 == [1, 2, 3, 4, 5])
        #expect(input.bytes.bindMemory(to: Float.self).elementsEqual([1, 2, 3, 4, 5]))
        #expect(backend.name == "cpu")
        #expect(backend.threadCount == 2)
        let uploaded = try backend.upload(input)
        #expect(uploaded === input)
    }

    @Test func runsFromSeveralThreadsAtATime() throws {
        let count = 200_000
        let backend = CPUBackend(threads: 3)
        let executable = try backend.compile(Self.program(count: count))
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            for _ in 0..<20 {
                let input = HostBuffer(byteCount: count * 4)
                input.bytes.bindMemory(to: Float.self).update(repeating: Float(number))
                let outputs = [HostBuffer(byteCount: count * 4), HostBuffer(byteCount: count * 4)]
                do {
                    try executable.run(inputs: [input], outputs: outputs, observer: nil)
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
                let expected = Float(4 * number * number)
                // A buffer goes back to its pool after its last use, which is not that of its address.
                withExtendedLifetime(outputs) {
                    if !outputs[0].bytes.bindMemory(to: Float.self).allSatisfy({ $0 == expected }) {
                        failures.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
    }

    @Test func poolsComeAndGo() throws {
        for threads in 1...8 {
            let backend = CPUBackend(threads: threads)
            let executable = try backend.compile(Self.program(count: 300_000))
            let buffers = (0..<3).map { _ in HostBuffer(byteCount: 1_200_000) }
            buffers[0].bytes.bindMemory(to: Float.self).update(repeating: 3)
            try executable.run(inputs: [buffers[0]], outputs: [buffers[1], buffers[2]], observer: nil)
            withExtendedLifetime(buffers) {
                #expect(buffers[1].address.load(fromByteOffset: 1_199_996, as: Float.self) == 36)
            }
        }
    }

    @Test func repeatedRunsAreFast() throws {
        let backend = CPUBackend(threads: 2)
        let executable = try backend.compile(Self.program(count: 77_777))
        let buffers = (0..<3).map { _ in HostBuffer(byteCount: 77_777 * 4) }
        for _ in 0..<3 {
            try executable.run(inputs: [buffers[0]], outputs: [buffers[1], buffers[2]], observer: nil)
        }
        let start = ContinuousClock.now
        for _ in 0..<100 {
            try executable.run(inputs: [buffers[0]], outputs: [buffers[1], buffers[2]], observer: nil)
        }
        print("three maps of 77,777 elements: \((ContinuousClock.now - start) / 100)")
    }
}
