import ArgumentParser

/// Whole numbers with commas between them, as an option gives them.
func wholeNumbers(_ text: String, _ option: String) throws -> [Int] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    if numbers.count != parts.count {
        throw ValidationError("\(option) is \(text), and must be whole numbers with commas between them.")
    }
    return numbers
}

/// Whole numbers with commas between them, or "none".
func wholeNumbersOrNone(_ text: String, _ option: String) throws -> [Int] {
    text == "none" ? [] : try wholeNumbers(text, option)
}
