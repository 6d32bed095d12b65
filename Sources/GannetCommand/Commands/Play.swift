import ArgumentParser

/// `gannet play`: small things to see how trainings behave.
struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows in the small how two networks that are trained against each other behave.",
        subcommands: [PlaySaddle.self])
}
