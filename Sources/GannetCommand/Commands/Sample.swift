import ArgumentParser
import Gannet
import GannetData

/// `gannet sample RUN`.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws pictures with a trained model.",
        discussion: """
            Example:

              gannet sample runs/vae --count 100 --seed 7 --output samples.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var picture: PictureOptions
    @OptionGroup var device: DeviceOption

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path)
        let output = picture.output ?? saved.folder.path + "/samples.png"
        try saved.model.samples(picture.count, seed: picture.seed).grid(on: device).write(to: output)
        print("Wrote \(output).")
    }
}
