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
            --from, --minus and --plus as the model sees them, and what comes of them. Of a GAN, which encodes nothing, pictures are named \
            by their numbers in what gannet sample draws with the same --seed and --class, counted from 0 and row by row.

            Examples:

              gannet combine runs/vae --from a.png b.png c.png --minus d.png e.png f.png --plus g.png h.png i.png
              gannet combine runs/dcgan --from 3 17 41 --minus 0 8 20 --plus 5 12 33
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("The pictures to begin with.", valueName: "file|number"))
    var from: [String]

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("The pictures to take away.", valueName: "file|number"))
    var minus: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The pictures to add.", valueName: "file|number"))
    var plus: [String] = []

    @OptionGroup var asked: ClassOption
    @Option(help: "Of a GAN: what the drawn pictures follow from, as with gannet sample. (default: 0)")
    var seed: UInt64?
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.decodingModel()
        var result = try mean(from, "--from", saved, model, device)
        var shown = [result]
        for (option, pictures, sign) in [("--minus", minus, -1.0), ("--plus", plus, 1)]
        where !pictures.isEmpty {
            let other = try mean(pictures, option, saved, model, device)
            result = zip(result, other).map { $0 + sign * $1 }
            shown.append(other)
        }
        let output = file.output ?? saved.folder.path + "/combined.png"
        try model.pictures(of: shown + [result], label: asked.label)
            .grid(columns: shown.count + 1, on: device).write(to: output)
        print("Wrote \(output).")
    }

    /// The mean of the latents of pictures, in files or by number.
    private func mean(
        _ pictures: [String], _ option: String, _ saved: SavedRun, _ model: any DecodingModel,
        _ device: Device
    ) throws -> [Double] {
        let labels = try saved.labels(asked, of: model, count: pictures.count)
        let rows: [[Double]]
        let numbers = pictures.compactMap { Int($0) }
        if numbers.count == pictures.count, model is any LatentDrawingModel {
            rows = try saved.drawnRows(numbers, seed: seed ?? 0, option: option, on: device)
        } else {
            let model = try saved.latentModel()
            if seed != nil {
                throw ValidationError(
                    "--seed is for pictures that a GAN draws; those in files do not follow from it.")
            }
            let images = try pictures.map { try saved.pictures($0, count: 1, seed: 0, for: model) }
            rows = try model.rows(of: .concatenate(images, axis: 0), labels: labels, on: device)
        }
        return (0..<model.latents).map { place in
            rows.reduce(0) { $0 + $1[place] } / Double(rows.count)
        }
    }
}
