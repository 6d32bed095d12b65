import GannetTestSupport
import Testing

/// Two processes that train on one OpenCL device at once.
@Suite(.enabled(if: TestDevices.all.count > 1, "there is no OpenCL device")) struct SharedDeviceTests {
    @Test func bothFinishAsIfAlone() throws {
        let folder = try TemporaryFolder()
        let data = try folder.writeDigits(training: 48, test: 16, side: 8)
        func training(_ run: String) -> [String] {
            [
                "train", "pixelcnn", "--data", data, "--batch-size", "20", "--seed", "5", "--steps", "30",
                "--device", "opencl", "--output", folder.path + "/" + run,
            ]
        }
        #expect(try Tool.run(training("alone")).status == 0)
        for running in try ["one", "other"].map({ try Tool.start(training($0)) }) {
            let result = try running.finish()
            #expect(result.status == 0, "\(result.errors)")
        }
        let weights = try ["alone", "one", "other"].map { try folder.read($0 + "/checkpoint.safetensors") }
        #expect(weights[1] == weights[0])
        #expect(weights[2] == weights[0])
    }
}
