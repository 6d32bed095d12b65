import ArgumentParser
import GannetModels

/// What a variational autoencoder is like, and what it is trained by.
struct VAEOptions: ParsableArguments {
    @OptionGroup var sizes: LatentNetworkOptions

    @Option(
        help: ArgumentHelp(
            "How pixels are distributed: black or white; by a Gaussian each; or as one of 256 levels by a logistic distribution. "
                + "(default: bernoulli)", valueName: "bernoulli|gaussian|logistic"))
    var decoder: DecoderName?

    @Option(
        help: ArgumentHelp(
            "How many Gaussians, which are trained with the rest, the latents' prior is a mixture of. (default: one that is fixed)",
            valueName: "number"))
    var priorComponents: Int?

    @Flag(help: "Tell the networks the class of each picture. The data must name the classes.")
    var classes = false

    @Option(
        parsing: .unconditional,
        help: "How much the divergence of the latents from their prior counts beside the pixels. (default: 1)"
    )
    var beta: Float?

    @Option(
        help: ArgumentHelp(
            "Over how many updates the divergence comes to count, so that latents are used before they cost something. (default: 0)",
            valueName: "updates"))
    var betaWarmup: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What each latent may tell without cost, in nats, so that none falls out of use. (default: 0)",
            valueName: "nats"))
    var freeNats: Float?

    @Option(
        help: ArgumentHelp(
            "Train by the importance-weighted bound with so many samples of z a picture. (default: the plain bound)",
            valueName: "number"))
    var importanceSamples: Int?

    func validate() throws {
        try checkRange("--prior-components", priorComponents, VAEConfiguration.componentCounts)
        try checkRange("--beta-warmup", betaWarmup, 0...1_000_000_000)
        try checkRange("--importance-samples", importanceSamples, VAEConfiguration.sampleCounts)
        for (name, value) in [("--beta", beta), ("--free-nats", freeNats)] {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("\(name) is \(value), and must be at least 0.")
            }
        }
        if importanceSamples != nil, beta ?? 1 != 1 || freeNats ?? 0 != 0 || betaWarmup ?? 0 != 0 {
            throw ValidationError(
                "--beta, --beta-warmup and --free-nats weigh the divergence, which the bound of --importance-samples does not have by "
                    + "itself: give one or the other.")
        }
        if priorComponents != nil, freeNats ?? 0 != 0 {
            throw ValidationError(
                "--free-nats is for latents that are independent, and those of --prior-components are not: give one of them."
            )
        }
    }
}

/// The decoders that can be named.
enum DecoderName: String, ExpressibleByArgument, CaseIterable {
    case bernoulli, gaussian, logistic

    var distribution: DecoderDistribution {
        switch self {
        case .bernoulli: .bernoulli
        case .gaussian: .gaussian
        case .logistic: .discretizedLogistic
        }
    }
}
