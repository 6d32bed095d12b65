import GannetCompiler

/// How generated code knows the index along an axis of the index space.
enum AxisIndex: Equatable {
    /// An integer variable, the same for all lanes.
    case scalar(String)
    /// Consecutive indices, one a lane: the first, and a vector of all that is clamped to the extent.
    case lanes(first: String, vector: String)
    /// A vector of arbitrary indices, clamped to the extent.
    case vector(String)
}

/// Where in a buffer the elements of a view are, as text.
struct PrintedIndex {
    /// What the lanes' elements have to do with each other.
    enum Form: Equatable {
        /// All lanes look at one element, `text`.
        case uniform
        /// Lane *l* looks at element `text` + *l*.
        case contiguous
        /// `text` is a vector of elements.
        case vector
    }
    var form: Form
    var text: String
    /// A condition that all lanes share, nil when it always holds.
    var condition: String?
    /// A condition for each lane, nil when it always holds.
    var mask: String?
    /// When the mask only says that the lanes' indices lie in a range: whether that holds for all of them.
    var maskHoldsEverywhere: String?
}

/// Prints the arithmetic from an index to the element that a view names.
struct IndexPrinter {
    /// The axes of the index space.
    var axes: [AxisIndex]
    /// Consecutive row-major positions in the index space, when all axes together are walked that way.
    var flat: (first: String, vector: String)?
    /// Whether indices need 64 bits.
    var isWide: Bool
    /// The number of lanes.
    var width: Int

    /// The type of an index that all lanes share.
    var scalarType: String { isWide ? "long" : "int" }
    /// The type of one index a lane.
    var vectorType: String { width == 1 ? scalarType : "\(scalarType)\(width)" }
    private var unsigned: String { isWide ? "ulong" : "uint" }

    /// Prints a view's index arithmetic.
    ///
    /// - Parameters:
    ///   - declare: Emits a variable of the given type and value and returns its name; the last argument says
    ///     whether it is the same for all lanes.
    func print(_ view: View, declare: (String, String, Bool) -> String) -> PrintedIndex {
        if let flat, view.isContiguous, view.shape.contains(where: { $0 != 1 }) {
            return PrintedIndex(form: .contiguous, text: flat.first)
        }
        var axes = axes
        var result = PrintedIndex(form: .uniform, text: "0")
        var conditions: [String] = []
        var masks: [String] = []
        var isWhole: [String]? = []
        for level in view.stages.indices.reversed() {
            let stage = view.stages[level]
            addConditions(stage, axes, &conditions, &masks, &isWhole)
            let number = self.number(stage, axes)
            if level == 0 {
                result.form = number.form
                result.text = number.text
                break
            }
            axes = takeApart(number, shape: view.stages[level - 1].shape, declare)
        }
        result.condition = conditions.isEmpty ? nil : conditions.joined(separator: " && ")
        if !masks.isEmpty {
            // Not `&&`: some compilers fold it to 1 and not −1 where a vector is constant.
            result.mask = masks.map { "(\($0))" }.joined(separator: " & ")
            result.maskHoldsEverywhere = isWhole?.joined(separator: " && ")
        }
        return result
    }

    private func addConditions(
        _ stage: View.Stage, _ axes: [AxisIndex], _ conditions: inout [String], _ masks: inout [String],
        _ isWhole: inout [String]?
    ) {
        guard let bounds = stage.bounds else { return }
        for (axis, range) in bounds.enumerated() where range != 0..<stage.shape[axis] {
            switch axes[axis] {
            case .scalar(let i): conditions.append(contains(range, i, extent: stage.shape[axis]))
            case .lanes(let first, let vector):
                masks.append(contains(range, vector, extent: stage.shape[axis], isVector: true))
                isWhole?.append(
                    "\(first) >= \(range.lowerBound) && \(first) + \(width) <= \(range.upperBound)")
            case .vector(let vector):
                masks.append(contains(range, vector, extent: stage.shape[axis], isVector: true))
                isWhole = nil
            }
        }
    }

    private func contains(_ range: Range<Int>, _ i: String, extent: Int, isVector: Bool = false) -> String {
        if range.isEmpty { return isVector ? "\(i) < 0" : "0" }
        if range.lowerBound == 0 { return "\(i) < \(range.upperBound)" }
        if range.upperBound == extent { return "\(i) >= \(range.lowerBound)" }
        let both = ["\(i) >= \(range.lowerBound)", "\(i) < \(range.upperBound)"]
        return isVector ? "(\(both[0])) & (\(both[1]))" : both.joined(separator: " && ")
    }

    /// offset + Σ index · stride.
    private func number(_ stage: View.Stage, _ axes: [AxisIndex]) -> (form: PrintedIndex.Form, text: String) {
        var shared: [String] = []
        var vectors: [String] = []
        var first: String?
        for (axis, stride) in stage.strides.enumerated() where stride != 0 && stage.shape[axis] != 1 {
            switch axes[axis] {
            case .scalar(let i): shared.append(product(i, stride))
            case .lanes(let start, let vector):
                if stride == 1, first == nil { first = start } else { first = "" }
                vectors.append(product(vector, stride))
            case .vector(let vector):
                first = ""
                vectors.append(product(vector, stride))
            }
        }
        if stage.offset != 0 { shared.append(stage.offset < 0 ? "(\(stage.offset))" : "\(stage.offset)") }
        if vectors.isEmpty {
            return (.uniform, shared.isEmpty ? "0" : shared.joined(separator: " + "))
        }
        if let first, !first.isEmpty {
            return (.contiguous, (shared + [first]).joined(separator: " + "))
        }
        let text = shared.isEmpty ? vectors : ["(\(shared.joined(separator: " + ")))"] + vectors
        return (.vector, text.joined(separator: " + "))
    }

    private func product(_ i: String, _ stride: Int) -> String {
        stride == 1 ? i : stride < 0 ? "\(i) * (\(stride))" : "\(i) * \(stride)"
    }

    /// Takes a row-major position apart into an index.
    private func takeApart(
        _ number: (form: PrintedIndex.Form, text: String), shape: [Int],
        _ declare: (String, String, Bool) -> String
    ) -> [AxisIndex] {
        let isUniform = number.form == .uniform
        var text = number.text
        if number.form == .contiguous { text += " + \(LaneNames.numbers(isWide: isWide, width: width))" }
        let type = isUniform ? scalarType : vectorType
        var name = declare(type, text, isUniform)
        var axes = [AxisIndex](repeating: .scalar("0"), count: shape.count)
        let last = shape.firstIndex { $0 != 1 } ?? 0
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            var index = name
            if axis != last {
                let (quotient, remainder) = divide(name, by: shape[axis], type: type, isUniform: isUniform)
                index = declare(type, remainder, isUniform)
                name = declare(type, quotient, isUniform)
            }
            axes[axis] = isUniform ? .scalar(index) : .vector(index)
        }
        return axes
    }

    /// Quotient and remainder of a number that is not negative, by unsigned arithmetic, which is faster.
    private func divide(_ name: String, by extent: Int, type: String, isUniform: Bool)
        -> (quotient: String, remainder: String)
    {
        let extent = max(1, extent)
        let suffix = isWide ? "ul" : "u"
        if isUniform || width == 1 {
            let number = "(\(unsigned))\(name)"
            return ("(\(type))(\(number) / \(extent)\(suffix))", "(\(type))(\(number) % \(extent)\(suffix))")
        }
        let number = "as_\(unsigned)\(width)(\(name))"
        return ("as_\(type)(\(number) / \(extent)\(suffix))", "as_\(type)(\(number) % \(extent)\(suffix))")
    }

    /// Emits the indices along the axes of a shape, for a row-major position known as `name`.
    func axes(
        of name: String, shape: [Int], isUniform: Bool, declare: (String, String, Bool) -> String
    ) -> [AxisIndex] {
        takeApart((isUniform ? .uniform : .vector, name), shape: shape, declare)
    }
}

/// Names of constants in generated code.
enum LaneNames {
    /// The lane numbers, as a vector of an index type.
    static func numbers(isWide: Bool, width: Int) -> String {
        width == 1 ? "0" : isWide ? "laneNumbersWide" : "laneNumbers"
    }
}
