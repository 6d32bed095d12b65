import Gannet

/// The files of pictures in a folder, with the class of each where they lie in folders of their own.
struct ImageListing {
    private(set) var paths: [String] = []
    private(set) var labels: [Int]?
    private(set) var classNames: [String] = []

    /// The deepest that folders are looked into, so that one which contains itself by a link comes to an end.
    private static let deepest = 8

    /// Lists a folder; throws where it holds no pictures.
    init(_ folder: String) throws(DataError) {
        let root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        paths = try Self.pictures(in: root)
        var classes: [(name: String, paths: [String])] = []
        for name in try Self.names(in: root) where FileAccess.isFolder(root + "/" + name) {
            let paths = try Self.allPictures(in: root + "/" + name, depth: 1)
            if !paths.isEmpty { classes.append((name, paths)) }
        }
        if !paths.isEmpty, let first = classes.first {
            throw DataError(
                .mismatch, path: folder,
                "The folder \(folder) holds pictures itself and in the folder \(first.name): put all into folders of "
                    + "classes, or all into one.")
        }
        if paths.isEmpty, classes.isEmpty {
            throw DataError(
                .missing, path: folder,
                "There are no pictures in the folder \(folder): PNG and JPEG files are read, called .png, .jpg or "
                    + ".jpeg.")
        }
        if !classes.isEmpty {
            paths = classes.flatMap(\.paths)
            labels = classes.enumerated().flatMap { number, entry in entry.paths.map { _ in number } }
            classNames = classes.map(\.name)
        }
    }

    /// Whether a folder holds pictures, in itself or in folders within folders of its own: enough to know a data set,
    /// and not so much that a disk is searched for one.
    static func isPresent(in folder: String) -> Bool {
        func holdsPictures(_ folder: String, depth: Int) -> Bool {
            guard let names = try? names(in: folder) else { return false }
            if names.contains(where: isPicture) { return true }
            return depth < 2
                && names.prefix(100).contains {
                    FileAccess.isFolder(folder + "/" + $0)
                        && holdsPictures(folder + "/" + $0, depth: depth + 1)
                }
        }
        return holdsPictures(folder, depth: 0)
    }

    private static func isPicture(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
    }

    /// What is not hidden in a folder, in the order of its bytes.
    private static func names(in folder: String) throws(DataError) -> [String] {
        do {
            return try FileAccess.names(in: folder).filter { !$0.hasPrefix(".") }
        } catch {
            throw DataError(error.kind == .missing ? .missing : .unreadable, path: folder, error.message)
        }
    }

    private static func pictures(in folder: String) throws(DataError) -> [String] {
        try names(in: folder).filter { isPicture($0) && !FileAccess.isFolder(folder + "/" + $0) }
            .map { folder + "/" + $0 }
    }

    private static func allPictures(in folder: String, depth: Int) throws(DataError) -> [String] {
        var found = try pictures(in: folder)
        if depth < deepest {
            for name in try names(in: folder) where FileAccess.isFolder(folder + "/" + name) {
                found += try allPictures(in: folder + "/" + name, depth: depth + 1)
            }
        }
        return found
    }
}
