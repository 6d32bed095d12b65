import Foundation
import Gannet
import GannetTestSupport
import Testing

/// `gannet tune`, with a cache of its own.
@Suite("Tuning")
struct TuneTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let hasOpenCL = TestDevices.all.count > 1

    /// The driver keeps its own compiled kernels where it always does.
    private func environment(_ cache: String) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let caches = own["XDG_CACHE_HOME"] ?? (own["HOME"] ?? "") + "/.cache"
        return [
            "XDG_CACHE_HOME": cache, "POCL_CACHE_DIR": own["POCL_CACHE_DIR"] ?? caches + "/pocl/kcache",
            "GANNET_TILES": "",
        ]
    }

    private var files: [String] {
        let tuning = folder.path + "/gannet/tuning"
        return ((try? FileManager.default.contentsOfDirectory(atPath: tuning)) ?? []).map {
            tuning + "/" + $0
        }
    }

    @Test func theProcessorIsRefused() throws {
        let result = try Tool.run(["tune", "--device", "cpu"], environment: environment(folder.path))
        expectRefusal(result, saying: ["cpu", "OpenCL", "--device"])
        #expect(files.isEmpty)
    }

    @Test(.enabled(if: hasOpenCL)) func aCacheThatCannotBeWrittenIsRefused() throws {
        let file = try folder.write([], "file")
        expectRefusal(
            try Tool.run(["tune", "--device", "opencl"], environment: environment(file)), saying: [file])
        expectRefusal(
            try Tool.run(
                ["tune", "--device", "opencl"],
                environment: environment("not absolute").merging(["HOME": ""]) { $1 }),
            saying: ["XDG_CACHE_HOME"])
    }

    @Test(.enabled(if: hasOpenCL)) func unknownTablesAreRefused() throws {
        let result = try Tool.run(
            ["train", "vae", "--device", "opencl", "--output", folder.path + "/run"],
            environment: ["GANNET_TILES": "best"])
        expectRefusal(result, saying: ["GANNET_TILES", "best", "built-in"])
    }

    /// Stopped as soon as it begins, tuning leaves a table; with an entry in it, devices and runs name it.
    @Test(.enabled(if: hasOpenCL)) func tablesAreWrittenAndNamed() throws {
        let environment = environment(folder.path)
        let running = try Tool.start(["tune", "--device", "opencl"], environment: environment)
        while running.process.isRunning, files.isEmpty { usleep(1_000) }
        running.send(SIGINT)
        let result = try running.finish()
        #expect(result.status == 75 && !result.wasSignalled, "\(result.errors)")
        let path = try #require(files.first { $0.hasSuffix(".json") })
        let text = String(decoding: try TemporaryFolder.contents(path), as: UTF8.self)
        #expect(try JSON(parsing: text)["tiles"] != nil)

        func title(_ environment: [String: String]) throws -> String? {
            let json = try JSON(
                parsing: try Tool.run(["devices", "--json"], environment: environment).output)
            let devices = json["devices"]?.arrayValue ?? []
            return devices.first { $0["name"]?.stringValue != "cpu" }?["tiles"]?.stringValue
        }
        func write(_ tiles: JSON) throws {
            guard case .object(var members) = try JSON(parsing: text) else { return }
            members["tiles"] = tiles
            try JSON.object(members).description.write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write([:])
        #expect(try title(environment) == "built-in")
        try write(["product 1×1 by 1×1": [12, 32, 1]])
        let tuned = try #require(try title(environment))
        #expect(tuned.hasPrefix("tuned "))
        #expect(try title(environment.merging(["GANNET_TILES": "built-in"]) { $1 }) == "built-in")
        #expect(
            try Tool.run(["devices"], environment: environment).output.contains(", \(tuned) tiles"))

        let run = folder.path + "/run"
        let data = try folder.writeDigits(training: 8, test: 4, side: 8)
        let training = ["train", "vae", "--data", data, "--device", "opencl", "--output", run]
        func recorded() throws -> String? {
            try JSON(parsing: try folder.read("run/config.json"))["tiles"]?.stringValue
        }
        #expect(try Tool.run(training + ["--steps", "1"], environment: environment).status == 0)
        #expect(try recorded() == tuned)
        // With another table a run can go on, and says so.
        try write([:])
        let resumed = try Tool.run(training + ["--steps", "2", "--resume"], environment: environment)
        #expect(resumed.status == 0 && resumed.errors.contains(tuned), "\(resumed.errors)")
        #expect(try recorded() == "built-in")
    }
}
