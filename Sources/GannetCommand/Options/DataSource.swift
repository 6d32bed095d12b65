import ArgumentParser
import Gannet
import GannetData

/// Where pictures and sounds come from.
enum DataSource: ExpressibleByArgument, CustomStringConvertible, Hashable {
    /// The pictures that the program draws itself.
    case glyphs
    /// Rectangles, of which all that differs is known.
    case rectangles
    /// The sounds that the program makes itself.
    case tones
    /// A folder with the files of MNIST or of a data set in the same form, with those of CIFAR-10's binary version, with
    /// pictures, or with sounds.
    case folder(String)

    init?(argument: String) {
        if argument.isEmpty { return nil }
        self =
            switch argument {
            case "glyphs": .glyphs
            case "rectangles": .rectangles
            case "tones": .tones
            default: .folder(argument)
            }
    }

    var description: String {
        switch self {
        case .glyphs: "glyphs"
        case .rectangles: "rectangles"
        case .tones: "tones"
        case .folder(let path): path
        }
    }

    /// The sentence for data of another kind than a model is for.
    private func unfit(_ need: String) -> DataError {
        DataError(
            .mismatch, path: description,
            "\(self) are no \(need), which the model is for: name others with --data.")
    }
}

// MARK: Pictures

extension DataSource {
    /// What a folder of pictures holds.
    private enum Contents {
        case mnist
        case cifar10
        case pictures
    }

    /// Looks at the names of a folder's files.
    private static func contents(of path: String) throws(DataError) -> Contents {
        if MNIST.isPresent(in: path) { return .mnist }
        if CIFAR10.isPresent(in: path) { return .cifar10 }
        if ImageFolder.isPresent(in: path) { return .pictures }
        if !FileAccess.exists(path) {
            throw DataError(
                .missing, path: path,
                "There is no folder \(path); name the one that holds the data, or glyphs.")
        }
        throw DataError(
            .missing, path: path,
            "\(path) holds no pictures that are known: neither the files of MNIST (train-images-idx3-ubyte …), nor those of "
                + "CIFAR-10's binary version (data_batch_1.bin …), nor PNG or JPEG pictures.")
    }

    /// The pictures to train on and those to judge by.
    ///
    /// - Parameter imageSize: The side of the squares that pictures in PNG and JPEG files are made; nil to take them as
    ///   they are.
    func pictures(imageSize: Int?) throws -> (training: any DataSet, test: any DataSet) {
        guard case .folder(let path) = self, try Self.contents(of: path) == .pictures else {
            if imageSize != nil {
                throw ValidationError(
                    "--image-size is for folders of PNG and JPEG pictures, and \(self) is none; leave it out."
                )
            }
            return try wholePictures()
        }
        let transform = imageSize.map { ImageTransform(square: $0) } ?? ImageTransform()
        return try ImageFolder.parts(of: path, transform: transform)
    }

    /// The pictures that are held in memory as a whole.
    private func wholePictures() throws -> (training: any DataSet, test: any DataSet) {
        switch self {
        case .glyphs:
            let glyphs = Glyphs()
            return (glyphs.training, glyphs.test)
        case .rectangles:
            let rectangles = Rectangles()
            return (rectangles.training, rectangles.test)
        case .tones: throw unfit("pictures")
        case .folder(let path):
            if try Self.contents(of: path) == .cifar10 {
                let photographs = try CIFAR10(folder: path)
                return (photographs.training, photographs.test)
            }
            let digits = try MNIST(folder: path)
            return (digits.training, digits.test)
        }
    }

    /// The pictures to judge by alone, which must fit a model for pictures of shape `imageShape`. Those in PNG and JPEG
    /// files are made to fit.
    ///
    /// - Parameter fitsAll: Whether all others are made to fit, too.
    func testPictures(_ imageShape: Shape, fitsAll: Bool = false) throws -> any DataSet {
        let test: any DataSet =
            switch self {
            case .glyphs: Glyphs.test()
            case .rectangles: Rectangles.test()
            case .tones: throw unfit("pictures")
            case .folder(let path):
                switch try Self.contents(of: path) {
                case .mnist: try MNIST.load(.test, folder: path)
                case .cifar10: try CIFAR10.load(.test, folder: path)
                case .pictures: try ImageFolder.parts(of: path, transform: Self.fitting(imageShape)).test
                }
            }
        if test.exampleShape == imageShape { return test }
        if fitsAll, let images = test as? ImageDataSet {
            return images.transformed(by: Self.fitting(imageShape))
        }
        throw DataError(
            .mismatch, path: description,
            "The pictures of \(self) are of shape \(test.exampleShape), and the model is for \(imageShape); "
                + "name data of that shape with --data.")
    }

    /// What makes pictures fit a model: their shorter sides, and the middle.
    private static func fitting(_ shape: Shape) -> ImageTransform {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        if height == width { return ImageTransform(square: height, channels: channels) }
        return ImageTransform(channels: channels, size: .exactly(height: height, width: width))
    }
}

// MARK: Sounds

extension DataSource {
    /// The sounds to train on and those to judge by, cut into pieces of `length` samples.
    func sounds(length: Int) throws(DataError) -> (training: SoundDataSet, test: SoundDataSet) {
        switch self {
        case .glyphs, .rectangles: throw unfit("sounds")
        case .tones:
            let tones = Tones(length: length)
            return (tones.training, tones.test)
        case .folder(let path):
            if !FileAccess.exists(path) {
                throw DataError(
                    .missing, path: path,
                    "There is no folder \(path); name the one that holds the sounds, or tones.")
            }
            return try SoundDataSet.parts(of: path, length: length)
        }
    }
}
