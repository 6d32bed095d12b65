import Gannet

/// The files of one kind in a folder, with the class of each where they lie in folders of their own.
struct FileListing {
    /// What files are looked for.
    struct Kind: Sendable {
        /// What they hold: "pictures".
        let name: String
        /// What their names end in, in small letters.
        let suffixes: [String]
        /// Which those are, as a part of a sentence.
        let explanation: String

        static let pictures = Kind(
            name: "pictures", suffixes: [".png", ".jpg", ".jpeg"],
            explanation: "PNG and JPEG files are read, called .png, .jpg or .jpeg")
        static let sounds = Kind(
            name: "sounds", suffixes: [".wav"], explanation: "WAV files are read, called .wav")

        /// Whether a file is one of them, by its name.
        func includes(_ name: String) -> Bool {
            let name = name.lowercased()
            return suffixes.contains { name.hasSuffix($0) }
        }
    }

    private(set) var paths: [String] = []
    private(set) var labels: [Int]?
    private(set) var classNames: [String] = []

    /// The deepest that folders are looked into, so that one which contains itself by a link comes to an end.
    private static let deepest = 8

    /// Lists a folder; throws where it holds no files of the kind.
    init(_ folder: String, of kind: Kind) throws(DataError) {
        let root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        paths = try Self.files(kind, in: root)
        var classes: [(name: String, paths: [String])] = []
        for name in try Self.names(in: root) where FileAccess.isFolder(root + "/" + name) {
            let paths = try Self.allFiles(kind, in: root + "/" + name, depth: 1)
            if !paths.isEmpty { classes.append((name, paths)) }
        }
        if !paths.isEmpty, let first = classes.first {
            throw DataError(
                .mismatch, path: folder,
                "The folder \(folder) holds \(kind.name) itself and in the folder \(first.name): put all into folders of "
                    + "classes, or all into one.")
        }
        if paths.isEmpty, classes.isEmpty {
            throw DataError(
                .missing, path: folder,
                "There are no \(kind.name) in the folder \(folder): \(kind.explanation).")
        }
        if !classes.isEmpty {
            paths = classes.flatMap(\.paths)
            labels = classes.enumerated().flatMap { number, entry in entry.paths.map { _ in number } }
            classNames = classes.map(\.name)
        }
    }

    /// Whether a folder holds files of a kind, in itself or in folders within folders of its own: enough to know a data
    /// set, and not so much that a disk is searched for one.
    static func isPresent(_ kind: Kind, in folder: String) -> Bool {
        func holdsFiles(_ folder: String, depth: Int) -> Bool {
            guard let names = try? names(in: folder) else { return false }
            if names.contains(where: kind.includes) { return true }
            return depth < 2
                && names.prefix(100).contains {
                    FileAccess.isFolder(folder + "/" + $0)
                        && holdsFiles(folder + "/" + $0, depth: depth + 1)
                }
        }
        return holdsFiles(folder, depth: 0)
    }

    /// The folders of what to train on and of what to judge by, where a folder has such: `train`, and `test` (or `val`,
    /// `valid`, `validation`).
    static func parts(of folder: String) -> (training: String, test: String)? {
        let tests = ["test", "val", "valid", "validation"].map { folder + "/" + $0 }
        guard FileAccess.isFolder(folder + "/train"),
            let test = tests.first(where: { FileAccess.isFolder($0) })
        else { return nil }
        return (folder + "/train", test)
    }

    /// The numbers of what to train on and of what to judge by, where nothing else tells the two apart: the tenth,
    /// twentieth, … is to judge by (of fewer than ten the last). One alone is both.
    static func division(of count: Int) -> (training: [Int], test: [Int]) {
        let numbers = Array(0..<count)
        let test = count < 10 ? [count - 1] : numbers.filter { $0 % 10 == 9 }
        let held = Set(test)
        return (count == 1 ? numbers : numbers.filter { !held.contains($0) }, test)
    }

    /// What is not hidden in a folder, in the order of its bytes.
    private static func names(in folder: String) throws(DataError) -> [String] {
        do {
            return try FileAccess.names(in: folder).filter { !$0.hasPrefix(".") }
        } catch {
            throw DataError(error.kind == .missing ? .missing : .unreadable, path: folder, error.message)
        }
    }

    private static func files(_ kind: Kind, in folder: String) throws(DataError) -> [String] {
        try names(in: folder).filter { kind.includes($0) && !FileAccess.isFolder(folder + "/" + $0) }
            .map { folder + "/" + $0 }
    }

    private static func allFiles(_ kind: Kind, in folder: String, depth: Int) throws(DataError) -> [String] {
        var found = try files(kind, in: folder)
        if depth < deepest {
            for name in try names(in: folder) where FileAccess.isFolder(folder + "/" + name) {
                found += try allFiles(kind, in: folder + "/" + name, depth: depth + 1)
            }
        }
        return found
    }
}
