import ArgumentParser

/// How large the networks are that encode pictures and decode latents.
struct LatentNetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The units of the encoder's hidden layers, or none; the decoder has the same ones in reverse. (default: 400, after "
                + "convolutions 256)", valueName: "n,n,…|none"),
        transform: { try wholeNumbersOrNone($0, "--hidden") })
    var hidden: [Int]?

    @Option(
        help: ArgumentHelp(
            "Begin with convolutions of so many features, each of which halves the pictures' sides. (default: none)",
            valueName: "n,n,…"),
        transform: { try wholeNumbers($0, "--features") })
    var features: [Int]?

    @Option(help: "The number of latent variables. (default: \(LatentNetworkSizes.standard.latents))")
    var latents: Int?

    func validate() throws {
        try checkRange("--latents", latents, LatentNetworkSizes.widths)
        for number in hidden ?? [] { try checkRange("--hidden", number, LatentNetworkSizes.widths) }
        for number in features ?? [] { try checkRange("--features", number, LatentNetworkSizes.widths) }
    }
}
