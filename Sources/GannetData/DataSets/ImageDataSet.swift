import Gannet

/// Pictures held in memory, a byte for each value, with or without the class of each.
public struct ImageDataSet: DataSet {
    public let count: Int
    public let exampleShape: Shape
    /// The values, 0…255, of shape [count, height, width, channels] in row-major order.
    public let pixels: [UInt8]
    /// The class of each picture; nil where there are none.
    public let labels: [UInt8]?

    /// Creates a data set of pictures of shape [height, width, channels].
    ///
    /// - Parameters:
    ///   - pixels: The values, of shape [count, height, width, channels] in row-major order.
    ///   - imageShape: The shape of one picture: [height, width, channels], no extent 0.
    ///   - labels: The class of each picture, if known.
    public init(pixels: [UInt8], imageShape: Shape, labels: [UInt8]? = nil) {
        let size = imageShape.count
        if imageShape.rank != 3 || size == 0 || !pixels.count.isMultiple(of: size) {
            invalidUse("ImageDataSet", "\(pixels.count) values are not pictures of shape \(imageShape)")
        }
        count = pixels.count / size
        if let labels, labels.count != count {
            invalidUse("ImageDataSet", "\(labels.count) labels are given for \(count) pictures")
        }
        exampleShape = imageShape
        self.pixels = pixels
        self.labels = labels
    }

    /// The number of classes, as far as the labels tell; nil where there are none.
    public var classCount: Int? { labels.map { Int($0.max() ?? 0) + 1 } }

    /// A ``DataDigest`` of the shape, the values and the labels.
    public var digest: String? {
        var digest = DataDigest()
        for extent in [count] + exampleShape.extents { digest.add(extent) }
        digest.add(pixels)
        digest.add(labels?.count ?? -1)
        digest.add(labels ?? [])
        return digest.description
    }

    /// The examples with the given numbers, in that order: values divided by 255, correctly rounded.
    public func batch(at indices: [Int]) -> Batch {
        if let wrong = indices.first(where: { $0 < 0 || $0 >= count }) {
            invalidUse("batch(at:)", "there is no example \(wrong) in a data set of \(count)")
        }
        let size = exampleShape.count
        let images = HostBuffer(byteCount: indices.count * size * MemoryLayout<Float>.stride)
        let values = images.address.assumingMemoryBound(to: Float.self)
        pixels.withUnsafeBufferPointer { pixels in
            for (row, index) in indices.enumerated() {
                let source = pixels.baseAddress! + index * size
                let destination = values + row * size
                for i in 0..<size { destination[i] = Float(source[i]) / 255 }
            }
        }
        return Batch(
            images: Tensor(
                Storage(images), shape: Shape([indices.count] + exampleShape.extents), scalarType: .float32),
            labels: labels.map { labels in Tensor(indices.map { Int32(labels[$0]) }) })
    }

    /// The first `count` examples, or all where there are fewer.
    public func prefix(_ count: Int) -> ImageDataSet {
        let count = min(max(count, 0), self.count)
        return ImageDataSet(
            pixels: Array(pixels.prefix(count * exampleShape.count)), imageShape: exampleShape,
            labels: labels.map { Array($0.prefix(count)) })
    }

    /// One epoch in batches of `size` examples, in the order that `seed` and `epoch` give (see ``DataOrder``).
    /// The last batch holds what is left.
    public func batches(of size: Int, seed: UInt64, epoch: Int = 0) -> BatchSequence {
        BatchSequence(self, DataOrder(count: count, batchSize: size, seed: seed, epoch: epoch))
    }
}
