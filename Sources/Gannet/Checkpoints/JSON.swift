/// A JSON value (RFC 8259). Objects are written with sorted keys, so that equal values are equal bytes.
///
/// Foundation's parser accepts an object that names a key twice and does not say which value it took; this one
/// refuses it, which a checkpoint that somebody else wrote needs.
public enum JSON: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number without fraction and exponent that fits in 64 bits.
    case integer(Int)
    /// Any other number. One that is not finite is written as `null`, for JSON has no word for it.
    case number(Double)
    /// A string.
    case string(String)
    /// A list.
    case array([JSON])
    /// Values by name.
    case object([String: JSON])
}

extension JSON {
    /// The value for `key`, or nil where this is no object or has no such key.
    public subscript(key: String) -> JSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The string, or nil where this is none.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The integer, or nil where this is none.
    public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

    /// The number as a `Double`, or nil where this is none.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, or nil where this is none.
    public var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// The elements, or nil where this is no list.
    public var arrayValue: [JSON]? { if case .array(let values) = self { values } else { nil } }

    /// The values by name, or nil where this is no object.
    public var objectValue: [String: JSON]? { if case .object(let members) = self { members } else { nil } }

    private var isObject: Bool { if case .object = self { true } else { false } }

    /// A `Float` as the shortest decimal number that reads back as the same `Float`.
    public static func float(_ value: Float) -> JSON {
        .number(value.isFinite ? Double(value.description) ?? Double(value) : .nan)
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension JSON: CustomStringConvertible {
    /// The text on one line.
    public var description: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    /// The text over several lines, indented by two spaces a level; a list of plain values stays on one line.
    public var indentedDescription: String {
        var text = ""
        write(to: &text, indentation: 0)
        return text
    }

    private func write(to text: inout String, indentation: Int?) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            let isPlain = !values.contains { $0.arrayValue != nil || $0.isObject }
            if isPlain, indentation != nil {
                text += "[" + values.map(\.description).joined(separator: ", ") + "]"
                return
            }
            Self.write(values, "[", "]", to: &text, indentation: indentation) { value, text, inner in
                value.write(to: &text, indentation: inner)
            }
        case .object(let members):
            // By code units: the order must not depend on a locale.
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            Self.write(sorted, "{", "}", to: &text, indentation: indentation) { member, text, inner in
                Self.write(member.key, to: &text)
                text += inner == nil ? ":" : ": "
                member.value.write(to: &text, indentation: inner)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout String, indentation: Int?,
        _ body: (Element, inout String, Int?) -> Void
    ) {
        func newLine(_ level: Int) { text += "\n" + String(repeating: "  ", count: level) }
        let inner = indentation.map { $0 + 1 }
        text += open
        for (number, element) in elements.enumerated() {
            if number > 0 { text += "," }
            if let inner { newLine(inner) }
            body(element, &text, inner)
        }
        if let indentation, !elements.isEmpty { newLine(indentation) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
