import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet latents RUN`.
struct Latents: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says which latents of a model tell of pictures, and maps pictures by two of them.",
        discussion: """
            For each latent the mean and the deviation over the test pictures and, of a VAE, how much it tells of a picture: the mean \
            divergence from the prior, in nats. A latent out of use tells nothing. Of rectangles, which the program draws, it is known \
            what they differ by: for each such factor the latent that follows it most is named, with the correlation. With --map, a plot of the pictures by two latents, \
            their classes in colours.

            Examples:

              gannet latents runs/vae
              gannet latents runs/vae --map map.svg --dimensions 0,1 --json
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption
    @OptionGroup var data: TestDataOption

    @Option(help: "How many test pictures, the first ones.")
    var count = LatentStatistics.pictures

    @Option(
        help: ArgumentHelp(
            "A plot of the pictures by two latents to write, an SVG file.", valueName: "file.svg"))
    var map: String?

    @Option(
        help: ArgumentHelp(
            "The two latents of the plot, from 0. (default: those that tell most)", valueName: "n,n"),
        transform: { try wholeNumbers($0, "--dimensions") })
    var dimensions: [Int]?

    @OptionGroup var device: DeviceOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        try checkRange("--count", count, 2...1_000_000)
        if let dimensions {
            if map == nil { throw ValidationError("--dimensions is for the plot: give --map, too.") }
            if dimensions.count != 2 || dimensions[0] == dimensions[1] {
                throw ValidationError("--dimensions must be two different latents.")
            }
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.latentModel()
        if model.conditioningClassCount != nil {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title) that is told classes, whose latents mean another thing for each: gannet traverse "
                    + "--class shows them.")
        }
        if let dimensions { try saved.checkDimensions("--dimensions", dimensions, of: model) }
        let (source, examples) = try saved.testData(data.source)
        let batch = try examples.batch(at: Array(0..<min(count, examples.count)))
        let (latents, rows) = try model.statistics(of: batch.images, labels: nil, on: device)
        let followed = source == .rectangles ? Self.followed(rows) : []
        if json.isAsked {
            print(report(latents, followed, source, rows.count))
        } else {
            describe(latents, followed, source, rows.count)
        }
        guard let map else { return }
        if model.latents < 2 {
            throw TrainingError(
                .badRun, "\(trained.path) holds \(saved.kind.title) of one latent, and --map needs two.")
        }
        let chosen = dimensions ?? [latents[0].number, latents[1].number].sorted()
        let labels = try batch.labels?.array(of: Int32.self, on: device)
        try plot(rows, labels, chosen).write(to: map)
        Console.note("Wrote \(map).")
    }

    /// A factor of rectangles, and the latent that follows it most.
    private struct Followed {
        var factor: Rectangles.Factor
        var latent: Int
        /// Between the two, from −1 to 1.
        var correlation: Double
    }

    private static func followed(_ rows: [[Double]]) -> [Followed] {
        let factors = rows.indices.map { Rectangles.testFactors(of: $0).map(Double.init) }
        return Rectangles.Factor.allCases.enumerated().map { number, factor in
            let values = factors.map { $0[number] }
            let correlations = rows[0].indices.map { latent in
                correlation(values, rows.map { $0[latent] })
            }
            let best = correlations.indices.max { abs(correlations[$0]) < abs(correlations[$1]) }!
            return Followed(factor: factor, latent: best, correlation: correlations[best])
        }
    }

    /// Pearson's; 0 where one of them does not change.
    private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        func centred(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { $0 - mean }
        }
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let (a, b) = (centred(x), centred(y))
        let size = (product(a, a) * product(b, b)).squareRoot()
        return size > 0 ? product(a, b) / size : 0
    }

    private func plot(_ rows: [[Double]], _ labels: [Int32]?, _ chosen: [Int]) -> LinePlot {
        let classes = Set(labels ?? []).sorted()
        func points(_ isShown: (Int) -> Bool) -> [LinePlot.Point] {
            rows.indices.filter(isShown).map { .init(rows[$0][chosen[0]], rows[$0][chosen[1]]) }
                .sorted { $0.x < $1.x }
        }
        let series =
            labels.map { labels in
                classes.map { label in
                    LinePlot.Series("\(label)", points { labels[$0] == label }, isDotted: true)
                }
            } ?? [LinePlot.Series("pictures", points { _ in true }, isDotted: true)]
        return LinePlot(series, xTitle: "latent \(chosen[0])", yTitle: "latent \(chosen[1])")
    }

    private func report(
        _ latents: [LatentStatistics], _ followed: [Followed], _ source: DataSource, _ count: Int
    ) -> JSON {
        let factors = followed.map { each in
            JSON.object([
                "factor": .string(each.factor.rawValue), "latent": .integer(each.latent),
                "correlation": .number(each.correlation),
            ])
        }
        return .object([
            "run": .string(trained.path), "data": .string(source.description), "pictures": .integer(count),
            "factors": .array(factors),
            "latents": .array(
                latents.map { latent in
                    var entry: [String: JSON] = [
                        "latent": .integer(latent.number), "mean": .number(latent.mean),
                        "deviation": .number(latent.deviation),
                    ]
                    entry["divergence"] = latent.divergence.map { .number($0) }
                    return .object(entry)
                }),
        ])
    }

    private func describe(
        _ latents: [LatentStatistics], _ followed: [Followed], _ source: DataSource, _ count: Int
    ) {
        func number(_ value: Double) -> String { Format.number(value, digits: 3) }
        for latent in latents {
            print(
                "latent \(latent.number): mean \(number(latent.mean)), deviation \(number(latent.deviation))"
                    + (latent.divergence.map { ", tells \(number($0)) nats" } ?? ""))
        }
        if latents.first?.divergence != nil {
            let all = latents.reduce(0) { $0 + ($1.divergence ?? 0) }
            print("All tell \(number(all)) nats of a picture, over \(count) test pictures of \(source).")
        }
        for each in followed {
            print(
                "\(each.factor.rawValue) is followed by latent \(each.latent), correlation \(number(each.correlation))"
            )
        }
    }
}
