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
            classifier it is the accuracy, the share of pictures that it gives their own class.

            Examples:

              gannet evaluate runs/vae
              gannet evaluate runs/digits --data data/mnist --json
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @OptionGroup var data: TestDataOption

    @Option(help: "What the samples of z follow from.")
    var seed: UInt64 = 0

    @OptionGroup var device: DeviceOption

    @Flag(
        help: ArgumentHelp(
            "Print one JSON object, with negativeELBO or negativeLogLikelihood in nats per picture, or accuracy in "
                + "0…1."))
    var json = false

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        guard let score = saved.kind.score, let model = saved.model as? any EvaluableModel else {
            throw TrainingError(
                .badRun, "\(trained.path) holds \(saved.kind.title), which has no likelihood to judge it by.")
        }
        let (source, pictures) = try saved.testData(data.source)
        let figure =
            if let model = model as? any LikelihoodModel {
                try model.negativeLogLikelihoodBound(over: pictures, seed: seed, on: device)
            } else {
                try model.evaluation(over: pictures, on: device)
            }
        if json {
            let result: [String: JSON] = [
                "run": .string(trained.path), "step": saved.step.map { .integer($0) } ?? .null,
                "data": .string(source.description), "pictures": .integer(pictures.count),
                "device": .string(device.name), "seed": .string(String(seed)), score.key: .number(figure),
            ]
            print(JSON.object(result))
        } else {
            print(
                "\(score.phrase(figure)), over "
                    + "\(Format.count(Double(pictures.count))) test pictures of \(source)")
        }
    }
}
