import Dispatch
import Gannet

/// Pictures held in memory that are cropped, mirrored or normalised when a batch is asked for, by several threads.
///
/// ```swift
/// let photographs = try CIFAR10(folder: "data/cifar10")
/// let training = photographs.training.transformed(
///     by: ImageTransform(crop: .random(height: 32, width: 32, padding: 4), flips: true))
/// ```
public struct TransformedImages: DataSet {
    /// The pictures as they are.
    public let source: ImageDataSet
    /// What is done to each.
    public let transform: ImageTransform
    /// What is drawn at random follows from it.
    public let seed: UInt64
    public let exampleShape: Shape

    public var count: Int { source.count }
    public var classCount: Int? { source.classCount }
    public var digest: String? { source.digest }
    public var batchesAhead: Int { 2 }

    fileprivate init(_ source: ImageDataSet, _ transform: ImageTransform, seed: UInt64) {
        self.source = source
        self.transform = transform
        self.seed = seed
        let shape = source.exampleShape
        exampleShape = transform.shape(
            of: Bitmap(
                width: shape[1], height: shape[0], channels: shape[2],
                pixels: [UInt8](repeating: 0, count: shape.count)))
    }

    public func batch(at indices: [Int]) -> Batch { batch(at: indices, epoch: 0) }

    public func batch(at indices: [Int], epoch: Int) -> Batch {
        if let wrong = indices.first(where: { $0 < 0 || $0 >= count }) {
            invalidUse("batch(at:)", "there is no example \(wrong) in a data set of \(count)")
        }
        let (shape, size) = (source.exampleShape, source.exampleShape.count)
        let images = HostBuffer(byteCount: indices.count * exampleShape.count * MemoryLayout<Float>.stride)
        // Each picture is written by one thread, to a place of its own.
        nonisolated(unsafe) let values = UnsafeMutableBufferPointer(
            start: images.address.assumingMemoryBound(to: Float.self),
            count: indices.count * exampleShape.count
        )
        DispatchQueue.concurrentPerform(iterations: indices.count) { place in
            let number = indices[place]
            let bitmap = Bitmap(
                width: shape[1], height: shape[0], channels: shape[2],
                pixels: Array(source.pixels[number * size..<(number + 1) * size]))
            transform.write(
                bitmap, exampleShape, chance: ImageTransform.chance(seed, epoch, number),
                to: .init(rebasing: values[place * exampleShape.count..<(place + 1) * exampleShape.count]))
        }
        return Batch(
            images: Tensor(
                Storage(images), shape: Shape([indices.count] + exampleShape.extents), scalarType: .float32),
            labels: source.labels.map { labels in Tensor(indices.map { Int32(labels[$0]) }) })
    }
}

extension ImageDataSet {
    /// The same pictures, each changed by `transform` when a batch is asked for.
    ///
    /// - Parameters:
    ///   - transform: What is done to each picture.
    ///   - seed: What is drawn at random follows from the seed, the epoch and the number of the picture.
    public func transformed(by transform: ImageTransform, seed: UInt64 = 0) -> TransformedImages {
        TransformedImages(self, transform, seed: seed)
    }
}
