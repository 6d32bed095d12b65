/// What the user calls a kind of model.
protocol NamedModel {
    /// The name in commands and in `config.json`: "vae".
    static var name: String { get }
    /// The name in sentences: "a VAE".
    static var title: String { get }
    /// The name in full: "a variational autoencoder".
    static var longTitle: String { get }
    /// What the help says of the model, in whole sentences.
    static var explanation: String { get }
}

/// The configuration of one of several kinds of model, which are trained alike and are called what the kinds are.
protocol KindConfiguration: ModelConfiguration {
    /// The kind; its explanation is what the help says first.
    associatedtype Kind: NamedModel
    /// What the help says of all kinds.
    static var sharedExplanation: String { get }
}

extension KindConfiguration {
    static var name: String { Kind.name }
    static var title: String { Kind.title }
    static var longTitle: String { Kind.longTitle }
    static var explanation: String { Kind.explanation + " " + sharedExplanation }
}
