import GannetTestSupport
import Testing

/// A folder with small pictures of digits, and with the runs of models that are trained on them.
struct DigitsFolder {
    let folder: TemporaryFolder
    /// The folder of the pictures.
    let data: String

    /// Writes 60 pictures of 8×8 to train on, and 20 to judge by.
    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 60, test: 20, side: 8)
    }

    /// The path of a file or a run.
    func path(_ name: String) -> String { folder.path + "/" + name }

    func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

    /// The command that trains a model in a run.
    func training(_ model: String, _ run: String, _ options: [String]) -> [String] {
        ["train", model, "--data", data, "--batch-size", "20", "--output", path(run)] + options
    }

    /// Runs a command that must go well.
    @discardableResult func succeed(_ command: [String]) throws -> String {
        let result = try Tool.run(command)
        #expect(result.status == 0, "\(command): \(result.errors)")
        return result.output
    }

    /// Checks that six updates give the same checkpoint at once and with a stop behind the fourth.
    func checkResumption(_ model: String, _ options: [String]) throws {
        for (name, steps) in [("whole", ["6"]), ("parts", ["4", "6"])] {
            for count in steps {
                try succeed(
                    training(
                        model, "\(name)-\(model)",
                        options + ["--checkpoint-every", "2", "--resume", "--steps", count]))
            }
        }
        #expect(
            try read("parts-\(model)/checkpoint.safetensors")
                == read("whole-\(model)/checkpoint.safetensors"))
    }
}
