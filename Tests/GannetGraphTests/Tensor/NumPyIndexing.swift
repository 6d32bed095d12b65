import GannetGraph
import GannetTestSupport

/// What NumPy's subscripts and broadcasting give, from `Fixtures/numpy_indexing.json`, which `numpy_indexing.py`
/// writes.
struct NumPyIndexing: Decodable {
    /// A subscript of a tensor that holds 0, 1, 2, …, and what it gives.
    struct Subscript: Decodable {
        let shape: [Int]
        let index: [Entry]
        let resultShape: [Int]
        let values: [Double]
    }

    /// An entry of a subscript.
    struct Entry: Decodable {
        private struct Indices: Decodable {
            let shape: [Int]
            let values: [Int32]
        }

        let index: any TensorIndex

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let index = try? container.decode(Int.self) {
                self.index = index
            } else if let bounds = try? container.decode([Int?].self) {
                index = AxisIndex.strided(from: bounds[0], to: bounds[1], by: bounds[2] ?? 1)
            } else if let name = try? container.decode(String.self) {
                index = name == "new" ? AxisIndex.newAxis : AxisIndex.ellipsis
            } else {
                let indices = try container.decode(Indices.self)
                index = Tensor(indices.values, shape: Shape(indices.shape))
            }
        }
    }

    /// Two shapes and what they broadcast to, nil where they do not.
    struct Broadcast: Decodable {
        let shapes: [[Int]]
        let result: [Int]?

        init(from decoder: any Decoder) throws {
            let shapes = try decoder.singleValueContainer().decode([[Int]?].self)
            self.shapes = [shapes[0] ?? [], shapes[1] ?? []]
            result = shapes[2]
        }
    }

    let views: [Subscript]
    let gathers: [Subscript]
    let broadcasts: [Broadcast]

    static let shared: NumPyIndexing = readFixture("numpy_indexing.json")
}
