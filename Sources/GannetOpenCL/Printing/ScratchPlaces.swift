/// Places in the scratch memory of a call.
struct ScratchPlaces {
    private(set) var byteCount = 0
    /// Whether it is more than a gigabyte, which many devices do not give at once, and `int` indices may not reach.
    var isTooLarge: Bool { byteCount > 1 << 30 }

    /// Takes memory for `count` numbers, and what a vector at the very end reads behind them.
    mutating func take(_ count: Int) -> Int {
        defer { byteCount += (count * 4 + 64 + 255) / 256 * 256 }
        return byteCount
    }
}

extension CallPlan {
    /// The plan of a part of a call: what it knows as inputs and outputs are these buffers of the call, and its own scratch
    /// memory lies behind so many bytes.
    func placed(inputs: [KernelPlan.Buffer], outputs: [KernelPlan.Buffer], behind byteCount: Int) -> CallPlan
    {
        var result = self
        for kernel in kernels.indices {
            result.kernels[kernel].buffers = kernels[kernel].buffers.map { buffer in
                switch buffer {
                case .input(let number): inputs[number]
                case .output(let number): outputs[number]
                case .scratch(let offset): .scratch(byteCount + offset)
                case .numbers: .numbers
                }
            }
        }
        return result
    }
}
