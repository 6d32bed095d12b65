import ArgumentParser
import Gannet
import GannetModels

/// `gannet play saddle`.
struct PlaySaddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle",
        abstract:
            "Lets two players step along the gradients of f = a·x·y + x² − y², and draws where they go.",
        discussion: """
            One moves x to make f smaller, the other y to make it larger, both at once, from (1, 1). Each step takes them nearer to \
            the saddle at (0, 0), or away from it, by a factor, and turns them: with steps above 4 / (4 + a²) they run away, though \
            each alone would come to rest with steps below 1. So do a generator and a discriminator that learn too fast.

            Examples:

              gannet play saddle --a 2 --step-size 0.1
              gannet play saddle --a 10 --step-size 0.1 --steps 30 --output away.svg
            """)

    @Option(
        name: .customLong("a"), parsing: .unconditional,
        help: "How much each player's slope depends on the other.")
    var coupling = 2.0

    @Option(help: "The size of steps.")
    var stepSize = 0.1

    @Option(help: "How many steps are made.")
    var steps = 10

    @Option(name: .shortAndLong, help: ArgumentHelp("The SVG file to write.", valueName: "file.svg"))
    var output = "saddle.svg"

    func validate() throws {
        if !coupling.isFinite { throw ValidationError("--a is \(coupling), and must be a number.") }
        if !(stepSize > 0 && stepSize.isFinite) {
            throw ValidationError("--step-size is \(stepSize), and must be above 0.")
        }
        try checkRange("--steps", steps, 1...100_000)
    }

    func run() throws {
        let game = SaddleGame(coupling: coupling, stepSize: stepSize)
        // What is too far away cannot be drawn.
        let path = game.path(count: steps).filter { abs($0.x) < 1e300 && abs($0.y) < 1e300 }
        let points = path.map { LinePlot.Point($0.x, $0.y) }
        let plot = LinePlot([LinePlot.Series("the players", points)], xTitle: "x", yTitle: "y")
        try plot.write(to: output)
        let (last, limit) = (path[path.count - 1], Format.number(game.largestStableStep, digits: 4))
        let fate = game.rate < 1 ? "come to it" : game.rate > 1 ? "run away" : "stay as far"
        print(
            "After \(path.count - 1) steps x is \(last.x) and y is \(last.y). Each multiplies the distance from the saddle by "
                + "\(Format.number(game.rate, digits: 4)): the players \(fate). Steps above \(limit) take them away."
        )
        Console.note("Wrote \(output).")
    }
}
