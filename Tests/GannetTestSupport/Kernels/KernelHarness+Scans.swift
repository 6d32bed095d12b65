import GannetCompiler
import GannetGraph

/// Elements combined with all before them.
extension KernelHarness {
    private func check(
        _ function: CumulativeFunction, _ type: ScalarType, _ shape: (Int, Int, Int), isReversed: Bool,
        _ random: inout TestRandom
    ) throws {
        let scan = Kernel.Scan(
            function: function, type: type, batch: shape.0, length: shape.1, columns: shape.2,
            isReversed: isReversed)
        var x = RandomViews.values(max(scan.count, 1), type, &random)
        if type == .float32, function == .product {
            // Products of so many numbers must neither overflow nor vanish.
            x = x.map { .float(Double(Float(1 + $0.float / Double(4 * (shape.1 + 10))))) }
        }
        // A sum is off by some units in the last place of the magnitudes' sum.
        let (tolerance, scale) =
            switch function {
            case .sum: (1e-6, 1.5 * Double(shape.1))
            case .product: (1e-7 * Double(shape.1 + 10), 0)
            case .maximum, .minimum: (0, 0)
            }
        try check(
            .scan(scan), [x], outputTypes: [type], tolerance: tolerance, scale: scale,
            "\(function) of \(type), \(shape), reversed \(isReversed)")
    }

    /// Scans of many shapes; unless all are asked for, a few functions for each.
    package func scans(everyFunction: Bool = true) throws {
        var random = TestRandom(seed: 61)
        let shapes = [
            (1, 1, 1), (2, 5, 1), (3, 1, 4), (1, 131, 1), (2, 67, 1), (1, 37, 3), (2, 19, 17), (3, 16, 32),
            (1, 2100, 1), (2, 1, 1), (0, 3, 2), (3, 0, 2), (2, 3, 0), (1, 1031, 5),
        ]
        let types = [ScalarType.float32, .int32, .uint32]
        for (number, shape) in shapes.enumerated() {
            for function in CumulativeFunction.allCases {
                for (place, type) in types.enumerated() {
                    let choice = number + Int(function.rawValue) + place
                    if everyFunction {
                        for isReversed in [false, true] {
                            try check(function, type, shape, isReversed: isReversed, &random)
                        }
                    } else if choice % 5 == 0 {
                        try check(function, type, shape, isReversed: choice % 2 == 0, &random)
                    }
                }
            }
        }
    }

    /// Lines so long that they are cut into pieces, with sums that plain addition would get wrong.
    package func longScans() throws {
        var random = TestRandom(seed: 62)
        for (length, columns) in [(100_003, 1), (40_001, 3)] {
            for isReversed in [false, true] {
                let scan = Kernel.Scan(
                    function: .sum, type: .float32, batch: 1, length: length, columns: columns,
                    isReversed: isReversed)
                let x = (0..<scan.count).map { _ in
                    ScalarOracle.Value.float(Double(Float.random(in: 0...1, using: &random)))
                }
                try check(
                    .scan(scan), [x], outputTypes: [.float32], tolerance: 0x1p-20,
                    "\(length) × \(columns), reversed \(isReversed)")
            }
        }
        try check(.maximum, .float32, (2, 50_000, 1), isReversed: true, &random)
        try check(.product, .int32, (1, 70_001, 2), isReversed: false, &random)
    }
}
