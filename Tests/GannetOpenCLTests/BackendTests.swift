import Foundation
import GannetCompiler
import GannetGraph
import GannetOpenCL
import Synchronization
import Testing

/// Buffers, the pool, the queue and runs of whole programs.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct BackendTests {
    @Test(arguments: KernelStyle.allCases) func callsRunInOrderAndAnInputMayBeWrittenInPlace(
        style: KernelStyle
    ) throws {
        let backend = try #require(TestBackends.all.first { $0.style == style })
        #expect(backend.name == "opencl:\(backend.device.index)")
        let executable = try backend.compile(Programs.square(count: 5))
        let input = try backend.upload(HostBuffer([0, 1, 2, 3, 4]))
        let output = try backend.allocate(byteCount: 20)
        var seen: [[Float]] = []
        try executable.run(inputs: [input], outputs: [output, input]) { call, outputs in
            #expect(call == seen.count)
            seen.append(outputs[0].bytes.bindMemory(to: Float.self).map { $0 })
        }
        #expect(seen.map { $0.prefix(5) } == [[0, 2, 4, 6, 8], [0, 4, 16, 36, 64], [1, 2, 3, 4, 5]])
        #expect(try output.floats() == [0, 4, 16, 36, 64])
        #expect(try input.floats() == [1, 2, 3, 4, 5])
    }

    @Test func aRunAllocatesNothingAfterTheFirst() throws {
        // A backend of its own: the others' pools are used by tests that run meanwhile.
        let backend = try OpenCLBackend(device: try #require(OpenCLPlatforms.discover().devices.first))
        let count = 10_000
        let executable = try backend.compile(Programs.square(count: count))
        var input = try backend.upload(HostBuffer([Float](repeating: 0, count: count)))
        var allocations: [Int] = []
        for _ in 0..<20 {
            let outputs = try (0..<2).map { _ in try backend.allocate(byteCount: count * 4) }
            try executable.run(inputs: [input], outputs: outputs, observer: nil)
            input = outputs[1]
            allocations.append(backend.poolStatistics.allocations)
        }
        #expect(try input.floats() == [Float](repeating: 20, count: count))
        #expect(allocations[2] == allocations[19])
    }

    @Test func memoryReturnsWhenBuffersAreReleased() throws {
        let backend = try OpenCLBackend(device: try #require(OpenCLPlatforms.discover().devices.first))
        let before = backend.poolStatistics.usedBytes
        for _ in 0..<10 {
            let buffer = try backend.allocate(byteCount: 5000)
            #expect(backend.poolStatistics.usedBytes >= before + 5000)
            withExtendedLifetime(buffer) {}
        }
        #expect(backend.poolStatistics.usedBytes == before)
    }

    @Test func uploadsOutliveTheirSource() throws {
        let backend = try #require(TestBackends.all.first)
        var buffers: [any DeviceBuffer] = []
        for number in 0..<50 {
            // The host's buffer goes back to its pool at once, and the next one takes its memory.
            buffers.append(
                try backend.upload(HostBuffer([Float](repeating: Float(number), count: 50_000))))
        }
        for (number, buffer) in buffers.enumerated() {
            #expect(try buffer.floats().allSatisfy { $0 == Float(number) })
        }
    }

    @Test func aBackendIsNotTakenForOneThatWasBefore() throws {
        let device = try #require(OpenCLPlatforms.discover().devices.first)
        let leaf = Tensor([1, 2, 3] as [Float])
        for _ in 0..<5 {
            // The next backend may lie where this one lay.
            let storage = try Evaluator(OpenCLBackend(device: device)).evaluate([leaf + 1])[0]
            #expect(try storage.hostBuffer().bytes.bindMemory(to: Float.self).map { $0 } == [2, 3, 4])
        }
    }

    @Test func severalThreadsMayRunOneProgram() throws {
        let backend = try #require(TestBackends.all.first)
        let count = 50_000
        let executable = try backend.compile(Programs.square(count: count))
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            for _ in 0..<10 {
                do {
                    let input = try backend.upload(
                        HostBuffer([Float](repeating: Float(number), count: count)))
                    let outputs = try (0..<2).map { _ in try backend.allocate(byteCount: count * 4) }
                    try executable.run(inputs: [input], outputs: outputs, observer: nil)
                    let expected = Float(4 * number * number)
                    guard try outputs[0].floats().allSatisfy({ $0 == expected }) else {
                        failures.add(1, ordering: .relaxed)
                        continue
                    }
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
    }

    @Test func emptyProgramsAndBuffersRun() throws {
        let backend = try #require(TestBackends.all.first)
        let executable = try backend.compile(Programs.square(count: 0))
        let input = try backend.upload(HostBuffer(byteCount: 0))
        let outputs = try (0..<2).map { _ in try backend.allocate(byteCount: 0) }
        try executable.run(inputs: [input], outputs: outputs, observer: nil)
        #expect(try outputs[0].floats() == [])
        let none = Program(inputs: [], outputs: [], arenaByteCount: 0, calls: [], donations: [])
        try backend.compile(none).run(inputs: [], outputs: [], observer: nil)
    }

    @Test func alikeKernelsAreCompiledOnce() throws {
        let backend = try #require(TestBackends.all.first)
        var program = Programs.square(count: 77)
        let once = backend.source(of: program).components(separatedBy: "__kernel").count
        program.calls.append(program.calls[2])
        #expect(backend.source(of: program).components(separatedBy: "__kernel").count == once)
    }
}
