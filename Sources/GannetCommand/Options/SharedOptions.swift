import ArgumentParser
import Gannet

/// Where a command computes.
struct DeviceOption: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: ArgumentHelp(
            "Where to compute: 'cpu', 'opencl' (the first such device), 'opencl:1' (by number) or 'opencl:NAME' "
                + "(by a part of its name). By default what GANNET_DEVICE names, else a GPU, else the CPU.",
            valueName: "device"))
    var name: String?

    /// The device that was named, or `other`, or the default; throws now if it is not to be had.
    func device(orNamed other: String? = nil) throws(DeviceError) -> Device {
        let device =
            try (name ?? other).map { name throws(DeviceError) in try Device.named(name) } ?? .default
        _ = try device.evaluator()
        return device
    }
}

/// The run that a command works with.
struct RunArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder of a training run.", valueName: "run"))
    var path: String
}

/// Which of a run's checkpoints a command works with.
struct CheckpointOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The weights: 'last', or 'best', those with the best figure of all that were evaluated in training. "
                + "(default: last)", valueName: "last|best"))
    var checkpoint: RunFolder.CheckpointChoice = .last
}

extension RunFolder.CheckpointChoice: ExpressibleByArgument {}

/// Which pictures or sounds a command takes to judge a model by.
struct TestDataOption: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "The data: 'glyphs', 'rectangles', 'tones' or a folder as for train. By default what the run was trained on.",
            valueName: "path|glyphs|rectangles|tones"))
    var source: DataSource?
}

/// How many of these pictures.
struct TestCountOption: ParsableArguments {
    @Option(help: ArgumentHelp("So many pictures, the first ones. By default all.", valueName: "pictures"))
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is \(count), and must be at least 1.") }
    }
}

/// What pictures that are drawn follow from.
struct SeedOption: ParsableArguments {
    @Option(help: "The same seed gives the same results, on any device.")
    var seed: UInt64 = 0
}

/// In which form a command says what it found.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print one JSON object.")
    var isAsked = false
}

/// Where pictures are written.
struct OutputOption: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The PNG file to write. By default it lies in the run's folder.", valueName: "file.png"))
    var output: String?
}

/// What is drawn of pictures or sounds.
struct DrawnOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many pictures or sounds to draw, at most 10000. (default: \(PictureData.sampleCount) pictures, "
                + "\(SoundData.sampleCount) sounds)"))
    var count: Int?

    @OptionGroup private var chance: SeedOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The PNG or WAV file to write; of several sounds each gets a file, with a number behind that name. By default "
                + "it lies in the run's folder.", valueName: "file"))
    var output: String?

    var seed: UInt64 { chance.seed }

    func validate() throws { try checkRange("--count", count, 1...10_000) }
}
