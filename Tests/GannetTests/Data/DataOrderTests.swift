import Gannet
import Testing

@Suite("Data order")
struct DataOrderTests {
    @Test(arguments: [1, 2, 3, 10, 1_001]) func everyEpochIsAPermutation(count: Int) {
        for epoch in 0..<3 {
            let order = DataOrder.permutation(count: count, seed: 5, epoch: epoch)
            #expect(order.sorted() == Array(0..<count))
        }
    }

    @Test func seedsAndEpochsGiveOrdersOfTheirOwn() {
        let states: [(UInt64, Int)] = [(0, 0), (0, 1), (1, 0), (1 << 40, 0), (0, 1 << 40)]
        let orders = states.map { DataOrder.permutation(count: 100, seed: $0, epoch: $1) }
        #expect(Set(orders).count == orders.count)
    }

    /// Recorded once; another order would change what a seed means.
    @Test func theOrderIsFixed() {
        #expect(DataOrder.permutation(count: 10, seed: 1, epoch: 0) == [2, 0, 9, 3, 4, 5, 8, 1, 6, 7])
        #expect(DataOrder.permutation(count: 10, seed: 1, epoch: 1) == [3, 0, 8, 2, 5, 9, 1, 7, 6, 4])
    }

    @Test func shufflesAreUniform() {
        // Each of the 24 orders of four is expected 1,000 times; χ² with 23 degrees of freedom exceeds 49.7
        // once in a thousand times, and the seeds are fixed.
        var counts: [[Int]: Int] = [:]
        for seed in UInt64(0)..<24_000 {
            counts[DataOrder.permutation(count: 4, seed: seed, epoch: 0), default: 0] += 1
        }
        #expect(counts.count == 24)
        let statistic = counts.values.reduce(0.0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
        #expect(statistic < 49.7)
    }

    @Test(arguments: [false, true]) func anOrderResumesWhereItStood(dropsLast: Bool) {
        var order = DataOrder(count: 10, batchSize: 4, seed: 3, dropsLast: dropsLast)
        #expect(order.batchesPerEpoch == (dropsLast ? 2 : 3))
        for step in 0..<9 {
            var resumed = DataOrder(
                count: 10, batchSize: 4, seed: 3, dropsLast: dropsLast, epoch: order.epoch,
                position: order.position)
            #expect(resumed == order && resumed.hashValue == order.hashValue)
            #expect(order.epoch == step / order.batchesPerEpoch)
            let batch = order.next()
            #expect(resumed.next() == batch)
            #expect(resumed == order)
        }
    }

    @Test func emptyDataHasNoBatches() {
        var order = DataOrder(count: 0, batchSize: 4, seed: 3)
        #expect(order.batchesPerEpoch == 0)
        let batch = order.next()
        #expect(batch == [])
        #expect(order.epoch == 0)
    }
}
