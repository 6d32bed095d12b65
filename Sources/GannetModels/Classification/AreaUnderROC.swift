import Gannet

/// The area under the receiver operating characteristic of scores that are to be high for positives: the probability that a
/// positive has a higher score than a negative, where ties count half. 1 where scores tell all apart, ½ where they tell
/// nothing.
///
/// It is counted exactly, as Mann and Whitney's U over the number of pairs: Hanley and McNeil, "The Meaning and Use of the Area
/// under a Receiver Operating Characteristic (ROC) Curve", Radiology 143 (1982). The time is that of sorting.
///
/// - Parameters:
///   - positives: At least one score; not NaN.
///   - negatives: At least one score; not NaN.
public func areaUnderROC(positives: [Double], negatives: [Double]) -> Double {
    if positives.isEmpty || negatives.isEmpty || (positives + negatives).contains(where: \.isNaN) {
        invalidUse(
            "areaUnderROC(positives:negatives:)",
            "\(positives.count) positives and \(negatives.count) negatives have no area; there must be some of both, and none NaN"
        )
    }
    let ranked = negatives.sorted()
    // Twice what counts: a negative below a positive is in both numbers, one beside it in one.
    var (wins, lower, notHigher) = (0, 0, 0)
    for score in positives.sorted() {
        while lower < ranked.count, ranked[lower] < score { lower += 1 }
        while notHigher < ranked.count, ranked[notHigher] <= score { notHigher += 1 }
        wins += lower + notHigher
    }
    return Double(wins) / Double(2 * positives.count * negatives.count)
}
