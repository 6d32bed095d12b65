import GannetCompiler
import GannetGraph

/// The orders that sort lines.
extension KernelHarness {
    private func checkSort(
        _ type: ScalarType, lines: Int, length: Int, isDescending: Bool, _ random: inout TestRandom
    ) throws {
        var x = RandomViews.values(max(lines * length, 1), type, &random)
        if type == .float32 {
            for place in x.indices {
                switch Int.random(in: 0..<16, using: &random) {
                case 0:
                    x[place] = .float(
                        [Double.nan, -Double.nan, .infinity, -.infinity, 0, -0.0].randomElement(
                            using: &random)!)
                // Ties.
                case 1...4: x[place] = .float(x[place].float.rounded())
                default: break
                }
            }
        }
        let sort = Kernel.Sort(type: type, lines: lines, length: length, isDescending: isDescending)
        try check(
            .sort(sort), [x], outputTypes: [.int32],
            "\(lines) × \(length) of \(type), descending \(isDescending)")
    }

    /// Sorts of many shapes; unless all are asked for, one type for each.
    package func sorts(everyType: Bool = true) throws {
        var random = TestRandom(seed: 63)
        let types = [ScalarType.float32, .int32, .uint32]
        let shapes = [
            (1, 1), (1, 2), (5, 3), (300, 7), (3, 31), (2, 64), (2, 101), (1, 2048), (2, 2049), (0, 3),
            (3, 0),
            (1, 5003),
        ]
        for (number, (lines, length)) in shapes.enumerated() {
            for (place, type) in types.enumerated() where everyType || number % 3 == place {
                for isDescending in [false, true] where everyType || (number / 3 % 2 == 0) == isDescending {
                    try checkSort(
                        type, lines: lines, length: length, isDescending: isDescending, &random)
                }
            }
        }
    }

    /// Lines of many tiles.
    package func longSorts() throws {
        var random = TestRandom(seed: 64)
        try checkSort(.float32, lines: 1, length: 100_003, isDescending: true, &random)
        try checkSort(.int32, lines: 3, length: 12_289, isDescending: false, &random)
    }
}
