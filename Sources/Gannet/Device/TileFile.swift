import GannetGraph
import GannetOpenCL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the tiles that tuning found are kept: a file for each device, driver and style of kernels, in
/// `$XDG_CACHE_HOME/gannet/tuning`. A file that is damaged, or that is not about this device and driver, is as good as
/// none.
package struct TileFile {
    /// The file.
    package let path: String
    /// What the file must say it is about.
    private let subject: [String: JSON]

    /// The file for a device and style; nil where there is no place for caches.
    init?(device: OpenCLDevice, style: KernelStyle) {
        guard let folder = Self.folder else { return nil }
        self.init(folder: folder, device: device.name, driver: device.driver, style: style)
    }

    /// The file in a folder for a device by its name, the version of its driver, and the style of kernels.
    package init(folder: String, device: String, driver: String, style: KernelStyle) {
        subject = [
            "device": .string(device), "driver": .string(driver), "style": .string(style.rawValue),
            "version": .integer(TileTable.version),
        ]
        let words = [device, driver, style.rawValue, "v\(TileTable.version)"].map { text in
            String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "_" }.prefix(80))
        }
        path = folder + "/" + words.joined(separator: "-") + ".json"
    }

    /// `$XDG_CACHE_HOME/gannet/tuning`; a relative path there is to be ignored, says its specification.
    private static var folder: String? {
        func place(_ variable: String) -> String? {
            getenv(variable).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let caches = place("XDG_CACHE_HOME") ?? place("HOME").map { $0 + "/.cache" }
        return caches.map { $0 + "/gannet/tuning" }
    }

    /// The table in the file; the built-in one where there is no file, or it is of no use.
    package var table: TileTable {
        guard let bytes = try? FileAccess.read(path), let json = try? JSON(parsing: bytes),
            subject.allSatisfy({ json[$0.key] == $0.value }), case .object(let members)? = json["tiles"]
        else { return .builtIn }
        var entries: [String: Tile] = [:]
        for (name, value) in members {
            let numbers = value.arrayValue?.compactMap(\.integerValue) ?? []
            guard numbers.count == value.arrayValue?.count, let tile = Tile(numbers: numbers) else {
                return .builtIn
            }
            entries[name] = tile
        }
        return TileTable(entries: entries)
    }

    /// Writes the table as a whole.
    package func write(_ table: TileTable) throws(FileError) {
        var members = subject
        members["tiles"] = .object(
            table.entries.mapValues { .array($0.numbers.map { .integer($0) }) })
        try FileAccess.createFolder(FileAccess.parentFolder(of: path))
        try FileAccess.write(JSON.object(members).indentedDescription + "\n", to: path)
    }
}

extension TileTable {
    /// The table in people's words: "built-in", or "tuned" and a digest of the entries.
    package var title: String {
        if entries.isEmpty { return "built-in" }
        var digest = DataDigest()
        for (name, tile) in entries.sorted(by: { $0.key < $1.key }) {
            digest.add(name.utf8)
            for number in [0] + tile.numbers { digest.add(number) }
        }
        return "tuned \(digest)"
    }
}

extension OpenCLBackend {
    /// Opens a device with the tiles that were found for it, unless `GANNET_TILES` is `built-in`.
    convenience init(
        tuned device: OpenCLDevice, productPrecision: ProductPrecision
    ) throws(DeviceError) {
        let style = try KernelStyle.suiting(device)
        try self.init(
            device: device, style: style, productPrecision: productPrecision,
            tiles: try Self.tiles(device, style))
    }

    /// The tiles that kernels for a device are made with.
    static func tiles(_ device: OpenCLDevice, _ style: KernelStyle) throws(DeviceError) -> TileTable {
        let wish = getenv("GANNET_TILES").map { String(cString: $0).lowercased() } ?? ""
        switch wish {
        case "built-in": return .builtIn
        case "", "tuned": return TileFile(device: device, style: style)?.table ?? .builtIn
        default:
            throw DeviceError(
                .unavailable, "GANNET_TILES is \"\(wish)\", and must be tuned or built-in.")
        }
    }
}
