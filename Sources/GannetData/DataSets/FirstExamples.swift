import Gannet

/// The first examples of another data set.
public struct FirstExamples: DataSet {
    private let all: any DataSet
    public let count: Int

    /// Keeps `count` examples of `all`, or all where there are no more.
    public init(of all: any DataSet, count: Int) {
        if count < 0 { invalidUse("FirstExamples", "\(count) examples") }
        (self.all, self.count) = (all, min(count, all.count))
    }

    public var exampleShape: Shape { all.exampleShape }
    public var digest: String? { all.digest.map { "\($0), the first \(count)" } }
    public var classCount: Int? { all.classCount }
    public var batchesAhead: Int { all.batchesAhead }

    public func batch(at indices: [Int]) throws -> Batch { try all.batch(at: indices) }

    public func batch(at indices: [Int], epoch: Int) throws -> Batch {
        try all.batch(at: indices, epoch: epoch)
    }
}
