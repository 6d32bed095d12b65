import ArgumentParser
import Gannet
import GannetModels

/// What a VQ-VAE is like.
struct CodedModelOptions: ParsableArguments {
    @Option(help: "How many codes a book has. (default: 128)")
    var codes: Int?

    @Option(
        help: ArgumentHelp("How many numbers a code is. (default: 16)", valueName: "number"))
    var codeFeatures: Int?

    @Option(
        help: ArgumentHelp(
            "How codes follow what they stand for: as moving averages, where codes that fall out of use are revived, or by a part of the "
                + "loss. (default: average)", valueName: "average|loss"))
    var codeLearning: CodeLearningName?

    @Option(
        parsing: .unconditional,
        help: "How much it counts that encodings keep to their codes. (default: 0.25)")
    var commitment: Float?

    @Option(help: "The features of the convolutions. (default: 64)")
    var features: Int?

    @Option(help: "How often the sides of a picture are halved before the finer plane of codes. (default: 2)")
    var halvings: Int?

    @Option(help: "The residual blocks of each network. (default: 2)")
    var blocks: Int?

    func validate() throws {
        for (name, value, range) in [
            ("--codes", codes, CodedModelSizes.codeCounts),
            ("--code-features", codeFeatures, CodedModelSizes.featureCounts),
            ("--features", features, CodedModelSizes.featureCounts),
            ("--halvings", halvings, CodedModelSizes.halvingCounts),
            ("--blocks", blocks, CodedModelSizes.blockCounts),
        ] {
            try checkRange(name, value, range)
        }
        if let commitment, !(commitment >= 0 && commitment.isFinite) {
            throw ValidationError("--commitment is \(commitment), and must be at least 0.")
        }
    }
}

/// The ways of learning codes that can be named.
enum CodeLearningName: String, ExpressibleByArgument, CaseIterable {
    case average, loss

    var learning: CodebookOptions.Learning { self == .loss ? .loss : .movingAverage(decay: 0.99) }
}
