/// Where the layers of a model are, by what can be known of a layer that was called: its parameters, or its place in a
/// container.
struct LayerPaths {
    /// A layer is known by its first parameter and its type, for a layer that wraps another has the same parameters.
    private struct Key: Hashable {
        var parameter: ObjectIdentifier
        var type: String
    }

    private var byParameter: [Key: String] = [:]
    private var byContainer: [ObjectIdentifier: String] = [:]

    /// Looks through a model.
    init(of model: some Module) {
        var (modules, containers): ([Key: String], [ObjectIdentifier: String]) = ([:], [:])
        var search = ParameterSearch { module, path in
            if let container = module as? Sequential {
                containers[ObjectIdentifier(container.identity)] = path
            } else if let first = module.allParameters.first {
                let type = String(describing: type(of: module))
                modules[Key(parameter: ObjectIdentifier(first.parameter), type: type)] = path
            }
            return false
        }
        search.visit(model, path: "")
        (byParameter, byContainer) = (modules, containers)
    }

    /// The path of the layer that was called; empty where it is not known.
    func path(of call: LayerTrace.Call) -> String {
        if let first = call.parameters.first {
            return byParameter[Key(parameter: ObjectIdentifier(first), type: call.type)] ?? ""
        }
        guard let place = call.place, let container = byContainer[place.container] else { return "" }
        return ParameterSearch.join(container, String(place.index))
    }
}
