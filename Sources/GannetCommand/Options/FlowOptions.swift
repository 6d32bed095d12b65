import ArgumentParser
import GannetModels

/// How large a flow is, and how pixels become its numbers.
struct FlowOptions<Kind: FlowKind>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The levels, behind each of which half of the numbers leave and the sides are halved"
                + (Kind.hasLevels ? ". (default: \(Kind.standard.levels))" : "; always 1 here."),
            valueName: "number"))
    var levels: Int?

    @Option(help: ArgumentHelp("\(Kind.depthHelp) (default: \(Kind.standard.depth))", valueName: "number"))
    var depth: Int?

    @Option(help: "\(Kind.featuresHelp) (default: \(Kind.standard.features))")
    var features: Int?

    @Option(
        help: ArgumentHelp(
            "How far pixels stay from the ends of 0…1 before their logit is taken. (default: 1e-6)",
            valueName: "share"))
    var alpha: Float?

    func validate() throws {
        let levels = Kind.hasLevels ? FlowSizes.levelCounts : 1...1
        try checkRange("--levels", self.levels, levels)
        try checkRange("--depth", depth, FlowSizes.depths)
        try checkRange("--features", features, FlowSizes.featureCounts)
        if let alpha, !FlowSizes.isSound(alpha: alpha) {
            throw ValidationError("--alpha is \(alpha), and must be above 0 and below 0.5.")
        }
    }
}
