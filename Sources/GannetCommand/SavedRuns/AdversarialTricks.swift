import ArgumentParser
import Gannet
import GannetModels

/// What networks of every kind can have beside their sizes.
struct AdversarialTricks: Hashable, Sendable {
    /// What the user says of it.
    struct Options: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "What the discriminator sees of how the pictures of a batch differ: nothing, one number, or each picture's nearness to the "
                    + "others. (default: none)",
                valueName: BatchComparison.allCases.map(\.rawValue).joined(separator: "|")))
        var comparison: BatchComparison?

        @Option(
            help: ArgumentHelp(
                "The share of the generator's features that is dropped, also when pictures are drawn: the same latents then give many. (default: 0)",
                valueName: "share"))
        var dropout: Float?

        func validate() throws {
            if let dropout, !AdversarialTricks.rates.contains(dropout) {
                throw ValidationError("--dropout is \(dropout), and must be at least 0 and below 1.")
            }
        }
    }

    private static let rates: Range<Float> = 0..<1

    var comparison = BatchComparison.none
    var dropout: Float = 0

    init(_ options: Options) {
        comparison = options.comparison ?? comparison
        dropout = options.dropout ?? dropout
    }

    init() {}

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        comparison =
            try reader.optional("comparison") { $0.stringValue.flatMap(BatchComparison.init(rawValue:)) }
            ?? comparison
        dropout = try reader.optional("dropout") { $0.doubleValue.map { Float($0) } } ?? dropout
        if !Self.rates.contains(dropout) { throw reader.damaged }
    }

    var json: [String: JSON] {
        ["comparison": .string(comparison.rawValue), "dropout": .float(dropout)]
    }

    /// Why they do not go with how networks are trained; nil where they do.
    func objection(_ settings: AdversarialSettings) -> String? {
        comparison != .none && settings.mixesBatches
            ? "--comparison is of pictures of one kind, and --mixed-batches lets the discriminator see both as one batch"
            : nil
    }

    func changes(_ options: Options) -> [(name: String, given: String, own: String)] {
        [
            ("comparison", (options.comparison ?? comparison).rawValue, comparison.rawValue),
            ("dropout", "\(options.dropout ?? dropout)", "\(dropout)"),
        ]
    }
}

extension BatchComparison: ExpressibleByArgument {}
