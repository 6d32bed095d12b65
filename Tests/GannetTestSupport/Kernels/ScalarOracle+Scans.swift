import GannetCompiler
import GannetGraph

/// Kernels that walk along lines.
extension ScalarOracle {
    /// The output of a scan.
    func scan(_ scan: Kernel.Scan) -> [Value] {
        var result = inputs[0]
        let walk = Array(0..<scan.length)
        for matrix in 0..<scan.batch {
            for column in 0..<scan.columns {
                var total = Value(scan.function.identity(scan.type))
                for row in scan.isReversed ? walk.reversed() : walk {
                    let at = (matrix * scan.length + row) * scan.columns + column
                    total = Self.binary(scan.function.combination, total, inputs[0][at])
                    result[at] = total
                }
            }
        }
        return Array(result.prefix(scan.count))
    }
}
