import GannetGraph

/// How far a device's values may be from the reference's. NaN matches NaN, an infinity itself, 0 matches −0;
/// integers and truth values always have to be equal.
public enum Tolerance: Sendable {
    /// The reference's value rounded to `float32`, and no other.
    case exact
    /// So many units in the last place of each element; below the normal numbers, any subnormal one.
    case ulps(Double)
    /// So much times the largest finite element of the tensor.
    case scaled(Double)
    /// So much.
    case absolute(Double)

    /// What is wrong with `actual`, in a sentence with the worst element; nil if nothing is.
    public func failure(_ actual: ReferenceValue, expected: ReferenceValue) -> String? {
        if actual.shape != expected.shape || actual.scalarType != expected.scalarType {
            return "\(actual.scalarType) \(actual.shape) instead of \(expected.scalarType) \(expected.shape)"
        }
        let isFloat = expected.scalarType.isFloatingPoint
        let scale = expected.elements.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        var failures = 0
        var worst = (excess: 0.0, index: 0)
        for (index, (x, y)) in zip(actual.elements, expected.elements).enumerated() {
            let wanted = isFloat ? Double(Float(y)) : y
            if x == wanted || (x.isNaN && wanted.isNaN) { continue }
            let allowed = isFloat ? allowance(for: y, scale: scale) : 0
            let error = abs(x - y)
            if error <= allowed { continue }
            failures += 1
            let excess = error.isFinite ? error : .infinity
            if excess > worst.excess || failures == 1 { worst = (excess, index) }
        }
        if failures == 0 { return nil }
        let (x, y) = (actual.elements[worst.index], expected.elements[worst.index])
        return "\(failures) of \(expected.elements.count) elements of \(expected.shape) differ, most at "
            + "\(worst.index): \(x) instead of \(y), \(Self.ulpDistance(x, y)) ulp, \(self)"
    }

    private func allowance(for expected: Double, scale: Double) -> Double {
        switch self {
        case .exact: 0
        case .ulps(let count):
            max(count * Double(Float(expected).ulp), Double(Float.leastNormalMagnitude))
        case .scaled(let factor): factor * scale
        case .absolute(let bound): bound
        }
    }

    /// The distance of two numbers in units of the last place that `expected` has as a `Float`.
    public static func ulpDistance(_ x: Double, _ expected: Double) -> Double {
        abs(x - expected) / Double(Float(expected).ulp)
    }
}
