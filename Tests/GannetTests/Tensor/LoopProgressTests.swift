import Gannet
import GannetTestSupport
import Synchronization
import Testing

@Suite("Progress of loops")
struct LoopProgressTests {
    /// What is told of the evaluation of a loop of `count` iterations, each with a loop of two in it.
    private func told(of count: Int, on device: Device) throws -> (told: [[Int]], value: [Float]) {
        let told = Mutex<[[Int]]>([])
        let start = Tensor([1, 2, 3] as [Float])
        let loop = Tensor.loop(count: count, carrying: [start]) { outer in
            (Tensor.loop(count: 2, carrying: outer.state) { ([$0.state[0] * 0.5 + 1], []) }.state, [])
        }
        let report: LoopProgress.Report = { done, count in told.withLock { $0.append([done, count]) } }
        let value = try LoopProgress.with(report) {
            try loop.state[0].array(of: Float.self, on: device)
        }
        return (told.withLock { $0 }, value)
    }

    @Test("Told are the iterations of the outer loop, in order, and results are the same")
    func outerLoops() throws {
        let found = try told(of: 4, on: .cpu)
        #expect(found.told == [[1, 4], [2, 4], [3, 4], [4, 4]])
        #expect(try told(of: 0, on: .cpu).told == [])
        for device in TestDevices.all {
            let other = try told(of: 4, on: device)
            #expect(other.value == found.value)
            // A loop that is a single kernel is not told of.
            #expect(other.told == found.told || other.told == [])
        }
    }

    @Test("Nobody is told outside") func outside() throws {
        let told = Mutex(0)
        let report: LoopProgress.Report = { _, _ in told.withLock { $0 += 1 } }
        LoopProgress.with(report) {}
        _ = try Tensor.loop(count: 3, carrying: [.zeros([2])]) { ([$0.state[0] + 1], []) }.state[0]
            .array(of: Float.self, on: .cpu)
        #expect(told.withLock { $0 } == 0)
    }
}
