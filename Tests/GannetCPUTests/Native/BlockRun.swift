import GannetCPU
import GannetCompiler
import GannetGraph

/// An expression with one output, computed block by block.
enum BlockRun {
    /// The output's `count` elements. Each input has room for a vector behind its last element.
    static func output(
        _ expression: Expression, _ tier: Tier, inputs: [(type: ScalarType, buffer: HostBuffer)], count: Int,
        blockLength: Int = 500
    ) -> HostBuffer {
        let evaluator = tier.makeEvaluator(expression, inputs.map(\.type), false)
        let frame = HostBuffer(byteCount: evaluator.frameByteCount)
        let output = HostBuffer(
            byteCount: count * expression.types[expression.stores[0].value].byteCount)
        inputs.map(\.buffer.address).withUnsafeBufferPointer { addresses in
            withUnsafePointer(to: output.address) { outputs in
                evaluator.begin(
                    frame.address, KernelBuffers(inputs: addresses.baseAddress!, outputs: outputs))
                for start in stride(from: 0, to: count, by: blockLength) {
                    evaluator.evaluate(
                        frame.address, from: start, count: min(blockLength, count - start), accumulator: nil)
                }
            }
        }
        withExtendedLifetime((frame, inputs)) {}
        return output
    }

    /// The same of `float32`, where all inputs have as many elements as the output.
    static func results(
        _ expression: Expression, _ tier: Tier, inputs: [[Float]], blockLength: Int = 500
    ) -> [Float] {
        let buffers = inputs.map { values in
            let buffer = HostBuffer(byteCount: values.count * 4 + 64)
            values.withUnsafeBytes { buffer.bytes.copyMemory(from: $0) }
            return (ScalarType.float32, buffer)
        }
        let output = output(
            expression, tier, inputs: buffers, count: inputs[0].count, blockLength: blockLength)
        return inputs[0].indices.map {
            output.address.load(fromByteOffset: $0 * 4, as: Float.self)
        }
    }
}
