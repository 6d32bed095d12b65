import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Data that the tool trains on")
struct DataTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func train(_ options: String...) throws -> Tool.Result {
        try Tool.run(
            ["train", "vae", "--batch-size", "4", "--steps", "2", "--output", folder.path + "/run"] + options)
    }

    private func writePictures(_ names: [String], width: Int, height: Int) throws -> String {
        for (number, name) in names.enumerated() {
            let path = folder.path + "/pictures/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            let pixels = (0..<3 * width * height).map { UInt8(($0 * 7 + number * 40) & 255) }
            try Bitmap(width: width, height: height, channels: 3, pixels: pixels).write(to: path)
        }
        return folder.path + "/pictures"
    }

    private var configuration: JSON {
        get throws { try JSON(parsing: try folder.read("run/config.json")) }
    }

    @Test func aFolderOfPicturesInClasses() throws {
        let data = try writePictures(
            (0..<12).map { "\($0 % 2 == 0 ? "a" : "b")/\($0).png" }, width: 12, height: 9)
        let result = try train("--data", data, "--image-size", "8")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try configuration["imageShape"]?.arrayValue == [8, 8, 3])
        // What is needed to make the pictures fit is in the run.
        let resumed = try Tool.run(
            ["train", "vae", "--resume", "--steps", "3", "--output", folder.path + "/run"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try Tool.run(["evaluate", folder.path + "/run"]).status == 0)
        #expect(try Tool.run(["reconstruct", folder.path + "/run", "--count", "1"]).status == 0)
    }

    @Test func picturesAsTheyAre() throws {
        let names = (0..<3).map { "train/\($0).png" } + ["val/9.png"]
        let data = try writePictures(names, width: 6, height: 4)
        #expect(try train("--data", data).status == 0)
        #expect(try configuration["imageShape"]?.arrayValue == [4, 6, 3])
    }

    @Test func photographsOfCIFAR10() throws {
        let records: [UInt8] = (0..<6).flatMap { label -> [UInt8] in
            [UInt8(label)] + (0..<3072).map { UInt8(($0 * label) & 255) }
        }
        try folder.write(records, "data_batch_1.bin")
        try folder.write(records, "test_batch.bin")
        let result = try train("--data", folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try configuration["imageShape"]?.arrayValue == [32, 32, 3])
        try FileManager.default.removeItem(atPath: folder.path + "/run")
        expectRefusal(try train("--data", folder.path, "--image-size", "8"), saying: ["--image-size"])
        try folder.write(Array(records.dropLast()), "test_batch.bin")
        expectRefusal(try train("--data", folder.path), saying: ["test_batch.bin"])
    }

    @Test func whatIsNoDataIsRefusedInOneSentence() throws {
        try folder.write([1], "notes.txt")
        expectRefusal(
            try train("--data", folder.path), saying: [folder.path, "MNIST", "CIFAR-10", "PNG", "JPEG"])
        expectRefusal(try train("--data", folder.path + "/none"), saying: [folder.path + "/none"])
        expectRefusal(try train("--image-size", "8"), saying: ["--image-size"])
        let data = try writePictures(["a/1.png", "a/2.png"], width: 5, height: 5)
        expectRefusal(try train("--data", data, "--image-size", "0"), saying: ["--image-size", "0"])
        try folder.write([1, 2, 3], "pictures/a/1.png")
        expectRefusal(try train("--data", data), saying: ["a/1.png"])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
    }

    /// `config.json` of a run, damaged in many ways: what uses the run ends well or in one sentence.
    @Test func damagedConfigurations() throws {
        let data = try folder.writeDigits(training: 8, test: 4)
        #expect(try train("--data", data).status == 0)
        var random = SeededGenerator.announced(for: "Damaged configurations")
        let sound = try folder.read("run/config.json")
        let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"
        let snippets = [
            "-1", "0", "1e999", "null", "99999999", "\"", "[]", "{}", "65535", "\"pixelcnn\"", "\"ddpm\"",
        ]
        var statuses: [Int32: Int] = [:]
        for _ in 0..<(isExhaustive ? 1_000 : 25) {
            var bytes = sound
            for _ in 0...random.integer(in: 0...2) {
                let place = random.integer(in: 0...bytes.count - 1)
                switch random.integer(in: 0...3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeLast(random.integer(in: 0...bytes.count - 1))
                default:
                    // In the place of a number or a name.
                    let starts = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == UInt8(ascii: " ") }
                    guard let start = starts.isEmpty ? nil : random.element(of: starts) else { continue }
                    let end = bytes[start...].firstIndex { [0x2C, 0x0A, 0x5D].contains($0) } ?? bytes.count
                    bytes.replaceSubrange(start..<max(end, start), with: random.element(of: snippets).utf8)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            try folder.write(bytes, "run/config.json")
            let result = try Tool.run(
                ["sample", folder.path + "/run", "--count", "1", "--output", folder.path + "/s.png"],
                through: "ulimit -v 4000000")
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!result.wasSignalled && result.status < 126, "\(text): \(result.errors)")
            if result.status != 0 { #expect(result.sentence?.isEmpty == false, "\(text): \(result.errors)") }
            statuses[result.status, default: 0] += 1
        }
        print("Damaged configurations: \(statuses)")
    }
}
