/// Why some bytes are not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the byte where it was noticed.
    public let description: String
}

extension JSON {
    /// Parses UTF-8 text that holds one value and white space around it.
    ///
    /// Strict: no comments, no trailing commas, no control characters in strings, no key twice in an object,
    /// at most 64 levels. Never stops the process, whatever the bytes.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    /// Parses text that holds one value and white space around it.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}

/// A recursive-descent parser of RFC 8259.
private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    let deepest = 64

    private func failure(_ explanation: String) -> JSONError {
        JSONError(description: "\(explanation) at byte \(position)")
    }

    /// The byte at the present position; 0, which no rule accepts, at the end.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    mutating func document() throws(JSONError) -> JSON {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        if position < bytes.count { throw failure("there is more than one value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        if depth > deepest { throw failure("values are nested more than \(deepest) deep") }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure(position < bytes.count ? "there is no value" : "the text ends too early")
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        if !bytes[position...].starts(with: word.utf8) { throw failure("there is no value") }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        var members: [String: JSON] = [:]
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            if current != UInt8(ascii: "\"") { throw failure("a key is missing") }
            let key = try string()
            skipSpace()
            if current != UInt8(ascii: ":") { throw failure("a colon is missing") }
            position += 1
            skipSpace()
            let value = try value(depth: depth + 1)
            if members.updateValue(value, forKey: key) != nil {
                throw failure("the key \"\(key)\" comes twice")
            }
            skipSpace()
            let separator = current
            if separator != UInt8(ascii: ","), separator != UInt8(ascii: "}") {
                throw failure("a comma or a brace is missing")
            }
            position += 1
            if separator == UInt8(ascii: "}") { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        var values: [JSON] = []
        position += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(values)
        }
        while true {
            skipSpace()
            values.append(try value(depth: depth + 1))
            skipSpace()
            let separator = current
            if separator != UInt8(ascii: ","), separator != UInt8(ascii: "]") {
                throw failure("a comma or a bracket is missing")
            }
            position += 1
            if separator == UInt8(ascii: "]") { return .array(values) }
        }
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        func digits(_ parser: inout Self) throws(JSONError) {
            if !isDigit(parser.current) { throw parser.failure("a digit is missing") }
            while isDigit(parser.current) { parser.position += 1 }
        }
        var isInteger = true
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
            if isDigit(current) { throw failure("a number starts with 0") }
        } else {
            try digits(&self)
        }
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits(&self)
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits(&self)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure("\(text) is too large a number") }
        return .number(value)
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var units: [UInt8] = []
        while true {
            guard position < bytes.count else { throw failure("a string does not end") }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): units += Array(String(try escapedCharacter()).utf8)
            case 0..<0x20: throw failure("a string holds a control character")
            default: units.append(byte)
            }
        }
    }

    private mutating func escapedCharacter() throws(JSONError) -> Unicode.Scalar {
        let letter = current
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
                position += 2
                let low = try hexadecimal()
                if !(0xDC00..<0xE000).contains(low) { throw failure("half of a character is missing") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half of a character is missing") }
            return scalar
        default: throw failure("there is no such escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw failure("a hexadecimal digit is missing")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
