import GannetCompiler
import GannetGraph

extension RuleOptimizer {
    /// What distinguishes the programs of steps: the loss and the new values of buffers, where their leaves are
    /// parameters or tracked buffers, and the device.
    struct StepKey: Hashable {
        var results: GraphSignature
        var leaves: [Int]
        var evaluator: ObjectIdentifier
    }

    /// Where an input of a step's program comes from.
    enum Source {
        case lossLeaf(Int)
        case hyperparameters
        case parameter(Int)
        /// A buffer that the step tracks.
        case buffer(Int)
        case slot(Int, parameter: Int)
        /// A leaf that the gradient or the rule made.
        case constant(Storage)
    }

    /// A compiled step. Outputs are the loss, then for each updated parameter its new value and slots, then the new
    /// values of the tracked buffers.
    struct StepProgram {
        var compiled: CompiledProgram
        var sources: [Source]
        var updated: [Int]
    }

    /// A step that can be run when the graph it came from is gone.
    struct PreparedStep {
        var program: StepProgram
        /// The leaves of the loss and of the buffers' new values, nil for those that are updated.
        var leaves: [Storage?]
        /// The tracked buffers.
        var buffers: [Parameter]
    }

    /// What a leaf of the loss is.
    private enum LeafRole {
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

    func prepare(
        _ loss: Tensor, tracking updates: [StateRecorder.Update], for evaluator: Evaluator,
        file: StaticString, line: UInt
    ) throws -> PreparedStep {
        if loss.count != 1 || loss.scalarType != .float32 {
            invalidUse(
                "update(minimizing:)",
                "the loss is \(loss.scalarType) of shape \(loss.shape), not a scalar; "
                    + "take its mean() or sum()", file: file, line: line)
        }
        let (signature, leaves) = GraphSignature.of([loss] + updates.map(\.value))
        let buffers = updates.map(\.buffer)
        var known: [ObjectIdentifier: LeafRole] = [:]
        for (index, buffer) in buffers.enumerated() {
            known[ObjectIdentifier(buffer.value.node)] = .buffer(index)
        }
        for (index, parameter) in parameters.enumerated().reversed() where !parameter.parameter.isFrozen {
            known[ObjectIdentifier(parameter.parameter.value.node)] = .parameter(index)
        }
        let roles = leaves.map { known[ObjectIdentifier($0)] }
        let key = StepKey(
            results: signature, leaves: roles.map { $0?.code(parameterCount: parameters.count) ?? -1 },
            evaluator: ObjectIdentifier(evaluator))
        let storages = zip(leaves, roles).map { leaf, role in
            role == nil ? Tensor(leaf).storage! : nil
        }
        // A gradient that the user gave is not part of the structure: it may be another each time.
        if !signature.hasCustomGradients, let program = programs[key] {
            return PreparedStep(program: program, leaves: storages, buffers: buffers)
        }
        let program = try build(
            loss, tracked: updates.map(\.value), leaves: leaves, roles: roles, for: evaluator)
        if !signature.hasCustomGradients { programs[key] = program }
        return PreparedStep(program: program, leaves: storages, buffers: buffers)
    }

    private func build(
        _ loss: Tensor, tracked: [Tensor], leaves: [Node], roles: [LeafRole?], for evaluator: Evaluator
    ) throws -> StepProgram {
        var sources: [ObjectIdentifier: Source] = [:]
        var bufferLeaves: [Int: Node] = [:]
        var parameterLeaves: [Int: Node] = [:]
        // A parameter that only a buffer depends on stays as it is.
        let inLoss = tracked.isEmpty ? leaves : GraphSignature.of([loss]).leaves
        let lossLeaves = Set(inLoss.map { ObjectIdentifier($0) })
        for (number, leaf) in leaves.enumerated() {
            switch roles[number] {
            case .parameter(let index):
                sources[ObjectIdentifier(leaf)] = .parameter(index)
                if lossLeaves.contains(ObjectIdentifier(leaf)) { parameterLeaves[index] = leaf }
            case .buffer(let index):
                sources[ObjectIdentifier(leaf)] = .buffer(index)
                bufferLeaves[index] = leaf
            case nil: sources[ObjectIdentifier(leaf)] = .lossLeaf(number)
            }
        }
        let updated = parameterLeaves.keys.sorted()
        let values = updated.map { Tensor(parameterLeaves[$0]!) }
        let numbers = Tensor(rule.hyperparameters(learningRate: learningRate, step: step + 1))
        sources[ObjectIdentifier(numbers.node)] = .hyperparameters
        let hyperparameters = (0..<numbers.count).map { numbers.element($0, axis: 0) }
        var roots = [loss.reshape([])]
        var replaced: [Int: ObjectIdentifier] = [:]
        for (index, (value, gradient)) in zip(
            updated, zip(values, gradients(of: loss, withRespectTo: values)))
        {
            let old = rule.slots.indices.map { slot in
                let leaf = Tensor(slots[index][slot], shape: value.shape, scalarType: .float32)
                sources[ObjectIdentifier(leaf.node)] = .slot(slot, parameter: index)
                return leaf
            }
            let new = rule.updated(value, gradient: gradient, slots: old, hyperparameters: hyperparameters)
            for (leaf, root) in zip([value] + old, [new.parameter] + new.slots) {
                replaced[roots.count] = ObjectIdentifier(leaf.node)
                // A parameter keeps its type, also one for storage only.
                roots.append(root.cast(to: leaf.scalarType))
            }
        }
        for (index, value) in tracked.enumerated() {
            if let leaf = bufferLeaves[index] { replaced[roots.count] = ObjectIdentifier(leaf) }
            roots.append(value)
        }
        let (signature, all) = GraphSignature.of(roots)
        let order = Dictionary(uniqueKeysWithValues: all.enumerated().map { (ObjectIdentifier($1), $0) })
        let compiled = try evaluator.program(for: signature) { () throws(DeviceError) in
            (roots, all, replaced.compactMapValues { order[$0] })
        }
        return StepProgram(
            compiled: compiled,
            sources: all.map { sources[ObjectIdentifier($0)] ?? .constant(Tensor($0).storage!) },
            updated: updated)
    }

    /// Runs a step and commits its results; returns the loss.
    ///
    /// The versions that it replaces are written over where nobody else holds them.
    func run(_ prepared: PreparedStep, on evaluator: Evaluator) throws -> Storage {
        let program = prepared.program
        let buffers = prepared.buffers
        // What the program reads and somebody else may be replacing, in an order that all updates keep.
        let used = Set(
            program.updated
                + program.sources.compactMap { if case .parameter(let index) = $0 { index } else { nil } })
        let locked = (used.map { parameters[$0].parameter } + buffers)
            .sorted { UInt(bitPattern: ObjectIdentifier($0)) < UInt(bitPattern: ObjectIdentifier($1)) }
        for parameter in locked { parameter.lock() }
        defer { for parameter in locked { parameter.unlock() } }

        let hyperparameters = Storage(rule.hyperparameters(learningRate: learningRate, step: step + 1))
        var inputs: [Storage] = []
        inputs.reserveCapacity(program.sources.count)
        for source in program.sources {
            switch source {
            case .lossLeaf(let leaf): inputs.append(prepared.leaves[leaf]!)
            case .hyperparameters: inputs.append(hyperparameters)
            case .parameter(let index): inputs.append(parameters[index].parameter.lockedStorage)
            case .buffer(let index): inputs.append(buffers[index].lockedStorage)
            case .slot(let slot, let index): inputs.append(slots[index][slot])
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
        var output = 1
        for index in program.updated {
            commit(outputs[output], to: .parameter(index), buffers)
            for slot in rule.slots.indices {
                commit(outputs[output + 1 + slot], to: .slot(slot, parameter: index), buffers)
            }
            output += 1 + rule.slots.count
        }
        for index in buffers.indices { commit(outputs[output + index], to: .buffer(index), buffers) }
        return outputs[0]
    }

    private func commit(_ storage: Storage, to source: Source, _ buffers: [Parameter]) {
        switch source {
        case .parameter(let index): parameters[index].parameter.commit(storage)
        case .buffer(let index): buffers[index].commit(storage)
        case .slot(let slot, let index): slots[index][slot] = storage
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
