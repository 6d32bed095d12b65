import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet judge RUN`.
struct Judge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets a classifier label what a trained model draws.",
        discussion: """
            The classifier is one that was trained on the same data. A good model draws pictures that it is sure of, of \
            all classes, each about as often as the data have it. Of a model that can be asked for a class, the \
            classes are asked for in turn.

            Examples:

              gannet train classifier
              gannet judge runs/vae --classifier runs/classifier
              gannet judge runs/ddpm --classifier runs/classifier --sampler ddim --sampler-steps 50 --json
              gannet judge runs/pixelcnn --classifier runs/classifier --temperature 0.8
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("The folder of the classifier's run.", valueName: "run"))
    var classifier: String

    @Option(help: "How many pictures to draw, at most 100000.")
    var count = 1000

    @OptionGroup var drawing: DrawingArguments
    @OptionGroup var chance: SeedOption
    @OptionGroup var device: DeviceOption

    @OptionGroup var json: JSONOption

    /// The probability over which a picture counts as told.
    private static let confidence: Float = 0.9

    func validate() throws {
        try checkRange("--count", count, 1...100_000)
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.pictureModel(drawing: drawing)
        let judge = try SavedRun(classifier)
        guard let judging = judge.model as? any Classifier else {
            throw TrainingError(
                .badRun, "\(classifier) holds \(judge.kind.title), and --classifier needs a classifier's run."
            )
        }
        let judgement = try Judgement(
            of: model, by: judging, count: count, seed: chance.seed, confidence: Self.confidence, on: device)
        if json.isAsked { print(report(judgement, saved, device)) } else { describe(judgement, saved) }
    }

    private func report(_ judgement: Judgement, _ saved: SavedRun, _ device: Device) -> JSON {
        [
            "run": .string(trained.path), "step": saved.step.map { .integer($0) } ?? .null,
            "classifier": .string(classifier), "device": .string(device.name),
            "seed": .string(String(chance.seed)),
            "pictures": .integer(judgement.count), "confidence": .float(judgement.confidence),
            "confident": .integer(judgement.confident),
            "classShares": .array(judgement.classShares.map { .number($0) }),
            "asAsked": judgement.asAsked.map { .integer($0) } ?? .null,
        ]
    }

    private func describe(_ judgement: Judgement, _ saved: SavedRun) {
        func share(_ part: Int) -> String {
            Format.number(Double(part) / Double(judgement.count) * 100, digits: 1) + " %"
        }
        print("\(Format.count(Double(judgement.count))) pictures of \(saved.kind.title) in \(trained.path):")
        print("  \(share(judgement.confident)) are labelled with confidence over \(Self.confidence)")
        if let asAsked = judgement.asAsked { print("  \(share(asAsked)) are of the class asked for") }
        for (label, part) in judgement.classCounts.enumerated() {
            print("  class \(label): \(share(part))")
        }
    }
}
