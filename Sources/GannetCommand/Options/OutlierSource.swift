import ArgumentParser
import Gannet
import GannetData

/// Pictures that a model was not made for.
enum OutlierSource: ExpressibleByArgument, CustomStringConvertible, Hashable {
    /// Values that are drawn by themselves.
    case noise
    /// The test pictures, mirrored left to right.
    case flipped
    /// Pictures from elsewhere.
    case data(DataSource)

    init?(argument: String) {
        switch argument {
        case "noise": self = .noise
        case "flipped": self = .flipped
        default:
            guard let source = DataSource(argument: argument) else { return nil }
            self = .data(source)
        }
    }

    var description: String {
        switch self {
        case .noise: "noise"
        case .flipped: "flipped"
        case .data(let source): source.description
        }
    }

    /// The name in the names of files: the last part of a folder's path.
    var shortName: String {
        let parts = description.split(separator: "/").filter { $0 != "." && $0 != ".." }
        return parts.last.map { String($0) } ?? "pictures"
    }

    /// The pictures, as the model of a run sees them.
    ///
    /// - Parameters:
    ///   - imageShape: Their shape.
    ///   - tests: The test pictures, which give mirrored ones.
    ///   - count: The number of pictures of noise.
    ///   - seed: What noise follows from.
    func pictures(
        for saved: SavedRun, _ imageShape: Shape, tests: any DataSet, count: Int, seed: UInt64
    ) throws -> any DataSet {
        switch self {
        case .noise:
            return saved.prepared(ImageDataSet.noise(count: count, imageShape: imageShape, seed: seed))
        case .flipped: return MirroredImages(tests)
        case .data(let source):
            return saved.prepared(try source.testPictures(imageShape, fitsAll: true))
        }
    }
}
