import GannetGraph

/// A module whose numbers PyTorch keeps under other names or in another layout.
///
/// Layers of the library say how; a module of yours that holds such layers needs nothing more, for its own properties'
/// names are PyTorch's attributes.
public protocol PyTorchModule: Module {
    /// What PyTorch's `state_dict` has of this module.
    var pyTorchState: [PyTorchEntry] { get }
}

/// One array of PyTorch's `state_dict`, or several that are only ever added to each other.
public struct PyTorchEntry: Sendable {
    /// The names, from the module on. The parameter is the sum of what is there; it is written to the first, and zeros
    /// to the others.
    public var names: [String]
    /// What holds the numbers; nil for an array that means nothing here, and is not written.
    public var parameter: Parameter?
    /// The parameter's shape before its axes are put in order: its own, or another with as many elements.
    public var grid: Shape
    /// Axis *i* of PyTorch's array is axis `order[i]` of the grid.
    public var order: [Int]
    /// Whether PyTorch's array has one axis for all.
    public var isFlat: Bool

    /// An array that is the parameter itself, or has its axes in another order.
    public init(_ name: String, _ parameter: Parameter, order: [Int]? = nil) {
        names = [name]
        self.parameter = parameter
        grid = parameter.shape
        self.order = order ?? Array(0..<grid.rank)
        isFlat = false
    }

    /// The axes that filters [height, width, in, out] have in PyTorch: [out, in, height, width].
    static let filterOrder = [3, 2, 0, 1]

    /// A matrix that PyTorch keeps transposed.
    static func transposed(_ name: String, _ parameter: Parameter) -> PyTorchEntry {
        PyTorchEntry(name, parameter, order: [1, 0])
    }

    /// Arrays that are only ever added to each other.
    static func sum(_ names: [String], _ parameter: Parameter) -> PyTorchEntry {
        var entry = PyTorchEntry(names[0], parameter)
        entry.names = names
        return entry
    }

    /// A vector that runs over the axes of a grid, in another order of these.
    static func reordered(
        _ name: String, _ parameter: Parameter, grid: Shape, order: [Int]
    ) -> PyTorchEntry {
        var entry = PyTorchEntry(name, parameter)
        (entry.grid, entry.order, entry.isFlat) = (grid, order, true)
        return entry
    }

    /// An array that means nothing here.
    static func ignored(_ name: String) -> PyTorchEntry {
        var entry = PyTorchEntry(name, Parameter(Tensor([Float]())))
        entry.parameter = nil
        return entry
    }

    /// The entry of a module inside another one, whose path is `prefix`.
    func under(_ prefix: String) -> PyTorchEntry {
        var entry = self
        entry.names = names.map { ParameterSearch.join(prefix, $0) }
        return entry
    }
}

extension PyTorchEntry {
    /// The shape of PyTorch's array.
    var shape: Shape { isFlat ? [grid.count] : Shape(order.map { grid[$0] }) }

    /// PyTorch's array for values of the parameter.
    func exported(_ value: Tensor) -> Tensor {
        value.reshape(grid).permute(order: order).reshape(shape)
    }

    /// Values of the parameter for PyTorch's array.
    func imported(_ array: Tensor) -> Tensor {
        var inverse = order
        for (axis, source) in order.enumerated() { inverse[source] = axis }
        return array.reshape(Shape(order.map { grid[$0] })).permute(order: inverse)
            .reshape(parameter?.shape ?? grid)
    }
}
