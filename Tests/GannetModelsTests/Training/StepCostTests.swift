import Foundation
import Gannet
import GannetTestSupport
import Testing

/// What training steps cost besides their kernels, measured in a process of its own by `GannetStepCost`.
@Suite struct StepCostTests {
    private func figures(_ device: String, _ options: String = "") throws -> [String: Double] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: BuiltProgram.path("GannetStepCost"))
        process.arguments = [device, options]
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        print("Steps on \(device) \(options): \(String(decoding: text, as: UTF8.self))")
        return try JSONDecoder().decode([String: Double].self, from: text)
    }

    /// The figures of the fastest of a few runs, as many as it takes to stay below a limit: other work on the machine only
    /// ever adds time.
    private func figures(_ device: String, _ options: String = "", milliseconds limit: Double) throws
        -> [String: Double]
    {
        var best = try figures(device, options)
        for _ in 1..<10 where best["millisecondsPerStep"]! > limit {
            let again = try figures(device, options)
            if again["millisecondsPerStep"]! < best["millisecondsPerStep"]! { best = again }
        }
        return best
    }

    @Test func stepsOnTheProcessor() throws {
        let figures = try figures("cpu", milliseconds: 0.3)
        #expect(figures["compilations"] == 1)
        #expect(figures["poolAllocations"] == 0)
        #expect(figures["deviceAllocations"] == 0)
        #expect(figures["residentGrowth"]! < 0x1p21)
        #expect(figures["millisecondsPerStep"]! <= 0.3)
    }

    @Test func stepsWithClippingAveragesAndSchedule() throws {
        let figures = try figures("cpu", "options", milliseconds: 0.4)
        #expect(figures["compilations"] == 1)
        #expect(figures["poolAllocations"] == 0)
        #expect(figures["residentGrowth"]! < 0x1p21)
        #expect(figures["millisecondsPerStep"]! <= 0.4)
    }

    @Test(.enabled(if: TestDevices.all.count > 1))
    func stepsOnAnOpenCLDevice() throws {
        let figures = try figures("opencl")
        #expect(figures["compilations"] == 1)
        #expect(figures["poolAllocations"] == 0)
        #expect(figures["deviceAllocations"] == 0)
        #expect(figures["residentGrowth"]! < 0x1p21)
    }
}
