import Gannet

/// Photographs of ten classes, 32×32 in colour, in the binary version as published (Krizhevsky, "Learning multiple
/// layers of features from tiny images", 2009).
///
/// ```swift
/// let photographs = try CIFAR10(folder: "data/cifar-10-batches-bin")
/// ```
public struct CIFAR10: Sendable {
    /// A part of the data set.
    public enum Part: Sendable, CaseIterable {
        /// What a model is trained on: the files `data_batch_1.bin` to `data_batch_5.bin`.
        case training
        /// What it is judged by: the file `test_batch.bin`.
        case test
    }

    /// The pictures to train on, 10,000 a file.
    public let training: ImageDataSet
    /// The 10,000 pictures to judge by.
    public let test: ImageDataSet

    /// What the classes 0…9 show.
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    private static let imageShape: Shape = [32, 32, 3]
    private static let recordCount = 1 + 3 * 1024

    /// Reads both parts from the folder that holds their files, each plain or packed with gzip.
    public init(folder: String) throws(DataError) {
        training = try Self.load(.training, folder: folder)
        test = try Self.load(.test, folder: folder)
    }

    /// Reads one part from the folder that holds its files, each plain or packed with gzip (`.gz`). Of the five
    /// files to train on those that are there are read, at least one.
    public static func load(_ part: Part, folder: String) throws(DataError) -> ImageDataSet {
        let present = names(of: part).compactMap { DataError.packedOrPlain($0, in: folder) }
        if present.isEmpty {
            let name = names(of: part)[0]
            throw DataError(
                .missing, path: folder,
                FileAccess.isFolder(folder)
                    ? "There is no file \(name) or \(name).gz in the folder \(folder); put the files of CIFAR-10's "
                        + "binary version there."
                    : "There is no folder \(folder); name the one that holds the files of CIFAR-10.")
        }
        if present.count == 1 { return try decode(try DataError.contents(of: present[0]), named: present[0]) }
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        for path in present {
            let data = try decode(try DataError.contents(of: path), named: path)
            if pixels.isEmpty { pixels.reserveCapacity(data.pixels.count * present.count) }
            pixels += data.pixels
            labels += data.labels ?? []
        }
        return ImageDataSet(pixels: pixels, imageShape: imageShape, labels: labels)
    }

    /// Whether a folder holds files of the data set.
    public static func isPresent(in folder: String) -> Bool {
        Part.allCases.flatMap(names).contains { DataError.packedOrPlain($0, in: folder) != nil }
    }

    /// Reads what is the contents of a file: records of a byte with the class and 1,024 bytes each of red, green and
    /// blue. `name` is what errors call them.
    public static func decode(
        _ contents: [UInt8], named name: String = "The file of CIFAR-10"
    ) throws(DataError) -> ImageDataSet {
        let records = Gzip.isGzip(contents) ? try Gzip.unpack(contents, named: name) : contents
        if records.isEmpty || !records.count.isMultiple(of: recordCount) {
            throw DataError(
                .damaged, path: name,
                "\(name) has \(records.count) bytes, which are not whole records of \(recordCount) as CIFAR-10's "
                    + "binary version has; download it again.")
        }
        let count = records.count / recordCount
        let labels = (0..<count).map { records[$0 * recordCount] }
        if let wrong = labels.firstIndex(where: { $0 >= classNames.count }) {
            throw DataError(
                .damaged, path: name,
                "\(name) is no file of CIFAR-10, or damaged: picture \(wrong) is of class \(labels[wrong]), and "
                    + "there are the classes 0 to 9.")
        }
        let pixels = [UInt8](unsafeUninitializedCapacity: count * 3072) { pixels, filled in
            for picture in 0..<count {
                for pixel in 0..<1024 {
                    for channel in 0..<3 {
                        pixels[(picture * 1024 + pixel) * 3 + channel] =
                            records[picture * recordCount + 1 + channel * 1024 + pixel]
                    }
                }
            }
            filled = count * 3072
        }
        return ImageDataSet(pixels: pixels, imageShape: imageShape, labels: labels)
    }

    private static func names(of part: Part) -> [String] {
        switch part {
        case .training: (1...5).map { "data_batch_\($0).bin" }
        case .test: ["test_batch.bin"]
        }
    }
}
