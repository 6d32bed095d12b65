import GannetCompiler
import GannetGraph

/// Loops over bodies of every kind.
extension KernelHarness {
    /// A loop and what its inputs are.
    private struct LoopSketch {
        var body: Program
        /// The number of states, of which the first inputs of the body after the index are.
        var stateCount: Int
        var scannedCount: Int

        /// The loop with all its outputs, or every other one, and the types of these.
        func loop(count: Int, isReversed: Bool, everyOutput: Bool) -> (Kernel.Loop, [ScalarType]) {
            var types: [ScalarType] = []
            func output(_ slot: Program.Slot, _ number: Int) -> Int? {
                if !everyOutput, number % 2 == 1 { return nil }
                types.append(slot.scalarType)
                return types.count - 1
            }
            let states = (0..<stateCount).map { number in
                Kernel.Loop.State(
                    final: output(body.outputs[number], number),
                    history: output(body.outputs[number], number + 1))
            }
            let collected = body.outputs.indices.dropFirst(stateCount).map {
                output(body.outputs[$0], $0 - stateCount)
            }
            return (
                Kernel.Loop(
                    count: count, isReversed: isReversed, body: body, states: states,
                    scannedCount: scannedCount, collected: collected), types
            )
        }

        /// Random inputs.
        func inputs(count: Int, _ random: inout TestRandom) -> [[ScalarOracle.Value]] {
            body.inputs.dropFirst().enumerated().map { number, slot in
                let isScanned = number >= stateCount && number < stateCount + scannedCount
                return RandomViews.values(
                    slot.shape.count * (isScanned ? count : 1), slot.scalarType, &random)
            }
        }
    }

    /// A program in the making.
    private struct Sketch {
        var program: Program

        init(inputs: [(Shape, ScalarType)], outputs: [(Shape, ScalarType)]) {
            program = Program(
                inputs: inputs.map { .init(shape: $0.0, scalarType: $0.1) },
                outputs: outputs.map { .init(shape: $0.0, scalarType: $0.1) }, arenaByteCount: 0, calls: [],
                donations: outputs.map { _ in nil })
        }

        /// A new piece of the arena.
        mutating func arena(_ count: Int) -> Program.BufferReference {
            let byteCount = (4 * count + 255) / 256 * 256
            defer { program.arenaByteCount += byteCount }
            return .arena(offset: program.arenaByteCount, byteCount: 4 * count)
        }

        private func type(_ reference: Program.BufferReference) -> ScalarType {
            switch reference {
            case .input(let number): program.inputs[number].scalarType
            case .output(let number): program.outputs[number].scalarType
            case .arena: .float32
            }
        }

        mutating func call(
            _ kernel: Kernel, _ inputs: [Program.BufferReference], _ outputs: [Program.BufferReference]
        ) {
            program.calls.append(
                Program.Call(
                    kernel: kernel, inputs: inputs, inputTypes: inputs.map(type), outputs: outputs,
                    outputTypes: outputs.map(type), label: "call \(program.calls.count)"))
        }

        /// A map over `count` elements. `build` is given the values of the inputs at each element, where an input of
        /// one element is given to all, and gives a value for each output.
        mutating func map(
            _ count: Int, _ inputs: [Program.BufferReference], _ outputs: [Program.BufferReference],
            singles: Set<Int> = [], _ build: (inout Expression, [Int]) -> [Int]
        ) {
            var expression = Expression()
            let values = inputs.enumerated().map { number, reference in
                let view =
                    singles.contains(number)
                    ? View(stages: [.init(shape: [count], strides: [0])]) : View(contiguous: [count])
                return expression.append(.load(input: number, view: view), type: type(reference))
            }
            let results = build(&expression, values)
            expression.stores = results.enumerated().map { .init(value: $1, output: $0) }
            call(.map(.init(shape: [count], expression: expression)), inputs, outputs)
        }
    }

    private static func decay(_ expression: inout Expression, _ x: Int) -> Int {
        let half = expression.append(.literal(Float(0.5).literal), type: .float32)
        return expression.append(.binary(.multiply, x, half), type: .float32)
    }

    /// s ← s/2 + r · c + t, puts out s − r; in one kernel.
    private static func accumulation(_ n: Int) -> LoopSketch {
        let tensor: (Shape, ScalarType) = ([n], .float32)
        var sketch = Sketch(
            inputs: [([], .int32), tensor, tensor, tensor], outputs: [tensor, tensor])
        sketch.map(
            n, [.input(1), .input(2), .input(3), .input(0)], [.output(0), .output(1)], singles: [3]
        ) { e, x in
            let product = e.append(.binary(.multiply, x[1], x[2]), type: .float32)
            let sum = e.append(.binary(.add, decay(&e, x[0]), product), type: .float32)
            let index = e.append(.cast(x[3], .float32), type: .float32)
            return [
                e.append(.binary(.add, sum, index), type: .float32),
                e.append(.binary(.subtract, x[0], x[1]), type: .float32),
            ]
        }
        return LoopSketch(body: sketch.program, stateCount: 1, scannedCount: 1)
    }

    /// (a, b) ← (b reversed, (a + b · c)/2), in two kernels with a piece of the arena; every place of a state is read
    /// by others.
    private static func exchange(_ n: Int) -> LoopSketch {
        let tensor: (Shape, ScalarType) = ([n], .float32)
        var sketch = Sketch(
            inputs: [([], .int32), tensor, tensor, tensor], outputs: [tensor, tensor, tensor])
        let product = sketch.arena(n)
        sketch.map(n, [.input(2), .input(3)], [product]) { e, x in
            [e.append(.binary(.multiply, x[0], x[1]), type: .float32)]
        }
        sketch.map(n, [.input(1), product], [.output(1), .output(2)]) { e, x in
            let sum = e.append(.binary(.add, x[0], x[1]), type: .float32)
            return [decay(&e, sum), sum]
        }
        var turned = Expression()
        let view = View(stages: [.init(shape: [n], strides: [-1], offset: n - 1)])
        turned.stores = [
            .init(value: turned.append(.load(input: 0, view: view), type: .float32), output: 0)
        ]
        sketch.call(.map(.init(shape: [n], expression: turned)), [.input(2)], [.output(0)])
        return LoopSketch(body: sketch.program, stateCount: 2, scannedCount: 0)
    }

    /// A generator of whole numbers, with a truth value of each, and a state that stays as it is.
    private static func generator(_ n: Int) -> LoopSketch {
        var sketch = Sketch(
            inputs: [([], .int32), ([n], .uint32), ([n], .float32)],
            outputs: [([n], .uint32), ([n], .float32), ([n], .bool), ([], .int32)])
        sketch.map(n, [.input(1), .input(2)], [.output(0), .output(1), .output(2)]) { e, x in
            let factor = e.append(.literal(UInt32(1_664_525).literal), type: .uint32)
            let increment = e.append(.literal(UInt32(1_013_904_223).literal), type: .uint32)
            let product = e.append(.binary(.multiply, x[0], factor), type: .uint32)
            let next = e.append(.binary(.add, product, increment), type: .uint32)
            let isLess = e.append(.binary(.less, x[0], next), type: .bool)
            return [next, x[1], isLess]
        }
        sketch.map(1, [.input(0)], [.output(3)]) { e, x in
            [e.append(.binary(.multiply, x[0], x[0]), type: .int32)]
        }
        return LoopSketch(body: sketch.program, stateCount: 2, scannedCount: 0)
    }

    /// s ← s · W / 8 + r with matrices, then all of it less a tenth of its sum: a product and a reduction.
    private static func recurrence(_ n: Int) -> LoopSketch {
        let state: (Shape, ScalarType) = ([2, n], .float32)
        var sketch = Sketch(
            inputs: [([], .int32), state, state, ([n, n], .float32)], outputs: [state, state])
        let product = sketch.arena(2 * n)
        let total = sketch.arena(1)
        sketch.call(
            .matrixProduct(
                .init(
                    batch: 1, m: 2, n: n, k: n, a: operand(0, batch: 1, rows: 2, columns: n, layout: 0).0,
                    b: operand(1, batch: 1, rows: n, columns: n, layout: 0).0,
                    epilogue: epilogue([1, 2, n], bias: nil))), [.input(1), .input(3)], [product])
        var prologue = Expression()
        _ = prologue.append(.load(input: 0, view: View(contiguous: [2 * n])), type: .float32)
        var whole = Expression()
        whole.stores = [.init(value: whole.append(.accumulator, type: .float32), output: 0)]
        sketch.call(
            .reduce(
                .init(
                    function: .sum, type: .float32, shape: [2 * n], isReduced: [true], prologue: prologue,
                    epilogue: whole)), [product], [total])
        sketch.map(2 * n, [product, .input(2), total], [.output(0), .output(1)], singles: [2]) { e, x in
            let eighth = e.append(.literal(Float(0.0625).literal), type: .float32)
            let small = e.append(.binary(.multiply, x[0], eighth), type: .float32)
            let share = e.append(.literal(Float(0.001).literal), type: .float32)
            let taken = e.append(.binary(.multiply, x[2], share), type: .float32)
            let sum = e.append(.binary(.add, small, x[1]), type: .float32)
            return [e.append(.binary(.subtract, sum, taken), type: .float32), x[0]]
        }
        return LoopSketch(body: sketch.program, stateCount: 1, scannedCount: 1)
    }

    /// A loop within the loop: s ← three accumulations of s over the rows of a captured input.
    private static func nesting(_ n: Int) -> LoopSketch {
        let tensor: (Shape, ScalarType) = ([n], .float32)
        var sketch = Sketch(
            inputs: [([], .int32), tensor, tensor, ([3, n], .float32)],
            outputs: [tensor, ([3, n], .float32)])
        let inner = Kernel.Loop(
            count: 3, isReversed: true, body: accumulation(n).body, states: [.init(final: 0)],
            scannedCount: 1, collected: [1])
        let final = sketch.arena(n)
        sketch.call(.loop(inner), [.input(1), .input(3), .input(2)], [final, .output(1)])
        sketch.map(n, [final], [.output(0)]) { e, x in [decay(&e, x[0])] }
        return LoopSketch(body: sketch.program, stateCount: 1, scannedCount: 1)
    }

    /// Images that are convolved with captured filters, and noise with a scanned key added.
    private static func diffusion(_ n: Int) -> LoopSketch {
        let images: (Shape, ScalarType) = ([2, 4, n, 3], .float32)
        var sketch = Sketch(
            inputs: [([], .int32), images, ([2, 7], .float32), ([4], .uint32), ([3, 3, 3, 3], .float32)],
            outputs: [images])
        let part = ConvolutionShape(height: 4, width: n, channels: 3, filters: 3, taps: (3, 3), padding: 1)
            .part
        let prediction = sketch.arena(24 * n)
        sketch.call(
            .convolution(
                .init(
                    images: 0, filters: 1, batch: 2, height: 4, width: n, channels: 3, resultHeight: 4,
                    resultWidth: n, resultChannels: 3, filterChannelStride: 3, filterResultStride: 1,
                    parts: [part], epilogue: epilogue([2, 4, n, 3], form: 0))), [.input(1), .input(4)],
            [prediction])
        let noisy = sketch.arena(24 * n)
        sketch.call(
            .noiseStep(.init(step: .reverse(isClipped: true, isNoisy: true), batch: 2, count: 12 * n)),
            [.input(1), prediction, .input(2), .input(3)], [noisy])
        sketch.map(24 * n, [noisy], [.output(0)]) { e, x in
            let small = e.append(.literal(Float(0.03125).literal), type: .float32)
            return [e.append(.binary(.multiply, x[0], small), type: .float32)]
        }
        return LoopSketch(body: sketch.program, stateCount: 1, scannedCount: 2)
    }

    private func check(
        _ sketch: LoopSketch, count: Int, isReversed: Bool = false, everyOutput: Bool = true,
        tolerance: Double = 2e-6, _ comment: String, _ random: inout TestRandom
    ) throws {
        let (loop, types) = sketch.loop(count: count, isReversed: isReversed, everyOutput: everyOutput)
        try check(
            .loop(loop), sketch.inputs(count: count, &random), outputTypes: types, tolerance: tolerance,
            scale: 50, "\(comment), \(count) times\(isReversed ? ", reversed" : "")")
    }

    /// Loops with one map as their body: of every length, in both directions, with all outputs and with some.
    package func smallLoops() throws {
        var random = TestRandom(seed: 51)
        for count in [0, 1, 2, 9] {
            for isReversed in [false, true] {
                try check(
                    Self.accumulation(7), count: count, isReversed: isReversed, "accumulation", &random)
            }
        }
        for n in [1, 64, 1000, 5000] {
            try check(Self.accumulation(n), count: 5, everyOutput: false, "accumulation of \(n)", &random)
        }
        try check(Self.accumulation(3), count: 300, isReversed: true, "accumulation", &random)
        for count in [0, 1, 6] {
            try check(
                Self.generator(33), count: count, isReversed: count > 1, tolerance: 0, "generator", &random)
        }
    }

    /// Loops of several kernels, with memory of their own and states that change places.
    package func loopsOfSeveralKernels() throws {
        var random = TestRandom(seed: 52)
        for (count, n) in [(0, 5), (1, 5), (2, 5), (7, 5), (4, 3000)] {
            try check(Self.exchange(n), count: count, "exchange of \(n)", &random)
            try check(
                Self.exchange(n), count: count, isReversed: true, everyOutput: false, "exchange of \(n)",
                &random)
        }
        for (count, n) in [(1, 4), (5, 4), (5, 20), (28, 33)] {
            try check(
                Self.recurrence(n), count: count, isReversed: count > 5, tolerance: 1e-5,
                "recurrence of \(n)", &random)
        }
        try check(Self.diffusion(5), count: 4, tolerance: 1e-5, "diffusion", &random)
    }

    /// Loops whose bodies have loops.
    package func nestedLoops() throws {
        var random = TestRandom(seed: 53)
        for (count, n) in [(0, 4), (1, 4), (5, 4), (3, 700)] {
            try check(Self.nesting(n), count: count, isReversed: n == 4, "nesting of \(n)", &random)
        }
    }
}
