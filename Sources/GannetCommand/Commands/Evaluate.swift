import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet evaluate RUN`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how well a trained model knows the test pictures.",
        discussion: """
            The figure is the negative evidence lower bound in nats: summed over the pixels of a picture, averaged \
            over the pictures, grey values as the targets of Bernoulli pixels, one sample of z a picture. Lower is \
            better. For an FVBN, a PixelCNN or a PixelRNN it is the negative log-likelihood itself, of values that are 0 \
            or 1 or, for the latter two and with colours, one of 256. For a WaveNet it is that of pieces of sounds, whose \
            samples have 256 levels. For a classifier it is the accuracy, the share of pictures that it gives their own \
            class. For a VQ-VAE it is the squared error of a picture, with the perplexity of the codes, which tells how many are in \
            use; for a prior over its codes, their negative log-likelihood. For a flow it is \
            a bound for pixels of 256 levels, with the density of their logits. For a diffusion model it is a bound as well, of \
            pixels of 256 levels, whose three terms it names; time steps are gone through in turn while pictures are.

            Nats are also told as bits per dimension: divided by height · width · channels, or by the samples of a sound, \
            and by ln 2. A bound gives a bound; that of a VAE is one for pixels that are black or white, with grey values \
            as the probabilities of white.

            Examples:

              gannet evaluate runs/vae
              gannet evaluate runs/digits --data data/mnist --json
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @OptionGroup var data: TestDataOption

    @Option(help: "What the samples of z follow from.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Of diffusion models: a plot of the bound's term at each time step to write, an SVG file.",
            valueName: "file.svg"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Of VAEs: how many weighed samples of z a picture to tell the log-likelihood by, which the bound comes the nearer to the "
                + "more there are. (default: none, the evidence lower bound alone)", valueName: "number"))
    var importanceSamples: Int?

    @OptionGroup var device: DeviceOption

    @Flag(
        help: ArgumentHelp(
            "Print one JSON object, with negativeELBO in nats per picture and bitsPerDimensionBound, or with "
                + "negativeLogLikelihood and bitsPerDimension, or with negativeLogLikelihoodBound and, of diffusion, the terms of the bound "
                + "in bits per dimension, of flows logDensityOfLogits, or with negativeLogLikelihoodOfCodes, or with squaredError and the "
                + "perplexities of codes, or with accuracy in 0…1."))
    var json = false

    func validate() throws {
        try checkRange("--importance-samples", importanceSamples, VAEConfiguration.sampleCounts)
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        if importanceSamples != nil, !(saved.model is VAE) {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --importance-samples is for VAEs.")
        }
        guard let score = saved.kind.score, let model = saved.model as? any EvaluableModel else {
            throw TrainingError(
                .badRun, "\(trained.path) holds \(saved.kind.title), which has no likelihood to judge it by.")
        }
        let (source, examples) = try saved.testData(data.source)
        let name = type(of: saved.configuration).example
        let figure: Double
        var bits: Bits?
        let bound = try (model as? DDPM)?.bound(over: examples, seed: seed, on: device)
        if let bound {
            figure = bound.nats(examples.exampleShape)
            bits = Bits(perDimension: bound.total, isBound: true)
        } else if let model = model as? CodePrior {
            // A picture is not all that its codes say: no bits of its dimensions.
            figure = try model.negativeLogLikelihoodBound(over: examples, seed: seed, on: device)
        } else if let model = model as? any LikelihoodModel {
            figure = try model.negativeLogLikelihoodBound(over: examples, seed: seed, on: device)
            bits = Bits(
                perDimension: model.bitsPerDimension(nats: figure, exampleShape: examples.exampleShape),
                isBound: !(model is any ExactLikelihoodModel))
        } else {
            figure = try model.evaluation(over: examples, on: device)
        }
        let likelihood = try importanceSamples.flatMap { count in
            try (saved.model as? VAE)?.negativeLogLikelihood(
                over: examples, samples: count, seed: seed, on: device)
        }
        let logDensity = try (model as? any FlowModel)?.logitLogDensity(
            over: examples, seed: seed, on: device)
        let perplexities = try (model as? any CodedModel)?.perplexities(over: examples, on: device)
        if json {
            var result: [String: JSON] = [
                "run": .string(trained.path), "step": saved.step.map { .integer($0) } ?? .null,
                "data": .string(source.description), name + "s": .integer(examples.count),
                "device": .string(device.name), "seed": .string(String(seed)), score.key: .number(figure),
            ]
            if let likelihood { result["importanceWeightedNLL"] = .number(likelihood) }
            if let logDensity { result["logDensityOfLogits"] = .number(logDensity) }
            if let perplexities { result["perplexities"] = .array(perplexities.map { .number($0) }) }
            if let bits { result[bits.key] = .number(bits.perDimension) }
            if let bound {
                result["prior"] = .number(bound.prior)
                result["decoder"] = .number(bound.decoder)
                result["divergences"] = .number(bound.divergences)
                result["terms"] = .array(bound.terms.map { .number($0) })
            }
            print(JSON.object(result))
        } else {
            print(
                "\(score.phrase(figure, per: name)), \(bits.map { $0.phrase + ", " } ?? "")over "
                    + "\(Format.count(Double(examples.count))) test \(name)s of \(source)")
            if let likelihood {
                print(
                    "  negative log-likelihood \(score.text(likelihood)) by \(importanceSamples!) weighed samples of z a "
                        + name)
            }
            if let logDensity {
                print(
                    "  log-density of the pixels' logits \(Format.number(logDensity, digits: 2)) nats per \(name)"
                )
            }
            if let perplexities, let model = saved.codedModel {
                for (plane, perplexity) in zip(model.planes.indices, perplexities) {
                    let (sides, book) = (model.planes[plane], model.books[plane])
                    print(
                        "  perplexity \(Format.number(perplexity, digits: 1)) of the \(book.count) codes of the plane of "
                            + "\(sides[0]) × \(sides[1])")
                }
            }
            if let bound {
                func number(_ value: Double) -> String { Format.number(value, digits: 4) }
                print(
                    "  of these bits are \(number(bound.prior)) L_T, \(number(bound.divergences)) L_1 to L_{T-1}, and "
                        + "\(number(bound.decoder)) L_0")
            }
        }
        if let plot {
            guard let bound else {
                throw TrainingError(
                    .badRun, "\(trained.path) holds \(saved.kind.title), and --plot is for diffusion models.")
            }
            var graph = LinePlot(
                [.init("terms of the bound", bound.terms.enumerated().map { .init(Double($0), $1) })],
                xTitle: "time step", yTitle: "bits per dimension")
            graph.usesLogarithm = true
            try graph.write(to: plot)
            Console.note("Wrote \(plot).")
        }
    }
}

/// How many bits a model needs for a value of a picture.
private struct Bits {
    var perDimension: Double
    /// Whether they may be fewer.
    var isBound: Bool

    /// In JSON.
    var key: String { isBound ? "bitsPerDimensionBound" : "bitsPerDimension" }
    /// In sentences: "at most 0.194 bits per dimension".
    var phrase: String {
        (isBound ? "at most " : "") + Format.number(perDimension, digits: 3) + " bits per dimension"
    }
}
