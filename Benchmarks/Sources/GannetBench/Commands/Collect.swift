import ArgumentParser
import Gannet

/// `gannet-bench collect`.
struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Makes one JSON and one Markdown table of the files that other commands have left in a folder.",
        discussion: """
            It reads, where they are there: probe.json, conformance-….json, tune.json of 'gannet tune', \
            profile-….json, and the columns of the table of times: column-….json, which 'all --json' and the peers' \
            scripts print. It writes results.json and results.md.
            """)

    @Argument(help: "The folder.")
    var folder: String

    func run() throws {
        let results = try CollectedResults(folder: folder)
        try TextFile.write(results.json.indentedDescription + "\n", to: folder + "/results.json")
        try TextFile.write(results.markdown, to: folder + "/results.md")
        print(results.markdown, terminator: "")
    }
}
