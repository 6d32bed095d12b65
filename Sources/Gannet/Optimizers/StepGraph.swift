import GannetCompiler
import GannetGraph

/// What a step computes, as a graph: the loss and its gradients, and what becomes of the parameters, of what is kept
/// for each, and of tracked buffers.
///
/// The order is that of the usual formulas: the gradient of the scaled loss is unscaled, added to those of earlier
/// batches, clipped, and given to the rule; the new weight is brought to within its bound, and the average follows it.
struct StepGraph<Rule: UpdateRule> {
    typealias Place = RuleOptimizer<Rule>.Place

    /// What a leaf of the loss is.
    enum LeafRole {
        case parameter(Int)
        case buffer(Int)

        /// A number that tells roles apart; other leaves have −1.
        func code(parameterCount: Int) -> Int {
            switch self {
            case .parameter(let index): index
            case .buffer(let index): parameterCount + index
            }
        }
    }

    /// The loss, what is kept, the norm of gradients where it is measured, and the new values of `targets`.
    private(set) var roots: [Tensor]
    /// What the roots after those that are kept replace.
    private(set) var targets: [Place] = []
    /// Where leaves come from; those that are not here are constants.
    private(set) var sources: [ObjectIdentifier: Place] = [:]
    /// For a root, by its number, the leaf whose place it takes.
    private(set) var replaced: [Int: ObjectIdentifier] = [:]

    private let optimizer: RuleOptimizer<Rule>
    private let hyperparameters: [Tensor]
    /// Keeps leaves alive, used or not, so that no other takes the identity of one.
    private var held: [Tensor] = []

    init(
        of optimizer: RuleOptimizer<Rule>, loss: Tensor, keeping kept: [Tensor],
        tracking updates: [StateRecorder.Update], leaves: [Node], roles: [LeafRole?]
    ) {
        self.optimizer = optimizer
        let numbers = Tensor(optimizer.hyperparameters)
        hyperparameters = (0..<numbers.count).map { numbers.element($0, axis: 0) }
        roots = [loss.reshape([])] + kept
        sources[ObjectIdentifier(numbers.node)] = .hyperparameters

        // A parameter that only a buffer or what is kept depends on stays as it is.
        let lossLeaves = Set(GraphSignature.of([loss]).leaves.map { ObjectIdentifier($0) })
        var parameterLeaves: [Int: Tensor] = [:]
        var bufferLeaves: [Int: Tensor] = [:]
        for (number, leaf) in leaves.enumerated() {
            switch roles[number] {
            case .parameter(let index):
                sources[ObjectIdentifier(leaf)] = .parameter(index)
                if lossLeaves.contains(ObjectIdentifier(leaf)) { parameterLeaves[index] = Tensor(leaf) }
            case .buffer(let index):
                sources[ObjectIdentifier(leaf)] = .buffer(index)
                bufferLeaves[index] = Tensor(leaf)
            case nil: sources[ObjectIdentifier(leaf)] = .lossLeaf(number)
            }
        }
        let indices = parameterLeaves.keys.sorted()
        let values = indices.map { parameterLeaves[$0]! }
        let isFinite =
            optimizer.isUpdateNext
            ? addUpdate(of: indices, values, loss) : addGradients(of: indices, values, loss)
        for (index, update) in updates.enumerated() {
            var value = update.value
            if let isFinite {
                if bufferLeaves[index] == nil {
                    bufferLeaves[index] = leaf(update.buffer.value, .buffer(index))
                }
                value = select(isFinite, value, bufferLeaves[index]!)
            }
            add(value, to: .buffer(index), replacing: bufferLeaves[index])
        }
    }

    /// A leaf that is known by its place; the program reads what is there at each step.
    private mutating func leaf(_ tensor: Tensor, _ place: Place) -> Tensor {
        sources[ObjectIdentifier(tensor.node)] = place
        held.append(tensor)
        return tensor
    }

    private mutating func slotLeaf(_ slot: Int, of index: Int, shape: Shape) -> Tensor {
        leaf(
            Tensor(optimizer.slots[index][slot], shape: shape, scalarType: .float32),
            .slot(slot, parameter: index))
    }

    private mutating func add(_ root: Tensor, to target: Place, replacing leaf: Tensor?) {
        if let leaf { replaced[roots.count] = ObjectIdentifier(leaf.node) }
        roots.append(root)
        targets.append(target)
    }

    /// The gradients of this batch, without the loss scale; and the leaf of the scale.
    private mutating func gradients(of loss: Tensor, _ values: [Tensor]) -> ([Tensor], scaling: Tensor?) {
        guard let storage = optimizer.scaling else {
            return (GannetGraph.gradients(of: loss, withRespectTo: values), nil)
        }
        let scaling = leaf(Tensor(storage, shape: [3], scalarType: .float32), .scaling)
        let scale = scaling.element(0, axis: 0)
        let scaled = GannetGraph.gradients(
            of: [loss], weightedBy: [scale.reshape(loss.shape)], withRespectTo: values)
        let inverse = 1 / scale
        return (scaled.map { $0 * inverse }, scaling)
    }

    private mutating func measure(_ gradients: [Tensor]) {
        if optimizer.options.measuresGradients { roots.append(GradientClipping.norm(of: gradients)) }
    }

    /// Whether all elements of all gradients are finite.
    private func areFinite(_ gradients: [Tensor]) -> Tensor {
        let largest = gradients.filter { $0.count > 0 }.map { $0.abs().max() }
        return GradientClipping.combined(largest) { $0.max() }.isFinite()
    }

    /// Adds the gradients of one batch to those of others; says whether they are finite, where that matters.
    private mutating func addGradients(of indices: [Int], _ values: [Tensor], _ loss: Tensor) -> Tensor? {
        let (gradients, scaling) = gradients(of: loss, values)
        measure(gradients)
        let slot = optimizer.gradientSlot!
        var sums: [Tensor] = []
        for (index, gradient) in zip(indices, gradients) {
            let sum = slotLeaf(slot, of: index, shape: gradient.shape)
            sums.append(sum + gradient)
            add(sums[sums.count - 1], to: .slot(slot, parameter: index), replacing: sum)
        }
        return scaling == nil ? nil : areFinite(sums)
    }

    /// Adds the new values of parameters and slots; says whether the gradients are finite, where that matters.
    private mutating func addUpdate(of indices: [Int], _ values: [Tensor], _ loss: Tensor) -> Tensor? {
        let options = optimizer.options
        var (gradients, scaling) = gradients(of: loss, values)
        var sums: [Tensor] = []
        if let slot = optimizer.gradientSlot {
            for (number, index) in indices.enumerated() {
                sums.append(slotLeaf(slot, of: index, shape: values[number].shape))
                gradients[number] = (sums[number] + gradients[number]) * hyperparameters[3]
            }
        }
        measure(gradients)
        for (sum, index) in zip(sums, indices) {
            add(.zeros(sum.shape), to: .slot(optimizer.gradientSlot!, parameter: index), replacing: sum)
        }
        let isFinite = scaling == nil ? nil : areFinite(gradients)
        if let clipping = options.clipping {
            gradients = clipping.apply(to: gradients, bound: hyperparameters[0])
        }
        for (number, index) in indices.enumerated() {
            addUpdate(of: index, values[number], gradients[number], isFinite)
        }
        if let scaling, let isFinite {
            add(options.lossScaling!.next(scaling, isFinite: isFinite), to: .scaling, replacing: scaling)
        }
        return isFinite
    }

    private mutating func addUpdate(
        of index: Int, _ value: Tensor, _ gradient: Tensor, _ isFinite: Tensor?
    ) {
        let group = optimizer.groupOf[index]
        let rule = optimizer.groups[group].rule
        let old = rule.slots.indices.map { slotLeaf($0, of: index, shape: value.shape) }
        let count = (hyperparameters.count - 4) / optimizer.groups.count
        let first = 4 + group * count
        var new = rule.updated(
            value, gradient: gradient, slots: old,
            hyperparameters: Array(hyperparameters[first..<first + count]))
        if let bound = optimizer.options.weightBound {
            new.parameter = new.parameter.clamped(to: -Double(bound)...Double(bound))
        }
        func unlessSkipped(_ new: Tensor, _ old: Tensor) -> Tensor {
            isFinite.map { select($0, new, old) } ?? new
        }
        // A parameter keeps its type, also one for storage only.
        let next = unlessSkipped(new.parameter, value).cast(to: value.scalarType)
        add(next, to: .parameter(index), replacing: value)
        for (slot, (new, old)) in zip(new.slots, old).enumerated() {
            add(unlessSkipped(new, old), to: .slot(slot, parameter: index), replacing: old)
        }
        if let slot = optimizer.averageSlot {
            let old = slotLeaf(slot, of: index, shape: value.shape)
            let new = hyperparameters[1] * old + hyperparameters[2] * new.parameter
            add(unlessSkipped(new, old), to: .slot(slot, parameter: index), replacing: old)
        }
    }
}
