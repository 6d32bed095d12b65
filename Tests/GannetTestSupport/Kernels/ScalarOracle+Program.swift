import GannetCompiler
import GannetGraph

/// Programs, and the loops that run them.
extension ScalarOracle {
    /// Runs a program in memory, so that values which were given each other's places, or are read before they are
    /// written, come out wrong.
    package static func run(
        _ program: Program, inputs: [HostBuffer], outputs: [HostBuffer], observer: CallObserver? = nil
    ) throws(DeviceError) {
        let arena = HostBuffer(byteCount: program.arenaByteCount)
        // Not a number, wherever nothing has been written.
        arena.bytes.initializeMemory(as: UInt8.self, repeating: 0xFF)
        func memory(_ reference: Program.BufferReference) -> UnsafeMutableRawBufferPointer {
            switch reference {
            case .input(let index): inputs[index].bytes
            case .output(let index): outputs[index].bytes
            case .arena(let offset, let byteCount):
                UnsafeMutableRawBufferPointer(rebasing: arena.bytes[offset..<offset + byteCount])
            }
        }
        for (number, call) in program.calls.enumerated() {
            checkPlaces(call, memory)
            run(call, inputs: call.inputs.map(memory), outputs: call.outputs.map(memory))
            try observer?(
                number, call.outputs.map { HostBuffer(copying: UnsafeRawBufferPointer(memory($0))) })
        }
        withExtendedLifetime(arena) {}
    }

    /// Runs one call on the bytes of its inputs and outputs.
    package static func run(
        _ call: Program.Call, inputs: [UnsafeMutableRawBufferPointer],
        outputs: [UnsafeMutableRawBufferPointer]
    ) {
        let sources = zip(inputs, call.inputTypes).map { bytes, type in
            values(UnsafeRawBufferPointer(bytes), type, bytes.count / type.byteCount)
        }
        let results = ScalarOracle(inputs: sources).run(call.kernel, outputTypes: call.outputTypes)
        for (bytes, result) in zip(outputs, results) { write(result, to: bytes) }
    }

    /// Stops where a call writes over what it reads, unless it reads each element only to write the same one.
    private static func checkPlaces(
        _ call: Program.Call, _ memory: (Program.BufferReference) -> UnsafeMutableRawBufferPointer
    ) {
        for output in call.outputs.map(memory) {
            for (number, input) in call.inputs.map(memory).enumerated() {
                guard let a = output.baseAddress, let b = input.baseAddress, output.count > 0,
                    input.count > 0,
                    a < b + input.count, b < a + output.count
                else { continue }
                if a != b || !call.kernel.readsInPlace(number) {
                    fatalError("Gannet: call \(call.label) writes over its input \(number)")
                }
            }
        }
    }

    /// The elements of a type that lie in memory.
    package static func values(_ bytes: UnsafeRawBufferPointer, _ type: ScalarType, _ count: Int) -> [Value] {
        (0..<count).map { index in
            let offset = index * type.byteCount
            return switch type {
            case .float32: .float(Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)))
            case .int32: .int(bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
            case .uint32: .word(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            case .bool: .bool(bytes.loadUnaligned(fromByteOffset: offset, as: UInt8.self) == 1)
            case .float16:
                .float16(
                    Double(
                        HalfBits.float(float16: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
                )
            case .bfloat16:
                .bfloat16(
                    Double(
                        HalfBits.float(bfloat16: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                    ))
            }
        }
    }

    /// Writes elements to memory.
    package static func write(_ values: [Value], to bytes: UnsafeMutableRawBufferPointer) {
        for (index, value) in values.enumerated() {
            switch value {
            case .float(let x): bytes.storeBytes(of: Float(x), toByteOffset: 4 * index, as: Float.self)
            case .int(let x): bytes.storeBytes(of: x, toByteOffset: 4 * index, as: Int32.self)
            case .word(let x): bytes.storeBytes(of: x, toByteOffset: 4 * index, as: UInt32.self)
            case .bool(let x): bytes.storeBytes(of: x ? 1 : 0, toByteOffset: index, as: UInt8.self)
            case .float16(let x):
                bytes.storeBytes(of: HalfBits.float16(Float(x)), toByteOffset: 2 * index, as: UInt16.self)
            case .bfloat16(let x):
                bytes.storeBytes(of: HalfBits.bfloat16(Float(x)), toByteOffset: 2 * index, as: UInt16.self)
            }
        }
    }

    /// The outputs of a loop.
    func run(_ loop: Kernel.Loop, outputTypes: [ScalarType]) -> [[Value]] {
        let stateCount = loop.states.count
        let captured = inputs[(stateCount + loop.scannedCount)...]
        var states = Array(inputs[..<stateCount])
        var outputs = outputTypes.map { _ in [Value]() }
        func rows(_ slot: Program.Slot) -> [Value] {
            [Value](repeating: Self.zero(slot.scalarType), count: loop.count * slot.shape.count)
        }
        for (number, state) in loop.states.enumerated() {
            if let history = state.history { outputs[history] = rows(loop.body.outputs[number]) }
        }
        for (number, output) in loop.collected.enumerated() {
            if let output { outputs[output] = rows(loop.body.outputs[stateCount + number]) }
        }
        func place(_ row: [Value], in output: Int, at index: Int) {
            outputs[output].replaceSubrange(index * row.count..<(index + 1) * row.count, with: row)
        }
        for iteration in 0..<loop.count {
            let index = loop.isReversed ? loop.count - 1 - iteration : iteration
            var arguments: [[Value]] = [[.int(Int32(index))]] + states
            for number in stateCount..<stateCount + loop.scannedCount {
                let size = inputs[number].count / loop.count
                arguments.append(Array(inputs[number][index * size..<(index + 1) * size]))
            }
            for (number, state) in loop.states.enumerated() {
                if let history = state.history { place(states[number], in: history, at: index) }
            }
            let results = Self.run(loop.body, arguments + captured)
            states = Array(results[..<stateCount])
            for (row, output) in zip(results[stateCount...], loop.collected) {
                if let output { place(row, in: output, at: index) }
            }
        }
        for (number, state) in loop.states.enumerated() {
            if let final = state.final { outputs[final] = states[number] }
        }
        return outputs
    }

    /// The outputs of a program.
    package static func run(_ program: Program, _ inputs: [[Value]]) -> [[Value]] {
        let sources = zip(program.inputs, inputs).map { slot, values in
            let buffer = HostBuffer(byteCount: slot.byteCount)
            write(values, to: buffer.bytes)
            return buffer
        }
        let targets = program.outputs.map { HostBuffer(byteCount: $0.byteCount) }
        do throws(DeviceError) {
            try run(program, inputs: sources, outputs: targets)
        } catch {
            fatalError("Gannet: \(error)")
        }
        return zip(program.outputs, targets).map { slot, buffer in
            values(UnsafeRawBufferPointer(buffer.bytes), slot.scalarType, slot.shape.count)
        }
    }
}

extension Kernel {
    /// Whether an input is only read at the place that is written.
    fileprivate func readsInPlace(_ input: Int) -> Bool {
        func isLocal(_ expression: Expression) -> Bool {
            expression.instructions.allSatisfy { instruction in
                switch instruction {
                case .load(input, let view): view.isContiguous
                case .gather(input, _, _, _, _), .randomBits(input, _): false
                default: true
                }
            }
        }
        return switch self {
        case .map(let map): isLocal(map.expression)
        case .reduce(let reduce): isLocal(reduce.epilogue) && !reduce.prologue.reads(input)
        case .matrixProduct(let product):
            input != product.a.input && input != product.b.input && isLocal(product.epilogue)
        case .convolution(let convolution):
            input != convolution.images && input != convolution.filters && isLocal(convolution.epilogue)
        case .filterGradient(let gradient):
            input != gradient.images && input != gradient.results && isLocal(gradient.epilogue)
        case .noiseStep(let noise): input == 0 || (input == 1 && noise.step.hasPrediction)
        case .loop, .scan, .sort, .scatterAdd: false
        }
    }
}

extension Expression {
    /// Whether any instruction reads an input.
    fileprivate func reads(_ input: Int) -> Bool {
        instructions.contains { $0.inputs.contains(input) }
    }
}
