import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet classify RUN`.
struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Finds the classes of pictures by a model that knows how likely they are, given their class.",
        discussion: """
            By Bayes' rule, with classes that are equally likely. Of the test pictures, or those of --data, it says how many \
            are given their own class, and how likely they are: a picture whose log-likelihood is below --threshold counts as \
            none of the classes. How well log-likelihoods tell such pictures, gannet outliers says.

            Examples:

              gannet classify runs/conditional-pixelcnn
              gannet classify runs/conditional-pixelcnn --data other --threshold -150 --json
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @OptionGroup var data: TestDataOption
    @OptionGroup var size: TestCountOption

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pictures whose log-likelihood is below are rejected. By default none.", valueName: "nats"))
    var threshold: Double?

    @OptionGroup var device: DeviceOption

    @OptionGroup var json: JSONOption

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.model(
            as: ConditionalGatedPixelCNN.self, for: "likelihood of pictures given their class")
        let (source, pictures) = try saved.testData(data.source)
        let found = try results(BayesClassifier(model), pictures, on: device)
        let rejected = found.count { $0.evidence < (threshold ?? -.infinity) }
        let evidence = found.reduce(0) { $0 + $1.evidence } / Double(found.count)
        let labelled = found.filter { $0.label != nil }
        let right = labelled.count { $0.label == $0.guess }
        let accuracy = labelled.isEmpty ? nil : Double(right) / Double(labelled.count)
        if json.isAsked {
            print(
                JSON.object([
                    "run": .string(trained.path), "data": .string(source.description),
                    "pictures": .integer(found.count), "accuracy": accuracy.map { .number($0) } ?? .null,
                    "logLikelihood": .number(evidence), "rejected": .integer(rejected),
                    "threshold": threshold.map { .number($0) } ?? .null, "device": .string(device.name),
                ]))
            return
        }
        let judged =
            accuracy.map { Format.number(100 * $0, digits: 2) + " % are given their own class; " } ?? ""
        print(
            "Of \(Format.count(Double(found.count))) pictures of \(source): \(judged)the mean log-likelihood is "
                + "\(Format.number(evidence, digits: 2)) nats"
                + (threshold.map {
                    ", and \(rejected) are below \(Format.number($0, digits: 2)) and rejected."
                } ?? "."))
    }

    /// What was found of each picture.
    private func results(
        _ classifier: BayesClassifier, _ pictures: any DataSet, on device: Device
    ) throws -> [(guess: Int, label: Int?, evidence: Double)] {
        let total = min(size.count ?? pictures.count, pictures.count)
        var found: [(guess: Int, label: Int?, evidence: Double)] = []
        for start in stride(from: 0, to: total, by: 50) {
            let batch = try pictures.batch(at: Array(start..<min(start + 50, total)))
            let likelihoods = try classifier.logLikelihoods(batch.images).evaluated(on: device)
            let guesses = try likelihoods.argmax(axis: 1).array(of: Int32.self, on: device)
            let evidence = try BayesClassifier.logEvidence(likelihoods).array(of: Float.self, on: device)
            let labels = try batch.labels?.array(of: Int32.self, on: device)
            for number in guesses.indices {
                found.append((Int(guesses[number]), labels.map { Int($0[number]) }, Double(evidence[number])))
            }
        }
        return found
    }
}
