/// How numbers are spread: which share of them lies in each of some bins of one width. Several sets are counted in the same
/// bins.
///
/// ```swift
/// try Histogram([("known", known), ("unknown", unknown)]).plot(xTitle: "nats").write(to: "spread.svg")
/// ```
public struct Histogram: Sendable {
    /// What the sets are called.
    public let names: [String]
    /// Where bins begin, and where the last one ends.
    public let edges: [Double]
    /// Of each set, the share in each bin; together 1, or 0 where a set has no finite numbers.
    public let shares: [[Double]]

    /// Counts the finite numbers of some sets in bins that reach from the least of all to the greatest.
    public init(_ sets: [(name: String, values: [Double])], binCount: Int = 40) {
        if binCount < 1 { invalidUse("Histogram", "\(binCount) bins") }
        let finite = sets.map { $0.values.filter(\.isFinite) }
        let all = finite.joined()
        var (low, high) = (all.min() ?? 0, all.max() ?? 0)
        // By halves, since the difference of two large numbers may not be finite.
        var half = (high / 2 - low / 2) / Double(binCount)
        if !(half >= .leastNormalMagnitude) {
            (low, high) = (low - 0.5, high + 0.5)
            half = 0.5 / Double(binCount)
        }
        names = sets.map(\.name)
        edges = (0..<binCount).map { low + Double($0) * half + Double($0) * half } + [high]
        shares = finite.map { values in
            var counts = [Int](repeating: 0, count: binCount)
            for value in values { counts[min(Int((value / 2 - low / 2) / half), binCount - 1)] += 1 }
            return counts.map { Double($0) / Double(max(values.count, 1)) }
        }
    }

    /// A plot of the shares in hundredths, an outline for each set.
    public func plot(xTitle: String = "", yTitle: String = "share, %") -> LinePlot {
        let outlines = zip(names, shares).map { name, shares in
            var points = [LinePlot.Point(edges[0], 0)]
            for (bin, share) in shares.enumerated() {
                let height = 100 * share
                points += [edges[bin], edges[bin + 1]].map { LinePlot.Point($0, height, range: 0...height) }
            }
            return LinePlot.Series(name, points + [LinePlot.Point(edges.last!, 0)])
        }
        var plot = LinePlot(outlines, xTitle: xTitle, yTitle: yTitle)
        plot.range = 0...max(105 * (shares.joined().max() ?? 0), 1)
        plot.isRangeExact = true
        return plot
    }
}
