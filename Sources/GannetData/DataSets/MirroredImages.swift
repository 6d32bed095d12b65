import Gannet

/// Pictures that are mirrored left to right.
public struct MirroredImages: DataSet {
    /// The pictures as they are.
    public let source: any DataSet

    public var count: Int { source.count }
    public var exampleShape: Shape { source.exampleShape }
    public var classCount: Int? { source.classCount }
    public var batchesAhead: Int { source.batchesAhead }
    public var digest: String? { source.digest.map { "\($0) mirrored" } }

    /// Mirrors pictures.
    public init(_ source: any DataSet) { self.source = source }

    public func batch(at indices: [Int]) throws -> Batch { mirrored(try source.batch(at: indices)) }

    public func batch(at indices: [Int], epoch: Int) throws -> Batch {
        mirrored(try source.batch(at: indices, epoch: epoch))
    }

    private func mirrored(_ batch: Batch) -> Batch {
        var result = batch
        result.images = batch.images.flipped(axes: [2])
        return result
    }
}
