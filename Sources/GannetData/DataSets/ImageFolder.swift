import Dispatch
import Gannet

/// A folder of PNG and JPEG files, read and decoded when a batch is asked for, by several threads.
///
/// Pictures in folders of their own are of classes, as in torchvision's `ImageFolder`: the folders' names in the
/// order of their bytes are the classes 0, 1, …. Pictures that lie in the folder itself are of none.
///
/// ```swift
/// let faces = try ImageFolder("data/faces", transform: ImageTransform(square: 64))
/// ```
///
/// What is drawn at random follows from the seed, the epoch and the number of the picture: the batches are the same
/// whatever the number of threads.
public struct ImageFolder: DataSet {
    /// The pictures' files, in the order of their numbers.
    public let paths: [String]
    /// The class of each picture; nil where there are none.
    public let labels: [Int]?
    /// What the classes are called, in the order of their numbers.
    public let classNames: [String]
    public let exampleShape: Shape
    /// What is done to each picture.
    public let transform: ImageTransform
    /// What is drawn at random follows from it.
    public let seed: UInt64
    /// The most pictures that are decoded at once; nil for as many as there are processors.
    public let threads: Int?

    public var count: Int { paths.count }
    public var batchesAhead: Int { 2 }
    public var classCount: Int? { labels == nil ? nil : classNames.count }

    /// A ``DataDigest`` of the files' names, sizes and classes; what is in them is not read.
    public var digest: String? {
        var digest = DataDigest()
        for (number, path) in paths.enumerated() {
            digest.add((path.split(separator: "/").last ?? "").utf8)
            digest.add(FileAccess.size(of: path) ?? -1)
            digest.add(labels?[number] ?? -1)
        }
        return digest.description
    }

    /// Lists the pictures of a folder and reads the first, whose shape after `transform` all must have.
    ///
    /// - Parameters:
    ///   - folder: The folder. Files that are not called `.png`, `.jpg` or `.jpeg`, and what is hidden by a dot, are
    ///     passed over.
    ///   - transform: What is done to each picture. Without a number of channels, that of the first picture.
    ///   - seed: What is drawn at random follows from it.
    ///   - threads: The most pictures that are decoded at once; by default as many as there are processors.
    public init(
        _ folder: String, transform: ImageTransform = ImageTransform(), seed: UInt64 = 0, threads: Int? = nil
    ) throws(DataError) {
        let listing = try FileListing(folder, of: .pictures)
        try self.init(
            paths: listing.paths, labels: listing.labels, classNames: listing.classNames,
            transform: transform,
            seed: seed, threads: threads)
    }

    private init(
        paths: [String], labels: [Int]?, classNames: [String], transform: ImageTransform, seed: UInt64,
        threads: Int?
    ) throws(DataError) {
        if let threads, threads < 1 { invalidUse("ImageFolder", "\(threads) threads are asked for") }
        let first = try Bitmap(contentsOf: paths[0])
        self.paths = paths
        self.labels = labels
        self.classNames = classNames
        self.transform = ImageFolder.settled(transform, channels: first.channels)
        exampleShape = self.transform.shape(of: first)
        self.seed = seed
        self.threads = threads
    }

    private static func settled(_ transform: ImageTransform, channels: Int) -> ImageTransform {
        var transform = transform
        transform.channels = transform.channels ?? channels
        return transform
    }

    /// The pictures with the given numbers, as a data set; at least one. `transform` is what is done to them, by
    /// default what is done to these.
    public func subset(_ numbers: [Int], transform: ImageTransform? = nil) throws(DataError) -> ImageFolder {
        if numbers.isEmpty { invalidUse("subset(_:)", "no pictures are asked for") }
        return try ImageFolder(
            paths: numbers.map { paths[$0] }, labels: labels.map { labels in numbers.map { labels[$0] } },
            classNames: classNames, transform: transform ?? self.transform, seed: seed, threads: threads)
    }

    /// Whether a folder holds pictures, in itself or in folders of its own.
    public static func isPresent(in folder: String) -> Bool { FileListing.isPresent(.pictures, in: folder) }

    /// The pictures to train on and those to judge by.
    ///
    /// These are what a folder holds in folders called `train` and `test` (or `val`, `valid`, `validation`), where it
    /// has both; else the tenth, twentieth, … picture is to judge by (of fewer than ten the last), and the others are
    /// to train on. For those to judge by `transform` is without chance.
    public static func parts(
        of folder: String, transform: ImageTransform, seed: UInt64 = 0, threads: Int? = nil
    ) throws(DataError) -> (training: ImageFolder, test: ImageFolder) {
        if let parts = FileListing.parts(of: folder) {
            let training = try ImageFolder(
                parts.training, transform: transform, seed: seed, threads: threads)
            let judging = try ImageFolder(
                parts.test, transform: training.transform.withoutChance, threads: threads)
            if training.classNames != judging.classNames {
                throw DataError.otherClasses(parts)
            }
            return (training, judging)
        }
        let all = try ImageFolder(folder, transform: transform, seed: seed, threads: threads)
        let (training, judging) = FileListing.division(of: all.count)
        return (
            try all.subset(training), try all.subset(judging, transform: all.transform.withoutChance)
        )
    }

    public func batch(at indices: [Int]) throws -> Batch { try batch(at: indices, epoch: 0) }

    public func batch(at indices: [Int], epoch: Int) throws -> Batch {
        if let wrong = indices.first(where: { $0 < 0 || $0 >= count }) {
            invalidUse("batch(at:)", "there is no example \(wrong) in a data set of \(count)")
        }
        let size = exampleShape.count
        let images = HostBuffer(byteCount: indices.count * size * MemoryLayout<Float>.stride)
        let values = UnsafeMutableBufferPointer(
            start: images.address.assumingMemoryBound(to: Float.self), count: indices.count * size)
        // Each picture is written by one thread, to a place of its own.
        nonisolated(unsafe) let destination = values
        let failure = Guarded<(place: Int, error: DataError)?>(nil)
        let pieces = min(threads ?? indices.count, indices.count)
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            for place in stride(from: piece, to: indices.count, by: pieces) {
                do throws(DataError) {
                    try draw(
                        indices[place], epoch: epoch,
                        into: .init(rebasing: destination[place * size..<(place + 1) * size]))
                } catch {
                    // Of several, the first is reported, whichever is met first.
                    failure.withLock { if $0.map({ place < $0.place }) ?? true { $0 = (place, error) } }
                }
            }
        }
        if let error = failure.withLock({ $0?.error }) { throw error }
        return Batch(
            images: Tensor(
                Storage(images), shape: Shape([indices.count] + exampleShape.extents), scalarType: .float32),
            labels: labels.map { labels in Tensor(indices.map { Int32(labels[$0]) }) })
    }

    private func draw(
        _ number: Int, epoch: Int, into values: UnsafeMutableBufferPointer<Float>
    ) throws(DataError) {
        let bitmap = try Bitmap(contentsOf: paths[number])
        let shape = transform.shape(of: bitmap)
        if shape != exampleShape {
            throw DataError(
                .mismatch, path: paths[number],
                "\(paths[number]) has \(bitmap.height) × \(bitmap.width) pixels, which makes a picture of shape "
                    + "\(shape), and the first one's is \(exampleShape); bring all to one size, as --image-size of the tool does."
            )
        }
        transform.write(bitmap, shape, chance: ImageTransform.chance(seed, epoch, number), to: values)
    }
}

extension ImageTransform {
    /// The words that decide what is drawn at random for picture `number` in an epoch.
    static func chance(_ seed: UInt64, _ epoch: Int, _ number: Int) -> SIMD4<UInt32> {
        Philox.block(
            counter: SIMD4(
                UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32),
                UInt32(truncatingIfNeeded: epoch), streamTag),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    /// The last word of the counter, "crop" in ASCII, keeps these draws apart from others of the same seed.
    private static var streamTag: UInt32 { 0x6372_6F70 }
}
