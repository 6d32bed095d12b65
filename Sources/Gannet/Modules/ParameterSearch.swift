import GannetGraph

/// A walk through the stored properties of a module that collects its parameters.
struct ParameterSearch {
    /// The parameters, in the order of the walk.
    private(set) var found: [NamedParameter] = []
    /// The objects that were visited, so that a cycle ends and what is shared is given once.
    private var visited: Set<ObjectIdentifier> = []
    /// Is told each module before it is searched, and says whether it shall be passed by.
    private let passes: ((any Module, _ path: String) -> Bool)?

    /// Creates a search.
    init(passing passes: ((any Module, _ path: String) -> Bool)? = nil) { self.passes = passes }

    /// Visits `value` and all that it holds.
    mutating func visit(_ value: Any, path: String) {
        if let passes, let module = value as? any Module, passes(module, path) { return }
        switch value {
        case let parameter as Parameter:
            if visited.insert(ObjectIdentifier(parameter)).inserted { found.append((path, parameter)) }
            return
        // What holds no parameters, and may be large.
        case is Tensor, is any TensorScalar, is [Float], is [Int], is String: return
        // What is listed in braces is known by its number alone.
        case let container as Sequential:
            for (number, layer) in container.layers.enumerated() {
                visit(layer, path: Self.join(path, String(number)))
            }
            return
        default: break
        }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .class {
            let isNew = visited.insert(ObjectIdentifier(value as AnyObject)).inserted
            if !isNew { return }
        }
        if let inherited = mirror.superclassMirror { visitProperties(of: inherited, path: path) }
        switch mirror.displayStyle {
        case .optional:
            for child in mirror.children { visit(child.value, path: path) }
        case .collection:
            for (number, child) in mirror.children.enumerated() {
                visit(child.value, path: Self.join(path, String(number)))
            }
        case .dictionary:
            visitDictionary(mirror, path: path)
        case .set:
            break  // A set has no order that could give its elements names.
        default:
            visitProperties(of: mirror, path: path)
        }
    }

    private mutating func visitProperties(of mirror: Mirror, path: String) {
        if let inherited = mirror.superclassMirror, mirror.displayStyle == nil {
            visitProperties(of: inherited, path: path)
        }
        for (number, child) in mirror.children.enumerated() {
            visit(child.value, path: Self.join(path, Self.name(child.label, number: number)))
        }
    }

    /// Visits a dictionary's values by key, in the order of the keys' descriptions.
    private mutating func visitDictionary(_ mirror: Mirror, path: String) {
        var members: [(key: String, value: Any)] = []
        for child in mirror.children {
            let pair = Array(Mirror(reflecting: child.value).children)
            if pair.count == 2 { members.append((String(describing: pair[0].value), pair[1].value)) }
        }
        members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for member in members { visit(member.value, path: Self.join(path, member.key)) }
    }

    /// The name of a stored property as its author wrote it: without the marks of `lazy` and property wrappers,
    /// and a tuple's element by its number.
    private static func name(_ label: String?, number: Int) -> String {
        guard var name = label else { return String(number) }
        let lazyMark = "$__lazy_storage_$_"
        if name.hasPrefix(lazyMark) { name.removeFirst(lazyMark.count) }
        if name.hasPrefix("_") || name.hasPrefix(".") { name.removeFirst() }
        return name
    }

    static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}
