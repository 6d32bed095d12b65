import GannetCompiler
import GannetGraph

extension RuleOptimizer {
    /// What distinguishes the programs of steps: the loss, what is kept and the new values of buffers, where their
    /// leaves are parameters or tracked buffers, whether the step makes an update, and the device.
    struct StepKey: Hashable {
        var results: GraphSignature
        var keptCount: Int
        var leaves: [Int]
        var isUpdate: Bool
        var evaluator: ObjectIdentifier
    }

    /// Where an input of a step's program comes from, or where an output goes.
    enum Place {
        case lossLeaf(Int)
        case hyperparameters
        case parameter(Int)
        /// A buffer that the step tracks.
        case buffer(Int)
        case slot(Int, parameter: Int)
        case scaling
        /// A leaf that the gradient or the rule made.
        case constant(Storage)
    }

    /// A compiled step. Outputs are the loss, what is kept, the norm of gradients where it is measured, and what becomes of `targets`.
    struct StepProgram {
        var compiled: CompiledProgram
        var sources: [Place]
        var targets: [Place]
    }

    /// A step that can be run when the graph it came from is gone.
    struct PreparedStep {
        var program: StepProgram
        /// The leaves of the loss and of the buffers' new values, nil for those that are updated.
        var leaves: [Storage?]
        /// The tracked buffers.
        var buffers: [Parameter]
        /// The shapes and types of what is kept.
        var kept: [(shape: Shape, scalarType: ScalarType)]
    }

    /// Whether the step that comes next changes the parameters, or only adds to the sum of gradients.
    var isUpdateNext: Bool { (step + 1).isMultiple(of: options.accumulation) }

    func prepare(
        _ loss: Tensor, keeping kept: [Tensor], tracking updates: [StateRecorder.Update],
        for evaluator: Evaluator, file: StaticString, line: UInt
    ) throws -> PreparedStep {
        if loss.count != 1 || loss.scalarType != .float32 {
            invalidUse(
                "update(minimizing:)",
                "the loss is \(loss.scalarType) of shape \(loss.shape), not a scalar; "
                    + "take its mean() or sum()", file: file, line: line)
        }
        let (signature, leaves) = GraphSignature.of([loss] + kept + updates.map(\.value))
        let buffers = updates.map(\.buffer)
        var known: [ObjectIdentifier: StepGraph<Rule>.LeafRole] = [:]
        for (index, buffer) in buffers.enumerated() {
            known[ObjectIdentifier(buffer.value.node)] = .buffer(index)
        }
        for (index, parameter) in parameters.enumerated().reversed() where !parameter.parameter.isFrozen {
            known[ObjectIdentifier(parameter.parameter.value.node)] = .parameter(index)
        }
        let roles = leaves.map { known[ObjectIdentifier($0)] }
        if !roles.contains(where: { if case .parameter = $0 { true } else { false } }) {
            let all = parameters.prefix(4).map { "\($0.path) \($0.parameter.shape)" }
            let more = parameters.count > all.count ? ", …" : ""
            invalidUse(
                "update(minimizing:)",
                "the loss depends on none of the optimizer's \(parameters.count) parameters"
                    + (all.isEmpty ? "" : ": \(all.joined(separator: ", "))\(more)"), file: file, line: line)
        }
        let key = StepKey(
            results: signature, keptCount: kept.count,
            leaves: roles.map { $0?.code(parameterCount: parameters.count) ?? -1 }, isUpdate: isUpdateNext,
            evaluator: ObjectIdentifier(evaluator))
        func step(_ program: StepProgram) -> PreparedStep {
            PreparedStep(
                program: program,
                leaves: zip(leaves, roles).map { leaf, role in role == nil ? Tensor(leaf).storage! : nil },
                buffers: buffers, kept: kept.map { ($0.shape, $0.scalarType) })
        }
        // A gradient that the user gave is not part of the structure: it may be another each time.
        if !signature.hasCustomGradients, let program = programs[key] { return step(program) }
        let graph = StepGraph(
            of: self, loss: loss, keeping: kept, tracking: updates, leaves: leaves, roles: roles)
        let program = try compile(graph, for: evaluator)
        if !signature.hasCustomGradients { programs[key] = program }
        return step(program)
    }

    private func compile(_ graph: StepGraph<Rule>, for evaluator: Evaluator) throws -> StepProgram {
        let (signature, leaves) = GraphSignature.of(graph.roots)
        let order = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { (ObjectIdentifier($1), $0) })
        let compiled = try evaluator.program(for: signature) { () throws(DeviceError) in
            (graph.roots, leaves, graph.replaced.compactMapValues { order[$0] })
        }
        return StepProgram(
            compiled: compiled,
            sources: leaves.map { graph.sources[ObjectIdentifier($0)] ?? .constant(Tensor($0).storage!) },
            targets: graph.targets)
    }

    /// The numbers that programs take at the next step: the bound on gradients, the decay of averages and what is left
    /// of it, the weight of one batch in a mean gradient, and then those of the rule for each group.
    var hyperparameters: [Float] {
        let count = updateCount
        let factor = options.schedule.factor(after: count)
        let decay = options.averaging?.decay(after: count) ?? 0
        let own = [
            options.clipping?.bound ?? 0, Float(decay), Float(1 - decay), 1 / Float(options.accumulation),
        ]
        return groups.reduce(into: own) { numbers, group in
            let rate = Double(learningRate) * factor * Double(group.learningRateFactor)
            numbers += group.rule.hyperparameters(learningRate: Float(rate), step: count + 1)
        }
    }

    /// Runs a step and commits its results; returns the loss and what is kept.
    ///
    /// The versions that it replaces are written over where nobody else holds them.
    func run(_ prepared: PreparedStep, on evaluator: Evaluator) throws -> (loss: Tensor, kept: [Tensor]) {
        let program = prepared.program
        let buffers = prepared.buffers
        // What the program reads and somebody else may be replacing, in an order that all updates keep.
        let used = Set(
            (program.sources + program.targets).compactMap {
                if case .parameter(let index) = $0 { index } else { nil }
            })
        let locked = (used.map { parameters[$0].parameter } + buffers)
            .sorted { UInt(bitPattern: ObjectIdentifier($0)) < UInt(bitPattern: ObjectIdentifier($1)) }
        for parameter in locked { parameter.lock() }
        defer { for parameter in locked { parameter.unlock() } }

        let hyperparameters = Storage(hyperparameters)
        var inputs: [Storage] = []
        inputs.reserveCapacity(program.sources.count)
        for source in program.sources {
            switch source {
            case .lossLeaf(let leaf): inputs.append(prepared.leaves[leaf]!)
            case .hyperparameters: inputs.append(hyperparameters)
            case .parameter(let index): inputs.append(parameters[index].parameter.lockedStorage)
            case .buffer(let index): inputs.append(buffers[index].lockedStorage)
            case .slot(let slot, let index): inputs.append(slots[index][slot])
            case .scaling: inputs.append(scaling!)
            case .constant(let storage): inputs.append(storage)
            }
        }
        let donated = takeDonations(prepared, from: &inputs, for: evaluator)
        let outputs: [Storage]
        do {
            outputs = try evaluator.run(program.compiled, inputs: inputs, donated: donated)
        } catch {
            // What was given away and not written over is still the version it was.
            for (number, buffer) in donated {
                commit(Storage(buffer, on: evaluator.backend), to: program.sources[number], buffers)
            }
            throw error
        }
        let keptCount = prepared.kept.count
        let first = 1 + keptCount + (options.measuresGradients ? 1 : 0)
        for (target, storage) in zip(program.targets, outputs[first...]) {
            commit(storage, to: target, buffers)
        }
        if options.measuresGradients {
            gradientNorm = Tensor(outputs[first - 1], shape: [], scalarType: .float32)
        }
        let kept = zip(prepared.kept, outputs[1..<1 + keptCount]).map {
            Tensor($1, shape: $0.shape, scalarType: $0.scalarType)
        }
        return (Tensor(outputs[0], shape: [], scalarType: .float32), kept)
    }

    private func commit(_ storage: Storage, to target: Place, _ buffers: [Parameter]) {
        switch target {
        case .parameter(let index): parameters[index].parameter.commit(storage)
        case .buffer(let index): buffers[index].commit(storage)
        case .slot(let slot, let index): slots[index][slot] = storage
        case .scaling: scaling = storage
        case .lossLeaf, .hyperparameters, .constant: break
        }
    }

    /// The buffers of those versions that nobody else holds and that the program can write over.
    private func takeDonations(
        _ prepared: PreparedStep, from inputs: inout [Storage], for evaluator: Evaluator
    ) -> [Int: any DeviceBuffer] {
        let program = prepared.program
        guard evaluator.acceptsDonations else { return [:] }
        var donated: [Int: any DeviceBuffer] = [:]
        let empty = Storage([Float]())
        for case .some(let number) in program.compiled.program.donations {
            var storage: Storage
            switch program.sources[number] {
            case .parameter(let index): storage = parameters[index].parameter.withdrawStorage()
            case .buffer(let index): storage = prepared.buffers[index].withdrawStorage()
            case .slot(let slot, let index):
                storage = slots[index][slot]
                slots[index][slot] = empty
            case .scaling:
                storage = scaling!
                scaling = empty
            case .lossLeaf, .hyperparameters, .constant: continue
            }
            inputs[number] = empty
            if isKnownUniquelyReferenced(&storage), let buffer = storage.donateBuffer(on: evaluator.backend) {
                donated[number] = buffer
            } else {
                inputs[number] = storage
                commit(storage, to: program.sources[number], prepared.buffers)
            }
        }
        return donated
    }
}
