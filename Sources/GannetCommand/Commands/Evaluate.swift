import ArgumentParser
import Gannet
import GannetData

/// `gannet evaluate RUN`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how well a trained model knows the test pictures.",
        discussion: """
            The figure is the negative evidence lower bound in nats: summed over the pixels of a picture, averaged \
            over the pictures, grey values as the targets of Bernoulli pixels, one sample of z a picture. Lower is \
            better. For a PixelCNN it is the negative log-likelihood itself, of black and white pictures. For a \
            classifier it is the accuracy, the share of pictures that it gives their own class. For a WaveNet it is the \
            negative log-likelihood of pieces of sounds, in 256 levels each sample. Bits per dimension are what that \
            makes for one value of a picture, or one sample of a sound.

            Examples:

              gannet evaluate runs/vae
              gannet evaluate runs/digits --data data/mnist --json
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(
        help: ArgumentHelp(
            "The pictures or sounds: 'glyphs', 'tones' or a folder as for train. By default what the run was trained on.",
            valueName: "path|glyphs|tones"))
    var data: DataSource?

    @Option(help: "What the samples of z follow from.")
    var seed: UInt64 = 0

    @OptionGroup var device: DeviceOption

    @Flag(
        help: ArgumentHelp(
            "Print one JSON object, with negativeELBO or negativeLogLikelihood in nats per picture or sound and "
                + "bitsPerDimension, or accuracy in 0…1."))
    var json = false

    /// ln 2.
    private static let natsPerBit = 0.693_147_180_559_945_3

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        guard let score = saved.kind.score, let model = saved.model as? any EvaluableModel else {
            throw TrainingError(
                .badRun, "\(trained.path) holds \(saved.kind.title), which has no likelihood to judge it by.")
        }
        let (source, examples) = try saved.testData(data)
        let figure =
            if let model = model as? any LikelihoodModel {
                try model.negativeLogLikelihoodBound(over: examples, seed: seed, on: device)
            } else {
                try model.evaluation(over: examples, on: device)
            }
        let name = type(of: saved.configuration).example
        let bits =
            score.unit == .nats ? figure / (Double(examples.exampleShape.count) * Self.natsPerBit) : nil
        if json {
            var result: [String: JSON] = [
                "run": .string(trained.path), "step": saved.step.map { .integer($0) } ?? .null,
                "data": .string(source.description), name + "s": .integer(examples.count),
                "device": .string(device.name), "seed": .string(String(seed)), score.key: .number(figure),
            ]
            result["bitsPerDimension"] = bits.map { .number($0) }
            print(JSON.object(result))
        } else {
            print(
                score.phrase(figure, per: name)
                    + (bits.map { " (\(Format.number($0, digits: 3)) bits per dimension)" } ?? "")
                    + ", over \(Format.count(Double(examples.count))) test \(name)s of \(source)")
        }
    }
}
