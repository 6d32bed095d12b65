import ArgumentParser
import Gannet
import GannetData

/// `gannet animate RUN`.
struct Animate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how a model learned to draw.",
        discussion: """
            While a model is trained it draws from the same noise with each evaluation, into the folder samples of its run. These pictures, \
            one after another, make an animated PNG.

            Example:

              gannet animate runs/dcgan --frames-per-second 4 --output learning.png
            """)

    @OptionGroup var trained: RunArgument

    @Option(help: ArgumentHelp("How many pictures are shown in a second, 0.1 to 100.", valueName: "number"))
    var framesPerSecond = 4.0

    @OptionGroup var file: OutputOption

    func validate() throws {
        if !(0.1...100).contains(framesPerSecond) {
            throw ValidationError("--frames-per-second is \(framesPerSecond), and must be from 0.1 to 100.")
        }
    }

    func run() throws {
        let folder = RunFolder(trained.path)
        _ = try folder.configuration()
        let names = try FileAccess.names(in: folder.samplesPath).filter {
            $0.hasPrefix("step-") && $0.hasSuffix(PictureData.fileSuffix)
        }
        // Numbers of over six digits come after those of six.
        let paths = names.sorted { ($0.count, $0) < ($1.count, $1) }.map { folder.samplesPath + "/" + $0 }
        let frames = try paths.map { path throws(DataError) in try Bitmap(contentsOf: path) }
        guard let first = frames.first else {
            throw TrainingError(
                .badRun,
                "\(folder.samplesPath) has no pictures: a model that draws some leaves them with each evaluation of its training."
            )
        }
        if let odd = zip(paths, frames).first(where: {
            ($1.width, $1.height, $1.channels) != (first.width, first.height, first.channels)
        }) {
            throw DataError(
                .mismatch, path: odd.0, "\(odd.0) is of another size than \(paths[0]): remove one of the two."
            )
        }
        let output = file.output ?? folder.path + "/learning.png"
        try Animation(frames: frames, framesPerSecond: framesPerSecond, pause: 2).write(to: output)
        print("Wrote \(output), \(frames.count) \(frames.count == 1 ? "picture" : "pictures").")
    }
}
