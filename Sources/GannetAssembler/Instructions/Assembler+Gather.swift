/// Loads from many places.
extension Assembler {
    /// Loads the words at the places that `a`'s index names, where the highest bit of `selector`'s element is set,
    /// and clears `selector`. It has no AVX-512 form.
    public mutating func vpgatherdd(_ result: VectorRegister, _ a: Memory, _ selector: VectorRegister) {
        if selector.width != result.width { stop(#function, "the selector is not as wide as the result.") }
        if result == selector || a.vectorIndex == result || a.vectorIndex == selector {
            stop(#function, "the result, the index and the selector have to differ.")
        }
        gather(.init(.x66, .x0F38, 0x90, .vex), result, a, second: selector.number)
    }

    /// Loads the words at the places that `a`'s index names, where the mask is set, and clears the mask. AVX-512
    /// only.
    public mutating func vpgatherdd(_ result: VectorRegister, _ a: Memory, mask: MaskRegister) {
        if a.vectorIndex == result { stop(#function, "the result and the index have to differ.") }
        gather(.init(.x66, .x0F38, 0x90, .evex, tuple: .fixed(4)), result, a, mask: mask)
    }

    /// Loads the `float32` at the places that `a`'s index names, where the highest bit of `selector`'s element is
    /// set, and clears `selector`. It has no AVX-512 form.
    public mutating func vgatherdps(_ result: VectorRegister, _ a: Memory, _ selector: VectorRegister) {
        if selector.width != result.width { stop(#function, "the selector is not as wide as the result.") }
        if result == selector || a.vectorIndex == result || a.vectorIndex == selector {
            stop(#function, "the result, the index and the selector have to differ.")
        }
        gather(.init(.x66, .x0F38, 0x92, .vex), result, a, second: selector.number)
    }

    /// Loads the `float32` at the places that `a`'s index names, where the mask is set, and clears the mask.
    /// AVX-512 only.
    public mutating func vgatherdps(_ result: VectorRegister, _ a: Memory, mask: MaskRegister) {
        if a.vectorIndex == result { stop(#function, "the result and the index have to differ.") }
        gather(.init(.x66, .x0F38, 0x92, .evex, tuple: .fixed(4)), result, a, mask: mask)
    }

    private mutating func gather(
        _ instruction: VectorInstruction, _ result: VectorRegister, _ a: Memory, second: UInt8 = 0,
        mask: MaskRegister? = nil, _ method: StaticString = #function
    ) {
        if a.vectorIndex?.width != result.width {
            stop(method, "it takes a vector as the index, as wide as the result.")
        }
        encode(
            instruction,
            VectorFields(
                reg: result.number, second: second, operand: .memory(a), width: result.width, mask: mask),
            method)
    }
}
