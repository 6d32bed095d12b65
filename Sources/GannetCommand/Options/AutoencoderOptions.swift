import ArgumentParser

/// What an autoencoder is like.
struct AutoencoderOptions: ParsableArguments {
    @OptionGroup var sizes: LatentNetworkOptions

    @Flag(
        help: ArgumentHelp(
            "Take the decoder's results for pixels as they are, without a sigmoid: with --hidden none the model finds the principal "
                + "components."))
    var linear = false
}
