import Gannet

/// The batches of one epoch of a data set, each made when it is asked for.
public struct BatchSequence: Sequence, Sendable {
    private let data: ImageDataSet
    private let order: DataOrder

    /// The batches of `data` from where `order` stands to the end of its epoch.
    public init(_ data: ImageDataSet, _ order: DataOrder) {
        if order.count != data.count {
            invalidUse("BatchSequence", "an order of \(order.count) is given for \(data.count) examples")
        }
        self.data = data
        self.order = order
    }

    /// The number of batches from the start of an epoch.
    public var underestimatedCount: Int { order.position == 0 ? order.batchesPerEpoch : 0 }

    public func makeIterator() -> Iterator { Iterator(data: data, order: order, epoch: order.epoch) }

    /// Walks the batches of an epoch.
    public struct Iterator: IteratorProtocol {
        fileprivate let data: ImageDataSet
        fileprivate var order: DataOrder
        fileprivate let epoch: Int

        public mutating func next() -> Batch? {
            if order.epoch != epoch || order.batchesPerEpoch == 0 { return nil }
            return data.batch(at: order.next())
        }
    }
}
