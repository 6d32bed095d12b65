import ArgumentParser
import Gannet
import GannetData

/// Where pictures come from.
enum DataSource: ExpressibleByArgument, CustomStringConvertible, Hashable {
    /// The data set that the program draws itself.
    case glyphs
    /// A folder that holds the files of MNIST, or of a data set in the same form.
    case folder(String)

    init?(argument: String) {
        if argument.isEmpty { return nil }
        self = argument == "glyphs" ? .glyphs : .folder(argument)
    }

    var description: String {
        switch self {
        case .glyphs: "glyphs"
        case .folder(let path): path
        }
    }

    /// The pictures to train on and those to judge by.
    func load() throws -> (training: ImageDataSet, test: ImageDataSet) {
        switch self {
        case .glyphs:
            let glyphs = Glyphs()
            return (glyphs.training, glyphs.test)
        case .folder(let path):
            let digits = try MNIST(folder: path)
            return (digits.training, digits.test)
        }
    }

    /// The pictures to judge by alone, which must fit a model for pictures of shape `imageShape`.
    func loadTest(imageShape: Shape) throws -> ImageDataSet {
        let test =
            switch self {
            case .glyphs: Glyphs.test()
            case .folder(let path): try MNIST.load(.test, folder: path)
            }
        if test.imageShape != imageShape {
            throw DataError(
                .mismatch, path: description,
                "The pictures of \(self) are of shape \(test.imageShape), and the model is for \(imageShape); "
                    + "name data of that shape with --data.")
        }
        return test
    }
}
