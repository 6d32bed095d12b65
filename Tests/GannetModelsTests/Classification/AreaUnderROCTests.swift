import GannetModels
import GannetTestSupport
import Testing

@Suite("The area under the ROC curve")
struct AreaUnderROCTests {
    /// By definition: each pair of a positive and a negative, ties by half.
    private func pairs(_ positives: [Double], _ negatives: [Double]) -> Double {
        var wins = 0.0
        for positive in positives {
            for negative in negatives { wins += positive > negative ? 1 : positive == negative ? 0.5 : 0 }
        }
        return wins / Double(positives.count * negatives.count)
    }

    @Test("It is the share of pairs in the right order, ties by half")
    func bruteForce() {
        var random = SeededGenerator.announced(for: "areas under ROC curves")
        for _ in 0..<200 {
            // Few values tie often, many hardly ever.
            let range = Bool.random(using: &random) ? 0..<5 : 0..<100_000
            func scores() -> [Double] {
                (0..<Int.random(in: 1..<40, using: &random)).map { _ in
                    Double(Int.random(in: range, using: &random)) / 7
                }
            }
            let (positives, negatives) = (scores(), scores())
            let area = areaUnderROC(positives: positives, negatives: negatives)
            #expect(area == pairs(positives, negatives))
            #expect(abs(area + areaUnderROC(positives: negatives, negatives: positives) - 1) < 1e-15)
        }
    }

    @Test("Published examples")
    func published() {
        func repeated(_ counts: [Int]) -> [Double] {
            counts.enumerated().flatMap { [Double](repeating: Double($0.offset), count: $0.element) }
        }
        // Hanley and McNeil 1982, table I: ratings of 51 abnormal and 58 normal tomograms; the area is 0.893.
        let area = areaUnderROC(
            positives: repeated([3, 2, 2, 11, 33]), negatives: repeated([33, 6, 6, 11, 2]))
        #expect(area == 2642.0 / 2958 && abs(area - 0.893) < 5e-4)
        // The documentation of scikit-learn's roc_auc_score.
        #expect(areaUnderROC(positives: [0.35, 0.8], negatives: [0.1, 0.4]) == 0.75)
        // Fawcett, "An Introduction to ROC Analysis", 2006, figure 3: ten of each; the area is 0.68.
        let fawcett = areaUnderROC(
            positives: [0.9, 0.8, 0.6, 0.55, 0.54, 0.51, 0.4, 0.38, 0.34, 0.3],
            negatives: [0.7, 0.53, 0.52, 0.505, 0.39, 0.37, 0.36, 0.35, 0.33, 0.1])
        #expect(abs(fawcett - 0.68) < 1e-12)
    }

    @Test("The ends: all in order, none, all alike, infinite scores")
    func ends() {
        #expect(areaUnderROC(positives: [3, 4], negatives: [1, 2, 2]) == 1)
        #expect(areaUnderROC(positives: [1, 2], negatives: [3]) == 0)
        #expect(areaUnderROC(positives: [5, 5, 5], negatives: [5, 5]) == 0.5)
        #expect(areaUnderROC(positives: [.infinity, 0], negatives: [-.infinity, 0]) == 0.875)
    }
}
