import ArgumentParser
import GannetModels

/// What a prior over codes is like.
struct CodePriorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The run of a VQ-VAE or a VQ-VAE-2 whose codes are to be known. It is copied into this run, and does not learn any more.",
            valueName: "run"))
    var codes: String?

    @Flag(help: "Tell the networks the class of each picture. The data must name the classes.")
    var classes = false

    @Option(
        help:
            "The features of each stack of the networks. (default: \(CodePriorConfiguration.standard.features))"
    )
    var features: Int?

    @Option(
        help:
            "The layers of each network behind the first. (default: \(CodePriorConfiguration.standard.blocks))"
    )
    var blocks: Int?

    func validate() throws {
        try checkRange("--features", features, CodePriorConfiguration.featureCounts)
        try checkRange("--blocks", blocks, CodePriorConfiguration.blockCounts)
    }
}
