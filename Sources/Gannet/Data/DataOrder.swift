import GannetGraph

/// The order in which a training run visits its examples: each epoch a permutation of all of them, cut into
/// batches.
///
/// The permutation of an epoch is a pure function of (`seed`, `epoch`, `count`), on every machine. The whole state is
/// the three numbers `seed`, `epoch` and `position`: an order made from them goes on exactly where the other
/// one stood.
///
/// ```swift
/// var order = DataOrder(count: 60_000, batchSize: 128, seed: 0)
/// while order.epoch < 10 {
///     let batch = try data.batch(at: order.next())
/// }
/// ```
public struct DataOrder: Sendable, Hashable {
    /// The number of examples in an epoch.
    public let count: Int
    /// The number of examples in a batch; the last batch of an epoch may be smaller.
    public let batchSize: Int
    /// What the permutations follow from.
    public let seed: UInt64
    /// Whether the examples that do not fill a whole batch at the end of an epoch are left out of it.
    public let dropsLast: Bool
    /// The epoch that the next batch belongs to; so also the number of epochs that are complete.
    public private(set) var epoch: Int
    /// The number of examples of this epoch that have been visited: 0 before its first batch.
    public private(set) var position: Int

    /// The permutation of `epoch`, made when a batch is first asked for.
    private var permutation: [Int] = []

    /// Creates an order that starts at example `position` of `epoch`.
    ///
    /// - Parameters:
    ///   - count: The number of examples. With none there are no batches, and ``next()`` gives empty ones.
    ///   - batchSize: The number of examples in a batch, at least 1.
    ///   - seed: Different seeds give different orders.
    ///   - dropsLast: Whether to leave out a smaller last batch, which is kept otherwise.
    ///   - epoch: The epoch to start in, from 0.
    ///   - position: The number of examples of that epoch that were visited already.
    public init(
        count: Int, batchSize: Int, seed: UInt64, dropsLast: Bool = false, epoch: Int = 0, position: Int = 0
    ) {
        if count < 0 || batchSize < 1 {
            invalidUse("DataOrder", "\(count) examples cannot be cut into batches of \(batchSize)")
        }
        if epoch < 0 || position < 0 || position > count {
            invalidUse("DataOrder", "there is no position \(position) in epoch \(epoch) of \(count) examples")
        }
        self.count = count
        self.batchSize = batchSize
        self.seed = seed
        self.dropsLast = dropsLast
        self.epoch = epoch
        self.position = position
        if isEpochComplete { startNextEpoch() }
    }

    /// The number of batches in an epoch.
    public var batchesPerEpoch: Int {
        count / batchSize + (dropsLast || count.isMultiple(of: batchSize) ? 0 : 1)
    }

    /// The numbers of the examples in the next batch. After the last batch of an epoch the order stands at the
    /// start of the next one.
    public mutating func next() -> [Int] {
        if batchesPerEpoch == 0 { return [] }
        if permutation.isEmpty { permutation = Self.permutation(count: count, seed: seed, epoch: epoch) }
        let end = min(position + batchSize, count)
        let batch = Array(permutation[position..<end])
        position = end
        if isEpochComplete { startNextEpoch() }
        return batch
    }

    private var isEpochComplete: Bool {
        batchesPerEpoch > 0 && count - position < (dropsLast ? batchSize : 1)
    }

    private mutating func startNextEpoch() {
        epoch += 1
        position = 0
        permutation = []
    }

    /// The numbers 0 ..< `count` in the order of an epoch: a Fisher–Yates shuffle (Knuth, "The Art of Computer
    /// Programming", volume 2, algorithm 3.4.2P) on Philox.
    ///
    /// A draw below *n* is the high half of *n* times 64 random bits, so its bias is less than *n* / 2⁶⁴.
    public static func permutation(count: Int, seed: UInt64, epoch: Int) -> [Int] {
        var numbers = Array(0..<count)
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        var words = SIMD4<UInt32>()
        for (draw, last) in stride(from: count - 1, to: 0, by: -1).enumerated() {
            if draw.isMultiple(of: 2) {
                let counter = SIMD4(
                    UInt32(truncatingIfNeeded: draw / 2), UInt32(truncatingIfNeeded: epoch),
                    UInt32(truncatingIfNeeded: epoch >> 32), streamTag)
                words = Philox.block(counter: counter, key: key)
            }
            let half = draw.isMultiple(of: 2) ? words.lowHalf : words.highHalf
            let bits = UInt64(half[1]) << 32 | UInt64(half[0])
            numbers.swapAt(last, Int(bits.multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return numbers
    }

    /// The last word of the counter ("data" in ASCII) keeps these draws apart from a ``RandomStream`` of the
    /// same seed, whose positions never come near it.
    private static let streamTag: UInt32 = 0x6461_7461

    public static func == (a: DataOrder, b: DataOrder) -> Bool {
        a.count == b.count && a.batchSize == b.batchSize && a.seed == b.seed && a.dropsLast == b.dropsLast
            && a.epoch == b.epoch && a.position == b.position
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(batchSize)
        hasher.combine(seed)
        hasher.combine(dropsLast)
        hasher.combine(epoch)
        hasher.combine(position)
    }
}
