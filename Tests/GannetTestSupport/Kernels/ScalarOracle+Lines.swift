import GannetCompiler
import GannetGraph

/// Kernels that look at whole lines.
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

    /// The output of a sort.
    func order(_ sort: Kernel.Sort) -> [Value] {
        /// An element as a number; NaN behind all others.
        func isLess(_ x: Value, _ y: Value) -> Bool {
            switch (x, y) {
            case (.int(let x), .int(let y)): x < y
            case (.word(let x), .word(let y)): x < y
            case (.float(let x), .float(let y)): x < y || (y.isNaN && !x.isNaN)
            default: false
            }
        }
        return (0..<sort.lines).flatMap { line -> [Value] in
            let elements = Array(inputs[0][line * sort.length..<(line + 1) * sort.length])
            return elements.indices.sorted { a, b in
                let (x, y) = sort.isDescending ? (elements[b], elements[a]) : (elements[a], elements[b])
                return isLess(x, y) || (!isLess(y, x) && a < b)
            }.map { .int(Int32($0)) }
        }
    }
}
