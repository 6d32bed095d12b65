import Foundation
import Gannet
import GannetTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Places that stop taking files while a run goes on: one sentence, no trap, and the last good checkpoint stays.
@Suite("Full, read-only and vanished places")
struct StorageTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 48, test: 16, side: 8)
    }

    private func training(_ run: String, _ options: String...) -> [String] {
        ["train", "vae", "--data", data, "--batch-size", "16", "--seed", "2", "--output", run] + options
    }

    #if os(Linux)
        /// A file system in memory, unmounted with the value that names it.
        private final class Mount {
            let path: String

            /// Nil, with a message, where mounting is not allowed.
            init?(_ path: String, size: String) throws {
                self.path = path
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                if mount("tmpfs", path, "tmpfs", 0, "size=\(size)") != 0 {
                    print(
                        "Tests of full and read-only disks are skipped: mounting a tmpfs here is not allowed."
                    )
                    return nil
                }
            }

            func makeReadOnly() {
                #expect(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0)
            }
            func makeWritable() { #expect(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), nil) == 0) }
            deinit { umount2(path, Int32(MNT_DETACH)) }
        }

        @Test func aFullDiskKeepsTheLastCheckpoint() throws {
            guard let disk = try Mount(folder.path + "/disk", size: "4m") else { return }
            let run = disk.path + "/run"
            let whole = folder.path + "/whole"
            #expect(try Tool.run(training(whole, "--epochs", "6")).status == 0)
            #expect(try Tool.run(training(run, "--epochs", "2")).status == 0)
            let names = ["checkpoint.safetensors", "best.safetensors"]
            let good = try names.map { try Data(contentsOf: URL(filePath: run + "/" + $0)) }
            // What is left of the disk is filled, to the byte and with a little room.
            for room in [0, 3_000, 60_000, good[0].count + 30_000] {
                let filler = disk.path + "/filler"
                #expect(FileManager.default.createFile(atPath: filler, contents: nil))
                let handle = try FileHandle(forWritingTo: URL(filePath: filler))
                while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
                let size = try handle.offset()
                if room > 0 {
                    try handle.truncate(atOffset: size - UInt64(min(Int(size), room / 4096 * 4096)))
                }
                try handle.close()
                let result = try Tool.run(training(run, "--epochs", "6", "--resume"))
                if result.status != 0 {
                    expectRefusal(result, saying: [disk.path, "no space left"])
                    #expect(result.status == 1)
                }
                for name in names {
                    #expect(throws: Never.self, "with \(room) bytes left") {
                        try Checkpoint(contentsOf: run + "/" + name)
                    }
                }
                if room == 0 {
                    #expect(result.status != 0)
                    #expect(try names.map { try Data(contentsOf: URL(filePath: run + "/" + $0)) } == good)
                }
                try FileManager.default.removeItem(atPath: filler)
            }
            // With room again, the run ends as if nothing had been.
            #expect(try Tool.run(training(run, "--epochs", "6", "--resume")).status == 0)
            for name in names + ["metrics.jsonl", "loss.svg"] {
                #expect(
                    try Data(contentsOf: URL(filePath: run + "/" + name))
                        == Data(contentsOf: URL(filePath: whole + "/" + name)), "\(name)")
            }
        }

        @Test func aReadOnlyFolderIsNamed() throws {
            guard let disk = try Mount(folder.path + "/disk", size: "8m") else { return }
            let run = disk.path + "/run"
            #expect(try Tool.run(training(run, "--epochs", "2")).status == 0)
            let before = try Data(contentsOf: URL(filePath: run + "/checkpoint.safetensors"))
            disk.makeReadOnly()
            expectRefusal(
                try Tool.run(training(disk.path + "/new", "--epochs", "1")), saying: [disk.path, "read-only"])
            expectRefusal(
                try Tool.run(training(run, "--epochs", "3", "--resume")), saying: [run, "read-only"])
            expectRefusal(try Tool.run(["sample", run]), saying: [run + "/samples.png", "read-only"])
            #expect(try Tool.run(["evaluate", run]).status == 0)
            #expect(try Data(contentsOf: URL(filePath: run + "/checkpoint.safetensors")) == before)
            disk.makeWritable()
            #expect(try Tool.run(training(run, "--epochs", "3", "--resume")).status == 0)
        }
    #endif

    @Test func aFolderThatVanishesWhileTrainingIsNamed() throws {
        let run = folder.path + "/run"
        let running = try Tool.start(training(run, "--epochs", "100000"))
        while running.process.isRunning, !FileManager.default.fileExists(atPath: run + "/best.safetensors") {
            usleep(1_000)
        }
        // The tool may be writing a file into the folder just now.
        while FileManager.default.fileExists(atPath: run) { try? FileManager.default.removeItem(atPath: run) }
        let result = try running.finish()
        expectRefusal(result, saying: [run, "no such file or directory"])
        #expect(result.status == 1)
        // A run in that place begins anew.
        #expect(try Tool.run(training(run, "--epochs", "1", "--resume")).status == 0)
    }
}
