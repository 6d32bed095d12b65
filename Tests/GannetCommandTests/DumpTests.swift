import GannetTestSupport
import Testing

/// What `GANNET_DUMP` prints about a training.
@Suite("What GANNET_DUMP prints")
struct DumpTests {
    private func errors(_ dump: String, on device: String = "cpu") throws -> String {
        let folder = try TemporaryFolder()
        let data = try folder.writeDigits(training: 48, test: 16, side: 8)
        let result = try Tool.run(
            [
                "train", "vae", "--data", data, "--batch-size", "16", "--seed", "2", "--epochs", "1",
                "--output", folder.path + "/run", "--device", device,
            ], environment: ["GANNET_DUMP": dump])
        #expect(result.status == 0)
        return result.errors
    }

    private static let devices = TestDevices.all.count > 1 ? ["cpu", "opencl"] : ["cpu"]

    @Test("times of every program's calls, at the end", arguments: devices)
    func times(on device: String) throws {
        let errors = try errors("times", on: device)
        // Three batches of 16 are trained on, by one program; it has most calls.
        #expect(errors.contains("kernel calls, 3 runs of"))
        for words in ["GFLOP/s", "GB/s", "matrixProduct", " ms", " %"] {
            #expect(errors.contains(words), "\(words) is missing in \(errors)")
        }
        #expect(!errors.contains("arena of"), "programs were not asked for: \(errors)")
    }

    @Test("nothing, where nothing is asked for") func nothing() throws {
        #expect(try !errors("").contains("kernel calls,"))
    }

    @Test("both programs and times") func both() throws {
        let errors = try errors("program,times")
        #expect(errors.contains("kernel calls, 3 runs of"))
        #expect(errors.contains("arena of"), "no program in \(errors)")
    }
}
