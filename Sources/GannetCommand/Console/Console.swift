#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a person reads while a command works: it goes to standard error, so that results stay alone on standard
/// output.
enum Console {
    /// Whether there is a terminal on which a line can be written over.
    static let isTerminal =
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"

    /// Writes a line.
    static func note(_ line: String) { put((isTerminal ? clearLine : "") + line + "\n") }

    /// Shows a line that the next one takes the place of; only on a terminal.
    static func show(_ line: String) {
        if isTerminal { put(clearLine + line.prefix(columns - 1)) }
    }

    /// Takes away a line that was shown.
    static func clear() { if isTerminal { put(clearLine) } }

    private static let clearLine = "\r\u{1B}[2K"

    private static func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let address = rest.baseAddress, !rest.isEmpty {
                let count = write(STDERR_FILENO, address, rest.count)
                // What cannot be written here cannot be said anywhere else.
                if count <= 0 { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    private static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}

/// Numbers as people read them.
enum Format {
    /// With so many digits after the point: `105.83`.
    static func number(_ value: Double, digits: Int) -> String {
        var characters = [CChar](repeating: 0, count: 512)
        let count = withVaList([Int32(digits), value]) {
            vsnprintf(&characters, characters.count, "%.*f", $0)
        }
        return String(decoding: characters.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// With thousands apart, rounded: `21,350`.
    static func count(_ value: Double) -> String {
        guard let whole = Int(exactly: value.rounded()) else { return "\(value)" }
        let digits = String(whole.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return whole < 0 ? "−" + text : text
    }

    /// A part of a whole as a bar: `━━━━━━━━━━━━──────────── 50 %`.
    static func bar(_ part: Double) -> String {
        let cells = 24
        let filled = min(Int(part * Double(cells)), cells)
        return String(repeating: "━", count: filled) + String(repeating: "─", count: cells - filled)
            + " \(Int(part * 100)) %"
    }

    /// As a clock shows it: `0:14`, `1:02:03`.
    static func duration(_ seconds: Double) -> String {
        guard let whole = Int(exactly: max(seconds, 0).rounded(.up)) else { return "?" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
