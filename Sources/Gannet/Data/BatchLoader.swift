import Dispatch
import GannetGraph
import Synchronization

/// Makes the batches of a data set in an order, some of them ahead of time on another thread.
///
/// The batches and their order do not depend on how many are made ahead; nor does an error, which is thrown where
/// its batch is asked for. No more than `ahead` + 1 batches are held at a time.
public final class BatchLoader {
    /// Where the order stands after the batches that were given out.
    public private(set) var order: DataOrder

    /// The work on one batch, and its result when `isDone` has been signalled.
    private final class Pending: @unchecked Sendable {
        let isDone = DispatchSemaphore(value: 0)
        let orderAfter: DataOrder
        /// Written before the signal and read after it.
        var result: Result<Batch, any Error>?
        /// Set when nobody waits any more; a late reader makes a batch for nothing, no more.
        let isAbandoned = Atomic(false)

        init(orderAfter: DataOrder) { self.orderAfter = orderAfter }
    }

    private let data: any DataSet
    private let ahead: Int
    private var planned: DataOrder
    private var pending: [Pending] = []
    private let queue = DispatchQueue(label: "gannet.batches", qos: .userInitiated)

    /// Creates a loader that begins where `order` stands.
    ///
    /// - Parameters:
    ///   - data: The examples.
    ///   - order: The order to visit them in.
    ///   - ahead: How many batches are made ahead of time; by default what the data set asks for.
    public init(_ data: any DataSet, order: DataOrder, ahead: Int? = nil) {
        if order.count != data.count {
            invalidUse("BatchLoader", "an order of \(order.count) is given for \(data.count) examples")
        }
        self.data = data
        self.order = order
        planned = order
        self.ahead = max(ahead ?? data.batchesAhead, 0)
    }

    deinit {
        for work in pending { work.isAbandoned.store(true, ordering: .relaxed) }
    }

    /// The next batch.
    public func next() throws -> Batch {
        if ahead == 0 {
            let epoch = order.epoch
            return try data.batch(at: order.next(), epoch: epoch)
        }
        plan(ahead)
        let work = pending.removeFirst()
        plan(ahead)
        work.isDone.wait()
        order = work.orderAfter
        return try work.result!.get()
    }

    /// Sees to it that `count` batches are being made.
    private func plan(_ count: Int) {
        while pending.count < count {
            let epoch = planned.epoch
            let indices = planned.next()
            let work = Pending(orderAfter: planned)
            pending.append(work)
            queue.async { [data] in
                if !work.isAbandoned.load(ordering: .relaxed) {
                    work.result = Result { try data.batch(at: indices, epoch: epoch) }
                }
                work.isDone.signal()
            }
        }
    }
}
