#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An axis of a plot: which numbers it shows, where, and which are marked.
struct PlotAxis {
    private let low: Double
    private let high: Double
    private let start: Double
    private let end: Double
    private let usesLogarithm: Bool
    /// The numbers that are marked.
    let ticks: [Double]

    /// An axis for the numbers of `range`, from `start` to `end` in the picture.
    ///
    /// - Parameter isExact: Whether the axis ends where the range does; otherwise there is a margin.
    init(
        _ range: ClosedRange<Double>, from start: Double, to end: Double, usesLogarithm: Bool = false,
        isExact: Bool = false
    ) {
        let isSound = range.lowerBound.isFinite && range.upperBound.isFinite
        var (low, high) = isSound ? (range.lowerBound, range.upperBound) : (0, 1)
        // Without this their difference would not be finite.
        (low, high) = (min(max(low, -1e300), 1e300), min(max(high, -1e300), 1e300))
        self.usesLogarithm = usesLogarithm && low > 0
        if self.usesLogarithm {
            (low, high) = (max(low, 1e-300), max(high, 1e-300))
            if high <= low { (low, high) = (low / 2, high * 2) }
            (low, high) = (log10(low), log10(high))
            let margin = 0.04 * (high - low)
            (low, high) = (low - margin, high + margin)
            ticks = Self.decades(low, high)
        } else {
            if high <= low {
                let margin = max(0.5, abs(low) / 8)
                (low, high) = isExact ? (low, low + 2 * margin) : (low - margin, low + margin)
            }
            let margin = isExact ? 0 : 0.04 * (high - low)
            (low, high) = (low - margin, high + margin)
            ticks = Self.ticks(low, high)
        }
        (self.low, self.high) = (low, high)
        (self.start, self.end) = (start, end)
    }

    /// Where a number is in the picture.
    func place(_ value: Double) -> Double {
        let value = usesLogarithm ? log10(max(value, .leastNonzeroMagnitude)) : value
        let place = start + (end - start) * ((value - low) / (high - low))
        // Far outside is outside enough, and has few digits.
        return min(max(place, -1e5), 1e5)
    }

    /// Whether the axis shows a number.
    func contains(_ value: Double) -> Bool {
        let value = usesLogarithm ? log10(max(value, .leastNonzeroMagnitude)) : value
        return value >= low && value <= high
    }

    /// Some four to eight round numbers in steps of 1, 2 or 5 times a power of ten.
    static func ticks(_ low: Double, _ high: Double) -> [Double] {
        guard high > low, (high - low).isFinite else { return [] }
        let rough = (high - low) / 5
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        let step = [1, 2, 5, 10].map { $0 * power }.min { abs($0 - rough) < abs($1 - rough) } ?? power
        // Beyond 2⁵³ steps from zero the ticks would not differ.
        guard step > 0, abs(low / step) < 0x1p53 else { return [] }
        let first = Int((low / step).rounded(.up))
        return (0..<20).map { Double(first + $0) * step }.prefix { $0 <= high }.map { $0 }
    }

    /// Powers of ten between two logarithms, with 2 and 5 times them where there are few, and not all where there are
    /// many.
    private static func decades(_ low: Double, _ high: Double) -> [Double] {
        let exponents = Int(low.rounded(.down))...Int(high.rounded(.up))
        let stride = max(1, exponents.count / 8)
        let factors: [Double] = high - low < 2.5 ? [1, 2, 5] : [1]
        return exponents.filter { $0.isMultiple(of: stride) }
            .flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
            .filter { $0 > 0 && log10($0) >= low && log10($0) <= high }
    }

    /// A coordinate with at most two decimals.
    static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    /// The words at a mark: thousands are separated.
    static func label(_ value: Double) -> String {
        if abs(value) < 10_000 || abs(value) >= 1e15 || value != value.rounded() {
            return abs(value) < 1e-2 && value != 0 ? String(Float(value)) : text(value)
        }
        let digits = Array(String(Int(abs(value))))
        var grouped = ""
        for (number, digit) in digits.enumerated() {
            if number > 0, (digits.count - number).isMultiple(of: 3) { grouped += "\u{2009}" }
            grouped.append(digit)
        }
        return value < 0 ? "−" + grouped : grouped
    }
}
