import GannetCompiler
import GannetGraph

/// Whether code computes what the interpreter computes, and which code serves.
extension NativeEvaluator {
    /// Chooses, by a block that is about to be computed, between the code that rounds less often and the code that has the interpreter's
    /// bits: once, before anything is computed by either, so that results do not depend on which thread finds out what first. All parts of
    /// the code are tried, as far as the block has elements for them. Nothing is stored.
    func choose(
        _ exact: Code, _ frame: UnsafeMutableRawPointer, from start: Int, count: Int,
        _ accumulator: UnsafeRawPointer?
    ) {
        if state.load(ordering: .relaxed) & Seen.chosen != 0 { return }
        let buffers = frame.load(as: KernelBuffers.self)
        let reference = reference(buffers, from: start, count: count, accumulator)
        func block(_ code: Code, _ count: Int) -> ReferenceBlock {
            self.block(code, buffers, from: start, count: count, accumulator)
        }
        var result = Seen.chosen
        if !block(exact, count).agrees(with: reference, exactly: true) {
            result |= rejected(isWrong: true)
        } else {
            for length in Set([count, min(count, lanes), min(count, lanes - 1)]) {
                if block(code, length).agrees(with: reference, exactly: false) {
                    result |= kinds(length)
                } else if result & Seen.inexact == 0 {
                    // Small differences have become large ones, as they may.
                    result |= rejected(isWrong: false)
                }
            }
        }
        state.bitwiseOr(result, ordering: .releasing)
    }

    /// Takes note that code is not used, and returns the bit for it.
    private func rejected(isWrong: Bool) -> UInt8 {
        NativeExpressions.reject(isWrong: isWrong)
        if isWrong {
            Tier.note("the machine code of an expression gave wrong numbers; the expression is interpreted.")
        }
        return isWrong ? Seen.wrong : Seen.inexact
    }

    /// A block as the interpreter computes it.
    private func reference(
        _ buffers: KernelBuffers, from start: Int, count: Int, _ accumulator: UnsafeRawPointer?
    ) -> ReferenceBlock {
        let interpreter = BlockInterpreter(expression, inputTypes: inputTypes, givesResult: givesResult)
        return ReferenceBlock(
            expression, buffers, from: start, count: count, frameByteCount: interpreter.frameByteCount
        ) { frame, buffers in
            interpreter.begin(frame, buffers)
            return interpreter.evaluate(frame, from: start, count: count, accumulator: accumulator)
        }
    }

    /// A block as some code computes it.
    private func block(
        _ code: Code, _ buffers: KernelBuffers, from start: Int, count: Int, _ accumulator: UnsafeRawPointer?
    ) -> ReferenceBlock {
        ReferenceBlock(
            expression, buffers, from: start, count: count, frameByteCount: frameByteCount
        ) { frame, buffers in
            begin(frame, buffers)
            _ = spread(frame, buffers, from: start, atMost: count)
            run(code.function, frame, from: start, count: count, accumulator, at: 0)
            return UnsafeRawPointer(frame + (result?.home ?? 0))
        }
    }

    /// Computes a part of a block with the interpreter, then natively, and sees whether both are the same. What the
    /// interpreter computed stays if not.
    func check(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, _ accumulator: UnsafeRawPointer?,
        at place: Int, _ kinds: UInt8, _ seen: UInt8
    ) {
        let buffers = frame.load(as: KernelBuffers.self)
        let reference = reference(buffers, from: start, count: count, accumulator)
        let home = result.map { frame + $0.home + place * 4 }
        if seen & Seen.wrong == 0 {
            let isRight = exact.map {
                block($0, buffers, from: start, count: count, accumulator)
                    .agrees(with: reference, exactly: true)
            }
            if isRight ?? true {
                run(hot.base.pointee.function, frame, from: start, count: count, accumulator, at: place)
                if reference.agrees(
                    with: buffers, result: home.map { UnsafeRawPointer($0) }, exactly: exact == nil)
                {
                    state.bitwiseOr(kinds, ordering: .relaxed)
                    return
                }
            }
            // What is right once, and wrong with fewer elements, cannot be told from differences that grew.
            let isInexact = isRight ?? false
            let bit = isInexact ? Seen.inexact : Seen.wrong
            if state.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0 {
                _ = rejected(isWrong: !isInexact)
            }
        }
        reference.write(to: buffers, result: home)
    }
}
