import ArgumentParser

/// Refuses a value outside `range`; nil, where an option is not given, is none.
///
/// - Parameters:
///   - option: The option's name.
///   - meaning: What the greatest value is, where that is no limit of the program's.
func checkRange(_ option: String, _ value: Int?, _ range: ClosedRange<Int>, meaning: String = "") throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
        "\(option) is \(value), and must be from \(range.lowerBound) to \(range.upperBound)"
            + (meaning.isEmpty ? "." : ", \(meaning)."))
}
