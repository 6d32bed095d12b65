import GannetCompiler
import GannetGraph

/// Programs made by hand.
enum Programs {
    /// y = (2x)², through the arena; then x + 1, which may take the place of x.
    static func square(count: Int) -> Program {
        let view = View(contiguous: [count])
        func map(_ function: BinaryFunction, _ literal: Float?) -> Kernel {
            var expression = Expression()
            let x = expression.append(.load(input: 0, view: view), type: .float32)
            let y = literal.map { expression.append(.literal($0.literal), type: .float32) } ?? x
            let z = expression.append(.binary(function, x, y), type: .float32)
            expression.stores = [.init(value: z, output: 0)]
            return .map(.init(shape: [count], expression: expression))
        }
        func call(
            _ kernel: Kernel, _ input: Program.BufferReference, _ output: Program.BufferReference,
            _ label: String
        ) -> Program.Call {
            Program.Call(
                kernel: kernel, inputs: [input], inputTypes: [.float32], outputs: [output],
                outputTypes: [.float32], label: label)
        }
        let arena = Program.BufferReference.arena(offset: 256, byteCount: count * 4)
        let slot = Program.Slot(shape: [count], scalarType: .float32)
        return Program(
            inputs: [slot], outputs: [slot, slot], arenaByteCount: 256 + count * 4,
            calls: [
                call(map(.multiply, 2), .input(0), arena, "twice x"),
                call(map(.multiply, nil), arena, .output(0), "square"),
                call(map(.add, 1), .input(0), .output(1), "x plus one"),
            ], donations: [nil, 0])
    }

    /// A function of each element.
    static func unary(_ function: UnaryFunction, count: Int) -> Program {
        var expression = Expression()
        let x = expression.append(.load(input: 0, view: View(contiguous: [count])), type: .float32)
        let y = expression.append(.unary(function, x), type: .float32)
        expression.stores = [.init(value: y, output: 0)]
        let slot = Program.Slot(shape: [count], scalarType: .float32)
        return Program(
            .map(.init(shape: [count], expression: expression)), inputs: [slot], outputs: [slot],
            label: "\(function)")
    }
}

extension HostBuffer {
    /// A buffer of numbers.
    convenience init(_ numbers: [Float]) {
        self.init(byteCount: numbers.count * 4)
        numbers.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
}

extension DeviceBuffer {
    /// The numbers in the buffer.
    func floats() throws -> [Float] {
        let host = HostBuffer(byteCount: byteCount)
        try read(into: host.bytes)
        return Array(host.bytes.bindMemory(to: Float.self))
    }
}
