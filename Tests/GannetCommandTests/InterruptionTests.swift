import Foundation
import Gannet
import GannetTestSupport
import Testing

/// Runs that are stopped and killed at random moments, again and again, and resumed to their end.
@Suite("Interruptions at random moments")
struct InterruptionTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 48, test: 16, side: 8)
    }

    /// How often runs are interrupted in all on a device.
    private static let count = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1" ? 200 : 6

    /// Two optimizers, averages of weights and of statistics, noise, moments, a last batch that is smaller: all that a checkpoint holds.
    private func training(_ run: String, _ options: [String] = []) -> [String] {
        [
            "train", "dcgan", "--data", data, "--batch-size", "20", "--seed", "5", "--steps", "60",
            "--ema", "0.9", "--checkpoint-every", "4", "--output", folder.path + "/" + run,
        ] + options
    }

    /// A model with an evaluation, and so with a best checkpoint.
    private func evaluated(_ run: String, _ options: [String] = []) -> [String] {
        [
            "train", "pixelcnn", "--data", data, "--batch-size", "20", "--seed", "5", "--steps", "30",
            "--checkpoint-every", "4", "--evaluate-every", "5", "--output", folder.path + "/" + run,
        ] + options
    }

    /// A model with time steps drawn by what was recorded of them.
    private func diffusing(_ run: String, _ options: [String] = []) -> [String] {
        [
            "train", "ddpm", "--data", data, "--batch-size", "20", "--seed", "5", "--steps", "30",
            "--features", "8,16", "--importance", "--variance", "learned", "--checkpoint-every", "4",
            "--evaluate-every", "10", "--output", folder.path + "/" + run,
        ] + options
    }

    /// The files of a run that must not depend on how often it was interrupted.
    private func state(_ run: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + run).sorted()
        where name != "config.json" && name != "samples" && !name.hasPrefix("events.") {
            files[name] = try folder.read(run + "/" + name)
        }
        return files
    }

    /// Interrupts runs until that was done `count` times, each time after a random part of the time that a whole run
    /// takes, and expects that what is there can be read after each, and that the ends are all the same.
    private func interrupt(
        _ count: Int, on device: String, _ command: (String, [String]) -> [String]
    ) throws {
        var random = SeededGenerator.announced(for: "Interruptions on \(device)")
        let environment = ["GANNET_DEVICE": device]
        // The first run may compile kernels that the driver then keeps.
        _ = try Tool.run(command("warm", []), environment: environment)
        let start = ContinuousClock.now
        let whole = try Tool.run(command("whole", []), environment: environment)
        let seconds = Double((ContinuousClock.now - start) / .seconds(1))
        #expect(whole.status == 0, "\(whole.errors)")
        let expected = try state("whole")

        var (interrupted, ended, number) = ([SIGKILL: 0, SIGINT: 0], 0, 0)
        while interrupted.values.reduce(0, +) < count || ended == 0 {
            let isEnough = interrupted.values.reduce(0, +) >= count
            let running = try Tool.start(command("broken\(number)", ["--resume"]), environment: environment)
            let signal = random.next() & 1 == 0 ? SIGKILL : SIGINT
            if !isEnough {
                let moment = ContinuousClock.now + .seconds(Double(random.float(in: 0...1)) * seconds)
                while running.process.isRunning, ContinuousClock.now < moment { usleep(500) }
                if running.process.isRunning { running.send(signal) }
            }
            let result = try running.finish()
            let path = folder.path + "/broken\(number)"
            for name in ["checkpoint", "best"]
            where FileManager.default.fileExists(atPath: path + "/\(name).safetensors") {
                #expect(throws: Never.self, "after \(interrupted)") {
                    try Checkpoint(contentsOf: path + "/\(name).safetensors")
                }
            }
            if result.status == 0, !result.wasSignalled {
                let state = try state("broken\(number)").filter { !$0.key.hasSuffix(".partial") }
                #expect(state.keys.sorted() == expected.keys.sorted())
                for (name, bytes) in expected {
                    #expect(state[name] == bytes, "\(name) after \(interrupted)")
                }
                try FileManager.default.removeItem(atPath: path)
                (ended, number) = (ended + 1, number + 1)
            } else {
                // A process that has not come to listen for Ctrl-C yet ends by it at once.
                #expect(result.wasSignalled || result.status == 75, "\(result.errors)")
                interrupted[signal, default: 0] += 1
            }
        }
        print(
            "Interruptions on \(device): \(interrupted), \(ended) runs came to their end, \(seconds) s each")
    }

    @Test func onTheProcessor() throws {
        try interrupt(Self.count, on: "cpu", training)
    }

    @Test func withEvaluations() throws {
        try interrupt(Self.count, on: "cpu", evaluated)
    }

    @Test(arguments: TestDevices.kinds)
    func ofDiffusion(device: String) throws {
        try interrupt(Self.count, on: device, diffusing)
    }

    @Test(.enabled(if: TestDevices.all.count > 1)) func onAnOpenCLDevice() throws {
        try interrupt(Self.count, on: "opencl", training)
    }

    /// Whoever does not want to wait for the step asks twice.
    @Test func aSecondCtrlCEndsAtOnce() throws {
        // A step of many pictures takes long enough for two signals.
        let large = try TemporaryFolder()
        let data = try large.writeDigits(training: 2_000, test: 10, side: 28)
        let run = large.path + "/run"
        let running = try Tool.start(
            ["train", "ddpm", "--data", data, "--batch-size", "2000", "--steps", "2", "--output", run])
        while running.process.isRunning, !FileManager.default.fileExists(atPath: run + "/metrics.jsonl") {
            usleep(1_000)
        }
        usleep(300_000)
        running.send(SIGINT)
        usleep(100_000)
        let start = ContinuousClock.now
        running.send(SIGINT)
        let result = try running.finish()
        #expect(result.status == 75 && !result.wasSignalled)
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(!FileManager.default.fileExists(atPath: run + "/checkpoint.safetensors"))
    }
}
