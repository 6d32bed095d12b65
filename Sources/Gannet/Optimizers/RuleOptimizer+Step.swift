import GannetCompiler
import GannetGraph

extension RuleOptimizer {
    /// What distinguishes the programs of steps: the loss, where its leaves are parameters, and the device.
    struct StepKey: Hashable {
        var loss: GraphSignature
        var leaves: [Int]
        var evaluator: ObjectIdentifier
    }

    /// Where an input of a step's program comes from.
    enum Source {
        case lossLeaf(Int)
        case hyperparameters
        case parameter(Int)
        case slot(Int, parameter: Int)
        /// A leaf that the gradient or the rule made.
        case constant(Storage)
    }

    /// A compiled step. Outputs are the loss, then for each updated parameter its new value and slots.
    struct StepProgram {
        var compiled: CompiledProgram
        var sources: [Source]
        var updated: [Int]
    }

    /// A step that can be run when the graph it came from is gone.
    struct PreparedStep {
        var program: StepProgram
        /// The loss's leaves, nil for those that are parameters.
        var leaves: [Storage?]
    }

    func prepare(
        _ loss: Tensor, for evaluator: Evaluator, file: StaticString, line: UInt
    ) throws -> PreparedStep {
        if loss.count != 1 || loss.scalarType != .float32 {
            invalidUse(
                "update(minimizing:)",
                "the loss is \(loss.scalarType) of shape \(loss.shape), not a scalar; "
                    + "take its mean() or sum()", file: file, line: line)
        }
        let (signature, leaves) = GraphSignature.of([loss])
        let values = parameters.map(\.parameter.value)
        let numbers = Dictionary(
            values.enumerated().map { (ObjectIdentifier($1.node), $0) },
            uniquingKeysWith: { first, _ in first })
        let parameterOfLeaf = leaves.map { numbers[ObjectIdentifier($0)] ?? -1 }
        let key = StepKey(loss: signature, leaves: parameterOfLeaf, evaluator: ObjectIdentifier(evaluator))
        let storages = zip(leaves, parameterOfLeaf).map { leaf, parameter in
            parameter < 0 ? Tensor(leaf).storage! : nil
        }
        // A gradient that the user gave is not part of the structure: it may be another each time.
        if !signature.hasCustomGradients, let program = programs[key] {
            return PreparedStep(program: program, leaves: storages)
        }
        let program = try build(loss, leaves: leaves, parameterOfLeaf: parameterOfLeaf, for: evaluator)
        if !signature.hasCustomGradients { programs[key] = program }
        return PreparedStep(program: program, leaves: storages)
    }

    private func build(
        _ loss: Tensor, leaves: [Node], parameterOfLeaf: [Int], for evaluator: Evaluator
    ) throws -> StepProgram {
        let updated = Array(Set(parameterOfLeaf.filter { $0 >= 0 })).sorted()
        let values = updated.map { index in Tensor(leaves[parameterOfLeaf.firstIndex(of: index)!]) }
        var sources: [ObjectIdentifier: Source] = [:]
        for (number, leaf) in leaves.enumerated() {
            let parameter = parameterOfLeaf[number]
            sources[ObjectIdentifier(leaf)] = parameter < 0 ? .lossLeaf(number) : .parameter(parameter)
        }
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
                roots.append(root)
            }
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
        let locked = program.updated.map { parameters[$0].parameter }
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
            case .slot(let slot, let index): inputs.append(slots[index][slot])
            case .constant(let storage): inputs.append(storage)
            }
        }
        let donated = takeDonations(program, from: &inputs, for: evaluator)
        let outputs: [Storage]
        do {
            outputs = try evaluator.run(program.compiled, inputs: inputs, donated: donated)
        } catch {
            // What was given away and not written over is still the version it was.
            for (number, buffer) in donated {
                commit(Storage(buffer, on: evaluator.backend), to: program.sources[number])
            }
            throw error
        }
        var output = 1
        for index in program.updated {
            commit(outputs[output], to: .parameter(index))
            for slot in rule.slots.indices {
                commit(outputs[output + 1 + slot], to: .slot(slot, parameter: index))
            }
            output += 1 + rule.slots.count
        }
        return outputs[0]
    }

    private func commit(_ storage: Storage, to source: Source) {
        switch source {
        case .parameter(let index): parameters[index].parameter.commit(storage)
        case .slot(let slot, let index): slots[index][slot] = storage
        case .lossLeaf, .hyperparameters, .constant: break
        }
    }

    /// The buffers of those versions that nobody else holds and that the program can write over.
    private func takeDonations(
        _ program: StepProgram, from inputs: inout [Storage], for evaluator: Evaluator
    ) -> [Int: any DeviceBuffer] {
        guard evaluator.acceptsDonations else { return [:] }
        var donated: [Int: any DeviceBuffer] = [:]
        let empty = Storage([Float]())
        for case .some(let number) in program.compiled.program.donations {
            var storage: Storage
            switch program.sources[number] {
            case .parameter(let index): storage = parameters[index].parameter.withdrawStorage()
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
                commit(storage, to: program.sources[number])
            }
        }
        return donated
    }
}
