import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Classifiers")
struct ClassifierTests {
    /// Bars with their class: whether they lie or stand, and where.
    private struct LabelledBars: DataSet {
        let bars = Bars(count: 96, side: 8)
        var count: Int { bars.count }
        var exampleShape: Shape { bars.exampleShape }

        func batch(at indices: [Int]) -> Batch {
            Batch(images: bars.batch(at: indices).images, labels: Tensor(indices.map { Int32($0 % 16) }))
        }
    }

    private func classifier() -> ConvolutionalClassifier {
        ConvolutionalClassifier(imageShape: [8, 8, 1], classes: 16, features: 8, units: 32, seed: 1)
    }

    @Test("The loss is the mean of −ln p of the labels")
    func loss() throws {
        let model = classifier()
        let batch = LabelledBars().batch(at: [3, 40, 77])
        var noise = RandomStream(seed: 0)
        let loss = try model.loss(batch, noise: &noise).scalar(on: .cpu)
        let rows = try model.probabilities(batch.images).array(of: Float.self, on: .cpu)
        let expected = [3, 8, 13].enumerated().map { -log(Double(rows[$0 * 16 + $1])) }.reduce(0, +) / 3
        #expect(abs(Double(loss) - expected) < 1e-5)
    }

    @Test("It learns, and its best checkpoint knows all bars", arguments: TestDevices.all)
    func learns(device: Device) throws {
        try withTemporaryFolder { folder in
            let model = classifier()
            let run = try TrainingRun(
                of: model, with: Adam(for: model, learningRate: 3e-3), on: LabelledBars(),
                evaluating: LabelledBars(), plan: TrainingPlan(length: .steps(60), batchSize: 32),
                folder: RunFolder(folder), device: device)
            let summary = try run.run()
            let best = try #require(summary.best)
            #expect(best.evaluation.measure == .accuracy && best.evaluation.value == 1)
            let again = classifier()
            try again.load(try run.folder.checkpoint(.best))
            #expect(try again.evaluation(over: LabelledBars(), on: device) == 1)
        }
    }

    @Test("Data without labels are refused")
    func needsLabels() {
        #expect { try classifier().evaluation(over: Bars(), on: .cpu) } throws: { "\($0)".contains("labels") }
    }

    // MARK: Judging what others draw

    /// Draws bars of the class that is asked for, but every fifth picture of class 0.
    private struct Drawer: ConditionalModel {
        let imageShape: Shape = [8, 8, 1]
        var classCount = 16
        var conditioningClassCount: Int? { classCount }

        func samples(of labels: [Int], seed: UInt64) -> Tensor {
            Bars(side: 8).batch(at: labels.enumerated().map { $0 % 5 == 4 ? 0 : $1 }).images
        }
        func samples(_ count: Int, seed: UInt64) -> Tensor {
            samples(of: (0..<count).map { $0 % 2 }, seed: seed)
        }
    }

    /// Draws what another one does when it is not asked for a class.
    private struct Unconditional: GenerativeModel, ImageModel {
        var imageShape: Shape = [8, 8, 1]
        func samples(_ count: Int, seed: UInt64) -> Tensor { Drawer().samples(count, seed: seed) }
    }

    /// Is sure of the place of the brightest row or column, unless there is none.
    private struct Seer: Classifier {
        let imageShape: Shape = [8, 8, 1]
        let classCount = 16
        func logits(_ images: Tensor) -> Tensor {
            let rows = images.mean(axes: [2, 3])
            let columns = images.mean(axes: [1, 3])
            return 100 * Tensor.concatenate([rows, columns], axis: 1)
        }
    }

    @Test("Confident labels, the share of each class, and the classes that were asked for")
    func judges() throws {
        let asked = try Judgement(of: Drawer(), by: Seer(), count: 80, batchSize: 40, on: .cpu)
        // Sixteen of eighty are drawn as class 0 in place of their own, of which one in sixteen is class 0 itself.
        let wrong = (0..<80).filter { ($0 % 40) % 5 == 4 && $0 % 16 != 0 }.count
        #expect(asked.count == 80 && asked.confident == 80 && asked.asAsked == 80 - wrong)
        #expect(asked.classCounts.reduce(0, +) == 80 && asked.classCounts[0] == 5 + wrong)
        #expect(abs(asked.classShares.reduce(0, +) - 1) < 1e-12)

        let others = try Judgement(of: Unconditional(), by: Seer(), count: 10, batchSize: 10, on: .cpu)
        #expect(others.asAsked == nil && others.classCounts[0] == 6 && others.classCounts[1] == 4)
    }

    @Test("Pictures that are all alike to the classifier are not told")
    func unsure() throws {
        struct Grey: GenerativeModel, ImageModel {
            let imageShape: Shape = [8, 8, 1]
            func samples(_ count: Int, seed: UInt64) -> Tensor {
                .full(0.5 as Float, shape: [count, 8, 8, 1])
            }
        }
        let judgement = try Judgement(of: Grey(), by: Seer(), count: 3, on: .cpu)
        #expect(judgement.confident == 0 && judgement.classCounts[0] == 3)
    }

    @Test("Shapes and classes that do not match are refused with both")
    func mismatches() {
        #expect { try Judgement(of: Unconditional(imageShape: [8, 9, 1]), by: Seer(), on: .cpu) } throws: {
            "\($0)".contains("[8, 9, 1]") && "\($0)".contains("[8, 8, 1]")
        }
        #expect { try Judgement(of: Drawer(classCount: 3), by: Seer(), on: .cpu) } throws: {
            "\($0)".contains("3 classes") && "\($0)".contains("16")
        }
    }
}
