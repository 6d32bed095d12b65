import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet outliers RUN`.
struct Outliers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how well a model's likelihood tells the test pictures from others.",
        discussion: """
            For models that give the likelihood itself, not a bound: FVBNs, PixelCNNs and PixelRNNs; of one that is told the \
            class of a picture, the likelihood over all classes. The figure is the area under the ROC curve (AUROC), the \
            probability that a test picture is likelier than one of the others, where ties count half: 1 tells all apart, \
            0.5 none, and less says that the others are likelier.

            The others become black and white as the pictures of the run did, and those from elsewhere are brought to \
            their size and colours.

            Examples:

              gannet outliers runs/pixelcnn
              gannet outliers runs/conditional-pixelcnn --against noise --against glyphs --count 500 --output outliers
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(
        help: ArgumentHelp(
            "The other pictures: 'noise', each value drawn by itself, 'flipped', the test pictures mirrored left to right, "
                + "'glyphs' or a folder as for train. Can be given several times. (default: noise, flipped)",
            valueName: "noise|flipped|glyphs|path"))
    var against: [OutlierSource] = []

    @OptionGroup var data: TestDataOption
    @OptionGroup var size: TestCountOption

    @Option(help: "What the noise follows from. (default: 0)")
    var seed: UInt64?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder for histograms of the log-likelihoods, an SVG file for each kind of other pictures. By default none "
                + "are written.", valueName: "dir"))
    var output: String?

    @OptionGroup var device: DeviceOption

    @OptionGroup var json: JSONOption

    /// The pictures to tell apart from those of the test.
    private var others: [OutlierSource] { against.isEmpty ? [.noise, .flipped] : against }

    func validate() throws {
        if seed != nil, !others.contains(.noise) {
            throw ValidationError("--seed is for noise, and --against names none: leave it out.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.model(
            as: (any ExactLikelihoodModel & ImageModel).self, for: "exact likelihood of pictures")
        let (source, tests) = try saved.testData(data.source)
        let count = min(size.count ?? tests.count, tests.count)
        // Whatever is not to be had is so before anything is computed.
        let pictures = try others.map {
            try $0.pictures(for: saved, model.imageShape, tests: tests, count: count, seed: seed ?? 0)
        }
        if let output { try FileAccess.createFolder(output) }
        let known = try model.logLikelihoods(over: tests, count: count, on: device)
        var comparisons: [Comparison] = []
        for (other, pictures) in zip(others, pictures) {
            let scores = try model.logLikelihoods(over: pictures, count: size.count ?? .max, on: device)
            var comparison = Comparison(other: other, known: known, scores: scores)
            if let output { try comparison.write(to: output, besides: comparisons.compactMap(\.path)) }
            comparisons.append(comparison)
        }
        if json.isAsked {
            print(report(comparisons, mean: known.mean, count: count, source, saved, device))
        } else {
            describe(comparisons, mean: known.mean, count: count, source)
        }
    }

    private func report(
        _ comparisons: [Comparison], mean: Double, count: Int, _ source: DataSource, _ saved: SavedRun,
        _ device: Device
    ) -> JSON {
        [
            "run": .string(trained.path), "step": saved.step.map { .integer($0) } ?? .null,
            "data": .string(source.description), "pictures": .integer(count), "logLikelihood": .number(mean),
            "device": .string(device.name), "seed": .string(String(seed ?? 0)),
            "against": .array(comparisons.map(\.json)),
        ]
    }

    private func describe(_ comparisons: [Comparison], mean: Double, count: Int, _ source: DataSource) {
        print(
            "The mean log-likelihood of \(Format.count(Double(count))) test pictures of \(source) is "
                + "\(Format.number(mean, digits: 2)) nats, and of")
        for comparison in comparisons { print("  \(comparison.phrase)") }
        for path in comparisons.compactMap(\.path) { print("Wrote \(path).") }
    }
}

/// What likelihoods tell of test pictures and others.
private struct Comparison {
    let other: OutlierSource
    /// The log-likelihoods of the test pictures, and of the others.
    let known: [Double]
    let scores: [Double]
    /// The histogram's file.
    private(set) var path: String?

    init(other: OutlierSource, known: [Double], scores: [Double]) {
        (self.other, self.known, self.scores) = (other, known, scores)
    }

    private var area: Double { areaUnderROC(positives: known, negatives: scores) }

    /// In sentences.
    var phrase: String {
        "\(Format.count(Double(scores.count))) of \(other) \(Format.number(scores.mean, digits: 2)) nats: "
            + "AUROC \(Format.number(area, digits: 4))"
    }

    var json: JSON {
        [
            "name": .string(other.description), "pictures": .integer(scores.count),
            "logLikelihood": .number(scores.mean), "auroc": .number(area),
            "histogram": path.map { .string($0) } ?? .null,
        ]
    }

    /// Writes a histogram of both to a folder, in a file of its own.
    mutating func write(to folder: String, besides taken: [String]) throws {
        let name = folder + "/" + other.shortName
        let names = [name] + (2...taken.count + 2).map { "\(name)-\($0)" }
        let free = names.map { $0 + ".svg" }.first { !taken.contains($0) }!
        try Histogram([("test pictures", known), (other.description, scores)])
            .plot(xTitle: "log-likelihood, nats", yTitle: "share of the pictures, %").write(to: free)
        path = free
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
