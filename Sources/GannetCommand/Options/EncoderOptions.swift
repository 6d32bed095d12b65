import ArgumentParser

/// Where a classifier's encoder is from.
struct EncoderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The run of an autoencoder or of a VAE whose encoder is where to start. It is copied into this run.",
            valueName: "run"))
    var encoder: String?
}
