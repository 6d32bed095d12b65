import ArgumentParser
import Gannet
import GannetData

/// What `--binarize` can be.
enum BinarizationName: String, ExpressibleByArgument, CaseIterable {
    case none
    case threshold
    case sampled

    /// What a run's `config.json` says; none in those that say nothing.
    init(saved: JSON) { self = saved["binarize"]?.stringValue.flatMap(Self.init(rawValue:)) ?? Self.none }

    /// Both parts of a data set, black and white. Training and test pictures are drawn apart.
    func parts(
        of data: (training: any DataSet, test: any DataSet), seed: UInt64
    ) -> (training: any DataSet, test: any DataSet) {
        (binarized(data.training, seed: seed), test(data.test, seed: seed))
    }

    /// Test pictures, black and white.
    func test(_ data: any DataSet, seed: UInt64) -> any DataSet { binarized(data, seed: ~seed) }

    /// Test pictures, as those of a run are, of whose `config.json` `saved` is read.
    static func test(_ data: any DataSet, as saved: JSON) -> any DataSet {
        let seed = saved["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0
        return Self(saved: saved).test(data, seed: seed)
    }

    private func binarized(_ data: any DataSet, seed: UInt64) -> any DataSet {
        switch self {
        case .none: data
        case .threshold: BinarizedImages(data, by: .threshold)
        case .sampled: BinarizedImages(data, by: .sampled(seed: seed))
        }
    }
}
