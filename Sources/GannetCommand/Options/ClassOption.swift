import ArgumentParser
import Gannet

/// Which class pictures or sounds are to be of.
struct ClassOption: ParsableArguments {
    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "Of a model that is told classes: the class, from 0, of all that is drawn. By default none is asked for; gannet sample "
                + "draws all in turn.",
            valueName: "number"))
    var label: Int?
}

extension SavedRun {
    /// Throws where the model, which is told one of `count` classes or none, cannot be asked for a class.
    func checkClass(_ label: Int, of count: Int?) throws {
        guard let count else {
            throw TrainingError(
                .badRun,
                "\(folder.path) holds \(kind.title) that is not told classes, and --class is for one that is."
            )
        }
        try checkRange("--class", label, 0...count - 1)
    }
}
