import Gannet
import GannetTestSupport
import Testing

@Suite("Diversity of samples and nearest examples")
struct SampleDiversityTests {
    private func rows(_ count: Int, _ width: Int, seed: UInt64) throws -> [Float] {
        var random = RandomStream(seed: seed)
        return try random.normal([count, width]).array(of: Float.self, on: .cpu)
    }

    private func distance(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
            .squareRoot()
    }

    private func isNear(_ shares: [Double]?, _ expected: [Double]) -> Bool {
        zip(shares ?? [], expected).allSatisfy { abs($0 - $1) < 1e-9 } && shares?.count == expected.count
    }

    private func row(_ number: Int, _ width: Int, of values: [Float]) -> ArraySlice<Float> {
        values[number * width..<(number + 1) * width]
    }

    @Test("The ratio of mean distances is that of float64", arguments: TestDevices.all)
    func ratio(device: Device) throws {
        let (made, given) = (try rows(20, 6, seed: 1).map { 0.3 * $0 }, try rows(30, 6, seed: 2))
        func mean(_ values: [Float]) -> Double {
            let count = values.count / 6
            let pairs = (0..<count).flatMap { a in (0..<a).map { (a, $0) } }
            return pairs.reduce(0) { $0 + distance(row($1.0, 6, of: values), row($1.1, 6, of: values)) }
                / Double(pairs.count)
        }
        let diversity = try SampleDiversity(
            of: Tensor(made, shape: [20, 2, 3, 1]),
            beside: Batch(images: Tensor(given, shape: [30, 2, 3, 1])),
            classCount: nil, on: device)
        #expect(abs(diversity.ratio - mean(made) / mean(given)) < 1e-4)
        #expect(diversity.classShares == nil && diversity.lostClasses == nil)
    }

    @Test(
        "Samples that are all alike have none, and all classes but one are lost", arguments: TestDevices.all)
    func collapse(device: Device) throws {
        // Three classes, around 0, 10 and 20.
        let examples = Tensor((0..<160).map { Float($0 % 3) * 10 + Float($0) / 100 }, shape: [160, 1, 1, 1])
        let data = Batch(images: examples, labels: Tensor((0..<160).map { Int32($0 % 3) }))
        let alike = try SampleDiversity(
            of: Tensor.full(Float(10.2), shape: [40, 1, 1, 1]), beside: data, classCount: 3, on: device)
        #expect(alike.ratio < 1e-3 && isNear(alike.classShares, [0, 1, 0]) && alike.lostClasses == [0, 2])
        let two = try SampleDiversity(
            of: Tensor((0..<40).map { Float($0 % 2) * 20 + 0.5 }, shape: [40, 1, 1, 1]), beside: data,
            classCount: 3, on: device)
        #expect(two.ratio > 1 && isNear(two.classShares, [0.5, 0, 0.5]) && two.lostClasses == [1])
        let all = try SampleDiversity(of: examples, beside: data, classCount: 3, on: device)
        #expect(abs(all.ratio - 1) < 1e-3 && all.lostClasses == [])
        // Of five samples too few are to be expected of any class to miss it.
        let few = try SampleDiversity(
            of: Tensor.full(Float(10.2), shape: [5, 1, 1, 1]), beside: data, classCount: 3, on: device)
        #expect(isNear(few.classShares, [0, 1, 0]) && few.lostClasses == [])
    }

    private struct Rows: DataSet {
        let values: [Float]
        var count: Int { values.count / 4 }
        let exampleShape: Shape = [2, 2, 1]

        func batch(at indices: [Int]) throws -> Batch {
            Batch(
                images: Tensor(
                    indices.flatMap { values[4 * $0..<4 * $0 + 4] }, shape: [indices.count, 2, 2, 1]))
        }
    }

    @Test("The nearest examples are those that float64 finds, however they come", arguments: TestDevices.all)
    func nearest(device: Device) throws {
        let data = Rows(values: try rows(101, 4, seed: 3))
        let queries = try rows(5, 4, seed: 4)
        for (count, batchSize) in [(3, 7), (3, 2048), (1, 100), (101, 50), (0, 10)] {
            let found = try data.nearest(
                count, to: Tensor(queries, shape: [5, 2, 2, 1]), batchSize: batchSize, on: device)
            for query in 0..<5 {
                let right = (0..<101).map {
                    ($0, distance(row(query, 4, of: queries), row($0, 4, of: data.values)))
                }
                .sorted { $0.1 < $1.1 }.prefix(count)
                #expect(found[query].map(\.index) == right.map(\.0))
                #expect(zip(found[query], right).allSatisfy { abs($0.distance - $1.1) < 1e-4 })
            }
        }
        let own = try data.nearest(1, to: data.batch(at: [17, 40]).images, on: device)
        #expect(own.map { $0[0].index } == [17, 40])
    }
}
