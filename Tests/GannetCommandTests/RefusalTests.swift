import Foundation
import GannetTestSupport
import Testing

@Suite("What the tool refuses")
struct RefusalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        (["--batch-size", "0"], ["batch size", "0", "at least 1"]),
        (["--batch-size", "-3"], ["--batch-size"]),
        (["--batch-size=-3"], ["batch size", "-3"]),
        (["--batch-size", "many"], ["--batch-size", "many"]),
        (["--learning-rate", "nan"], ["learning rate", "nan"]),
        (["--learning-rate", "inf"], ["learning rate", "inf"]),
        (["--learning-rate", "0"], ["learning rate", "0"]),
        (["--learning-rate", "fast"], ["--learning-rate", "fast"]),
        (["--epochs", "0"], ["epochs", "0"]),
        (["--steps", "0"], ["steps", "0"]),
        (["--steps", "1", "--epochs", "1"], ["--steps", "--epochs"]),
        (["--seed", "1.5"], ["--seed", "1.5"]),
        (["--device", "gpu9"], ["gpu9"]),
        (["--device", "opencl:no such device"], ["OpenCL"]),
        (["--data", ""], ["--data"]),
        (["--data", "/no/such/folder"], ["/no/such/folder"]),
        (["--frobnicate"], ["--frobnicate"]),
    ])
    func optionsOfTraining(options: [String], words: [String]) throws {
        let output = folder.path + "/run"
        expectRefusal(try Tool.run(["train", "vae", "--output", output] + options), saying: words)
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test func aPrecisionThatIsNone() throws {
        let options = ["train", "vae", "--output", folder.path + "/run", "--device", "opencl"]
        expectRefusal(
            try Tool.run(options, environment: ["GANNET_PRODUCT_PRECISION": "int8"]),
            saying: ["GANNET_PRODUCT_PRECISION", "int8", "float32, tf32, float16, bfloat16"])
    }

    @Test(arguments: ["sample", "reconstruct", "evaluate", "classify", "outliers"])
    func foldersThatHoldNoRun(command: String) throws {
        expectRefusal(try Tool.run([command, folder.path + "/none"]), saying: [folder.path + "/none"])
        expectRefusal(try Tool.run([command, folder.path]), saying: [folder.path])
        expectRefusal(try Tool.run([command]), saying: ["<run>"])
    }

    @Test(arguments: ["two", "0", "-1", "1.5", "9999999999999999999"])
    func numbersOfThreads(count: String) throws {
        let environment = ["GANNET_THREADS": count]
        let output = folder.path + "/run"
        expectRefusal(
            try Tool.run(["train", "vae", "--output", output], environment: environment),
            saying: ["GANNET_THREADS", count])
        #expect(!FileManager.default.fileExists(atPath: output))
        let devices = try Tool.run(["devices"], environment: environment)
        #expect(devices.status == 0 && devices.output.contains("GANNET_THREADS"))
    }

    @Test func instructionSets() throws {
        let environment = ["GANNET_CPU": "avx1024"]
        let output = folder.path + "/run"
        expectRefusal(
            try Tool.run(["train", "vae", "--output", output], environment: environment),
            saying: ["GANNET_CPU", "avx1024", "portable"])
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test func countsOfPictures() throws {
        for count in ["0", "10001", "99999999999999999999"] {
            expectRefusal(
                try Tool.run(["sample", folder.path, "--count", count]), saying: ["--count", count])
        }
    }

    @Test(arguments: [
        ("train-images-idx3-ubyte", "truncated"), ("train-labels-idx1-ubyte", "labels"),
        ("t10k-images-idx3-ubyte", "magic"), ("train-images-idx3-ubyte", "missing"),
        ("train-images-idx3-ubyte", "gzip"),
    ])
    func damagedData(name: String, damage: String) throws {
        let data = try folder.writeDigits(training: 20, test: 10)
        let bytes = try folder.read(name)
        switch damage {
        case "truncated": try folder.write(Array(bytes.dropLast(5)), name)
        case "labels": try folder.write([0, 0, 8, 1, 0, 0, 0, 19] + [UInt8](repeating: 1, count: 19), name)
        case "magic": try folder.write([9, 9, 9, 9] + bytes.dropFirst(4), name)
        case "gzip": try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1, 10], name)
        default: try FileManager.default.removeItem(atPath: data + "/" + name)
        }
        let output = folder.path + "/run"
        let result = try Tool.run(["train", "vae", "--data", data, "--output", output, "--steps", "1"])
        expectRefusal(result, saying: [name])
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test func outputThatCannotBeWritten() throws {
        let data = try folder.writeDigits()
        let file = try folder.write([1], "file")
        let training = ["train", "vae", "--data", data, "--steps", "1", "--output"]
        expectRefusal(try Tool.run(training + [file + "/run"]), saying: [file])
        expectRefusal(try Tool.run(training + [file]), saying: [file])
        expectRefusal(try Tool.run(training + ["/proc/gannet/run"]), saying: ["/proc/gannet"])
    }

    @Test func aDiskThatIsFull() throws {
        // The limit on the size of a file stands in for a full disk; both are errors of `write`.
        let data = try folder.writeDigits()
        let result = try Tool.run(
            ["train", "vae", "--data", data, "--steps", "1", "--output", folder.path + "/run"],
            through: "ulimit -f 100")
        expectRefusal(result, saying: ["checkpoint.safetensors"])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")
        #expect(!left.contains { $0.contains("safetensors") })
    }
}
