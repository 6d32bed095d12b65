import ArgumentParser

/// Where a classifier's encoder is from, and what follows it.
struct EncoderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The run of an autoencoder or of a VAE whose encoder is where to start. It is copied into this run.",
            valueName: "run"))
    var encoder: String?

    @Option(
        help: ArgumentHelp(
            "The units of the layers between the encoder and the classes, or none. (default: 256)",
            valueName: "n,n,…|none"),
        transform: { try wholeNumbersOrNone($0, "--hidden") })
    var hidden: [Int]?

    @Flag(
        help: ArgumentHelp("Let the encoder stay as it is, which is better where few pictures have labels."))
    var freeze = false

    func validate() throws {
        try checkRange("--hidden", hidden?.count, 0...100, meaning: "the number of layers")
        for number in hidden ?? [] {
            try checkRange("--hidden", number, EncodedClassifierConfiguration.widths)
        }
    }
}
