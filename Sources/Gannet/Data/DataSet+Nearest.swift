import GannetGraph

/// An example of a data set that is near to another one.
public struct NearExample: Sendable, Hashable {
    /// Its number in the data set.
    public var index: Int
    /// The root of the sum of squared differences of all values.
    public var distance: Double
}

extension DataSet {
    /// The examples that are nearest to each of some, the nearest first; of equally near ones those that come first.
    ///
    /// - Parameters:
    ///   - count: How many of each, at most as many as there are.
    ///   - examples: [number, …], of the shape of this data set's examples.
    ///   - batchSize: How many examples are compared at once.
    ///   - device: Where distances are computed.
    /// - Throws: What the data set throws, and `DeviceError`.
    public func nearest(
        _ count: Int, to examples: Tensor, batchSize: Int = 2048, on device: Device = .default,
        file: StaticString = #fileID, line: UInt = #line
    ) throws -> [[NearExample]] {
        if examples.rank < 1 || Array(examples.shape.extents.dropFirst()) != exampleShape.extents || count < 0
            || batchSize < 1
        {
            invalidUse(
                "nearest(_:to:)",
                "\(count) examples of shape \(exampleShape), \(batchSize) at once, near to those in \(examples.shape)",
                file: file, line: line)
        }
        let number = examples.shape[0]
        var found = [[NearExample]](repeating: [], count: number)
        let rows = try examples.reshape(number, -1).evaluated(on: device)
        for start in stride(from: 0, to: self.count, by: batchSize) {
            let indices = Array(start..<min(start + batchSize, self.count))
            let batch = try batch(at: indices).examples
            let squares = try rows.squaredDistances(to: batch.reshape(indices.count, -1))
                .array(of: Float.self, on: device)
            for row in 0..<number {
                let own = squares[row * indices.count..<(row + 1) * indices.count]
                let near = zip(indices, own).map { NearExample(index: $0, distance: Double($1).squareRoot()) }
                let bound = found[row].count == count ? found[row].last?.distance ?? 0 : .infinity
                let better = near.filter { $0.distance < bound }
                found[row] = Array(
                    (found[row] + better).sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
                        .prefix(count))
            }
        }
        return try exact(found, to: rows.array(of: Float.self, on: device), on: device)
    }

    /// The same with distances in double precision: what finds them subtracts squares, which leaves little of small ones.
    private func exact(
        _ found: [[NearExample]], to values: [Float], on device: Device
    ) throws -> [[NearExample]] {
        let width = exampleShape.count
        return try found.enumerated().map { row, near in
            if near.isEmpty { return near }
            let examples = try batch(at: near.map(\.index)).examples.array(of: Float.self, on: device)
            return near.enumerated().map { place, example in
                let sum = (0..<width).reduce(0.0) {
                    let difference = Double(values[row * width + $1]) - Double(examples[place * width + $1])
                    return $0 + difference * difference
                }
                return NearExample(index: example.index, distance: sum.squareRoot())
            }.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
        }
    }
}

extension Tensor {
    /// The squared distance of each row to each of others: [rows, others] of [rows, width] and [others, width].
    func squaredDistances(to others: Tensor) -> Tensor {
        let own = squared().sum(axes: [1], keepsAxes: true)
        let other = others.squared().sum(axes: [1]).reshape(1, -1)
        return maximum(own + other - 2 * matmul(others.transposed()), 0)
    }
}
