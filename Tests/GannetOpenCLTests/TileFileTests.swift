import Gannet
import GannetCompiler
import GannetOpenCL
import GannetTestSupport
import Testing

/// The files that keep what tuning found, and what is tuned.
@Suite struct TileFileTests {
    private let folder: TemporaryFolder
    private let file: TileFile
    private let table: TileTable

    init() throws {
        folder = try TemporaryFolder()
        file = TileFile(folder: folder.path + "/a/b", device: "Ünit (R) 9/α", driver: "1.2", style: .cpu)
        table = TileTable(
            entries: [
                "product 1×2 by 2×3": try #require(Tile(numbers: [12, 32, 0])),
                "convolution \"x\"": try #require(Tile(numbers: [128, 64, 8, 4, 8])),
            ])
    }

    @Test func tablesComeBack() throws {
        #expect(file.table == .builtIn)
        try file.write(table)
        #expect(file.table == table)
        try file.write(.builtIn)
        #expect(file.table == .builtIn)
    }

    @Test func anotherDeviceDriverOrStyleHasAFileOfItsOwn() throws {
        try file.write(table)
        for other in [
            TileFile(folder: folder.path + "/a/b", device: "Unit", driver: "1.2", style: .cpu),
            TileFile(folder: folder.path + "/a/b", device: "Ünit (R) 9/α", driver: "1.3", style: .cpu),
            TileFile(folder: folder.path + "/a/b", device: "Ünit (R) 9/α", driver: "1.2", style: .gpu),
        ] {
            #expect(other.path != file.path && other.table == .builtIn)
        }
        // The names of these two files are the same; what is in it tells them apart.
        let alike = TileFile(folder: folder.path + "/a/b", device: "Ünit [R] 9/α", driver: "1.2", style: .cpu)
        #expect(alike.path == file.path && alike.table == .builtIn)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"tiles\": 3}", "cut", "\"version\": 1 → \"version\": 0", "12, 32 → 12, 33",
        "128 → 1",
        "\"1.2\" → \"1.3\"", "[12, 32, 0] → [12, \"32\", 0]", "[12, 32, 0] → {}",
    ])
    func aDamagedFileIsAsGoodAsNone(damage: String) throws {
        try file.write(table)
        let text = String(decoding: try TemporaryFolder.contents(file.path), as: UTF8.self)
        let change = damage.split(separator: " → ").map(String.init)
        var damaged = damage
        if change.count == 2 {
            #expect(text.contains(change[0]))
            damaged = text.replacing(change[0], with: change[1])
        } else if damage == "cut" {
            damaged = String(text.dropLast(10))
        }
        try folder.write(Array(damaged.utf8), "a/b/" + (file.path.split(separator: "/").last ?? ""))
        #expect(file.table == .builtIn)
        try file.write(table)
        #expect(file.table == table)
    }

    @Test func tablesHaveTitles() throws {
        #expect(TileTable.builtIn.title == "built-in")
        #expect(table.title.hasPrefix("tuned ") && table.title.count == 22)
        var other = table
        other.entries["product 1×2 by 2×3"] = Tile(numbers: [10, 32, 0])
        #expect(other.title != table.title)
        other.entries["product 1×2 by 2×3"] = Tile(numbers: [12, 32, 0])
        #expect(other.title == table.title)
    }

    @Test func processorsAreNotTuned() {
        let error = #expect(throws: DeviceError.self) { _ = try DeviceTuning(of: .cpu) }
        #expect(error?.message.contains("cpu") == true && error?.message.contains("OpenCL") == true)
        #expect(Device.cpu.tiles == nil)
    }

    /// A recorder is told of the problems of a training step without making it.
    @Test func recordersKeepPrograms() throws {
        let recorder = ProgramRecorder(limits: BackendLimits())
        let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        let y = try (x.matmul(x.transposed()) + 1).array(of: Float.self, on: Device(recorder))
        #expect(y == [0, 0, 0, 0])
        #expect(
            TileProblem.problems(in: recorder.programs).map(\.description) == ["product 2×3 by 3×2ᵀ"])
    }
}
