import Gannet

/// Handwritten digits, 28×28 in grey, as published (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning
/// applied to document recognition", 1998), and every data set that comes in the same four files, such as
/// Fashion-MNIST.
///
/// ```swift
/// let digits = try MNIST(folder: "data/mnist")
/// for batch in digits.training.batches(of: 128, seed: 0) { … }
/// ```
public struct MNIST: Sendable {
    /// A part of the data set.
    public enum Part: String, Sendable, CaseIterable {
        /// What a model is trained on: the files `train-…`.
        case training = "train"
        /// What it is judged by: the files `t10k-…`.
        case test = "t10k"
    }

    /// The 60,000 pictures to train on.
    public let training: ImageDataSet
    /// The 10,000 pictures to judge by.
    public let test: ImageDataSet

    /// Reads both parts from the folder that holds their files, each plain or packed with gzip.
    public init(folder: String) throws(DataError) {
        training = try Self.load(.training, folder: folder)
        test = try Self.load(.test, folder: folder)
    }

    /// Reads one part from the folder that holds its two files, `train-images-idx3-ubyte` or
    /// `t10k-images-idx3-ubyte` and the labels to it, each plain or packed with gzip (`.gz`).
    public static func load(_ part: Part, folder: String) throws(DataError) -> ImageDataSet {
        if !FileAccess.exists(folder) {
            throw DataError(
                .missing, path: folder,
                "There is no folder \(folder); name the one that holds the files of MNIST.")
        }
        if !FileAccess.isFolder(folder) {
            throw DataError(
                .notAFolder, path: folder,
                "\(folder) is not a folder; name the one that holds the files of MNIST.")
        }
        let imagesPath = try path(of: "\(part.rawValue)-images-idx3-ubyte", in: folder)
        let labelsPath = try path(of: "\(part.rawValue)-labels-idx1-ubyte", in: folder)
        let images = try IDXFile(path: imagesPath, rank: 3)
        let labels = try IDXFile(path: labelsPath, rank: 1)
        if images.bytes.isEmpty {
            throw DataError(
                .damaged, path: imagesPath, "\(imagesPath) holds no pictures; download it again.")
        }
        if images.extents[0] != labels.extents[0] {
            throw DataError(
                .mismatch, path: labelsPath,
                "\(labelsPath) has \(labels.extents[0]) labels, and \(imagesPath) has \(images.extents[0]) "
                    + "pictures; take both from the same data set.")
        }
        return ImageDataSet(
            pixels: images.bytes, imageShape: [images.extents[1], images.extents[2], 1], labels: labels.bytes)
    }

    /// Whether a folder holds one of the four files.
    public static func isPresent(in folder: String) -> Bool {
        Part.allCases.contains { part in
            ["images-idx3-ubyte", "labels-idx1-ubyte"].contains {
                DataError.packedOrPlain("\(part.rawValue)-\($0)", in: folder) != nil
            }
        }
    }

    private static func path(of name: String, in folder: String) throws(DataError) -> String {
        if let path = DataError.packedOrPlain(name, in: folder) { return path }
        throw DataError(
            .missing, path: folder + "/" + name,
            "There is no file \(name) or \(name).gz in the folder \(folder); put the files of MNIST there.")
    }
}
