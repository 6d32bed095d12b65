import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet combine RUN`.
struct Combine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Adds and subtracts pictures by their latents.",
        discussion: """
            The latents of --from are averaged, the mean of --minus is taken away, and that of --plus is added: of three pictures each the \
            means say what these have in common (Radford et al., arXiv:1511.06434, section 6.3.2). The result is a strip: the means of \
            --from, --minus and --plus as the model sees them, and what comes of them.

            Example:

              gannet combine runs/vae --from a.png b.png c.png --minus d.png e.png f.png --plus g.png h.png i.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The pictures to begin with.", valueName: "file"))
    var from: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The pictures to take away.", valueName: "file"))
    var minus: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The pictures to add.", valueName: "file"))
    var plus: [String] = []

    @OptionGroup var asked: ClassOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.latentModel()
        var result = try mean(from, saved, model, device)
        var shown = [result]
        for (files, sign) in [(minus, -1.0), (plus, 1)] where !files.isEmpty {
            let other = try mean(files, saved, model, device)
            result = zip(result, other).map { $0 + sign * $1 }
            shown.append(other)
        }
        let output = file.output ?? saved.folder.path + "/combined.png"
        try model.pictures(of: shown + [result], label: asked.label)
            .grid(columns: shown.count + 1, on: device).write(to: output)
        print("Wrote \(output).")
    }

    /// The mean of the latents of pictures in files.
    private func mean(
        _ files: [String], _ saved: SavedRun, _ model: any LatentModel, _ device: Device
    ) throws -> [Double] {
        let pictures = try files.map { try saved.pictures($0, count: 1, seed: 0, for: model) }
        let labels = try saved.labels(asked, of: model, count: files.count)
        let rows = try model.rows(of: .concatenate(pictures, axis: 0), labels: labels, on: device)
        return (0..<model.latents).map { place in
            rows.reduce(0) { $0 + $1[place] } / Double(rows.count)
        }
    }
}
