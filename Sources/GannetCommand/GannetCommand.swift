import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The command-line tool.
@main
struct GannetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gannet",
        abstract: "Trains and samples generative models on any OpenCL device, and on the CPU without one.",
        discussion: """
            The first run needs no data and no options:

              gannet train vae
              gannet sample runs/vae --output samples.png

            The exit status is 0 when all went well, 1 when something could not be done, 64 when the command is \
            wrong, and 75 when a training run was stopped and can be resumed.
            """,
        version: "0.1.0",
        subcommands: [
            Train.self, Sample.self, Complete.self, Denoise.self, Vary.self, Classify.self, Outliers.self,
            Reconstruct.self, Interpolate.self, Traverse.self, Edit.self, Combine.self, Latents.self,
            Neighbours.self, Animate.self, Evaluate.self, Judge.self, Play.self, Devices.self, Tune.self,
        ])

    static func main() {
        // A file that grows beyond its limit shall be an error in words, as a full disk is.
        signal(SIGXFSZ, SIG_IGN)
        main(nil)
    }
}

extension ExitCode {
    /// A training run was stopped and can be resumed: `EX_TEMPFAIL` of sysexits.h, "the user is invited to try
    /// again". (128 + the signal's number, as shells report it, would look as if the process had been killed.)
    static let stopped = ExitCode(75)
}
