import Gannet

/// The header of a file in NumPy's format `.npy` (NEP 1, versions 1 to 3).
///
/// A file is the bytes `93 4E 55 4D 50 59`, the version in two bytes, the length of the text that follows in two
/// bytes (version 1) or four, little-endian, that text, and the elements. The text is a dictionary as Python writes
/// it: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct NpyHeader {
    /// The type of the elements.
    var type: StoredType
    /// Whether the most significant byte of an element comes first.
    var isBigEndian = false
    /// Whether the first index varies fastest.
    var isFortranOrder = false
    /// The extents, outermost first.
    var extents: [Int]
    /// The number of bytes before the elements.
    var byteCount = 0

    /// What every file begins with.
    static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

    private static let names: [(type: StoredType, name: String)] = [
        (.bool, "b1"), (.int8, "i1"), (.int16, "i2"), (.int32, "i4"), (.int64, "i8"), (.uint8, "u1"),
        (.uint16, "u2"), (.uint32, "u4"), (.uint64, "u8"), (.float16, "f2"), (.float32, "f4"),
        (.float64, "f8"),
    ]
}

// MARK: Reading

extension NpyHeader {
    /// Reads the header of `contents` and checks that as many bytes follow as it says; `file` is what errors name.
    init(parsing contents: [UInt8], file: String) throws(DataError) {
        if !contents.starts(with: Self.signature) {
            let isShort = contents.count < 6 && Self.signature.starts(with: contents)
            throw DataError(
                isShort ? .truncated : .wrongFormat, path: file,
                isShort
                    ? "\(file) is truncated: it has only \(contents.count) bytes."
                    : "\(file) is not an .npy file: it does not begin as NumPy's arrays do.")
        }
        let version = contents.count > 6 ? contents[6] : 1
        guard (1...3).contains(version) else {
            throw DataError(
                .unsupported, path: file,
                "\(file) is an .npy file of version \(version); versions 1 to 3 are read.")
        }
        let textStart = version == 1 ? 10 : 12
        let length = contents.prefix(textStart).dropFirst(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        if contents.count < textStart || contents.count - textStart < length {
            throw DataError(
                .truncated, path: file,
                "\(file) is truncated: it has \(contents.count) bytes, and its header does not end there.")
        }
        byteCount = textStart + length
        var parser = NpyDictionaryParser(text: contents[textStart..<byteCount])
        guard let entries = parser.entries() else {
            throw DataError(.damaged, path: file, "\(file) is damaged: its header is not what NumPy writes.")
        }
        isFortranOrder = entries.isFortranOrder
        extents = entries.shape
        let order = entries.type.first ?? "<"
        guard let type = Self.names.first(where: { $0.name == entries.type.dropFirst() })?.type,
            ["<", ">", "|", "="].contains(order)
        else {
            throw DataError(
                .unsupported, path: file,
                "\(file) has elements of type '\(entries.type)', and Gannet reads truth values, integers and "
                    + "floating-point numbers; convert it first: numpy.save(path, array.astype('float32')).")
        }
        self.type = type
        isBigEndian = order == ">"
        try checkSize(present: contents.count - byteCount, file: file)
    }

    private func checkSize(present: Int, file: String) throws(DataError) {
        // Every partial product must fit, also where a later extent is 0, and whatever the elements become.
        var most = 8
        for extent in extents {
            let (product, overflow) = most.multipliedReportingOverflow(by: max(extent, 1))
            if overflow {
                throw DataError(
                    .damaged, path: file,
                    "\(file) is damaged: no file holds the number of elements that its header gives.")
            }
            most = product
        }
        let expected = extents.reduce(type.byteCount, *)
        if present != expected {
            let isShort = present < expected
            throw DataError(
                isShort ? .truncated : .damaged, path: file,
                "\(file) is \(isShort ? "truncated" : "too long"): its header promises \(expected) bytes of data, "
                    + "and it has \(present).")
        }
    }
}

// MARK: Writing

extension NpyHeader {
    /// The header in version 1, filled up so that the elements begin at a multiple of 64 bytes.
    var encoded: [UInt8] {
        let name = Self.names.first { $0.type == type }!.name
        let order = type.byteCount == 1 ? "|" : isBigEndian ? ">" : "<"
        let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
        var text = Array(
            "{'descr': '\(order)\(name)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(shape)), }"
                .utf8)
        text += [UInt8](repeating: 0x20, count: 63 - (10 + text.count) % 64) + [0x0A]
        return Self.signature + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
    }
}

/// Reads the dictionary of the header; nil for anything that NumPy does not write.
private struct NpyDictionaryParser {
    var text: ArraySlice<UInt8>

    mutating func entries() -> (type: String, isFortranOrder: Bool, shape: [Int])? {
        var type: String?
        var order: Bool?
        var shape: [Int]?
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = string(), take(":") else { return nil }
            switch key {
            case "descr" where type == nil: type = string()
            case "fortran_order" where order == nil: order = take("True") ? true : take("False") ? false : nil
            case "shape" where shape == nil: shape = tuple()
            default: return nil
            }
            if !take(",") {
                guard take("}") else { return nil }
                break
            }
        }
        skipSpace()
        guard text.isEmpty, let type, let order, let shape else { return nil }
        return (type, order, shape)
    }

    private mutating func skipSpace() {
        text = text.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    /// Whether `word` comes next; if so it is passed over.
    private mutating func take(_ word: String) -> Bool {
        skipSpace()
        if !text.starts(with: word.utf8) { return false }
        text = text.dropFirst(word.utf8.count)
        return true
    }

    private mutating func string() -> String? {
        skipSpace()
        guard let quote = text.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return nil
        }
        text = text.dropFirst()
        guard let end = text.firstIndex(of: quote) else { return nil }
        defer { text = text[(end + 1)...] }
        return String(validating: text[..<end], as: UTF8.self)
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var numbers: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), numbers.count < 64 else {
                return nil
            }
            text = text.dropFirst(digits.count)
            // Python 2 wrote long integers so.
            if text.first == UInt8(ascii: "L") { text = text.dropFirst() }
            numbers.append(number)
            if !take(",") {
                guard take(")") else { return nil }
                return numbers
            }
        }
        return numbers
    }
}
