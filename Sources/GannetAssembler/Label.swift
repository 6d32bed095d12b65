/// A place in the code that jumps can name before it is known. It belongs to the assembler that made it.
public struct Label: Hashable, Sendable {
    /// Counted from 0 in the order in which the labels were made.
    public let number: Int
}

/// Four bytes of the code that wait for the place of what they name.
struct Fixup: Sendable {
    /// Where the four bytes are.
    var position: Int
    /// The end of the instruction that they belong to, which offsets count from.
    var end: Int
    /// What they name, with a displacement.
    var target: Memory.Base
    var displacement: Int
}

extension Assembler {
    /// A new label, not bound yet.
    public mutating func makeLabel() -> Label {
        labels.append(nil)
        return Label(number: labels.count - 1)
    }

    /// Makes `label` name this place in the code.
    public mutating func bind(_ label: Label) {
        if place(of: label) != nil { stop("bind", "label \(label.number) is bound twice.") }
        labels[label.number] = code.count
    }

    /// A new label that names this place in the code.
    public mutating func makeBoundLabel() -> Label {
        labels.append(code.count)
        return Label(number: labels.count - 1)
    }

    /// Fills up with instructions that do nothing until the place is a multiple of `alignment`, a power of two up
    /// to 64: a loop that starts there is read in fewer pieces.
    public mutating func align(to alignment: Int) {
        if ![1, 2, 4, 8, 16, 32, 64].contains(alignment) {
            stop("align", "an alignment is a power of two up to 64, not \(alignment).")
        }
        var missing = (alignment - code.count % alignment) % alignment
        while missing > 0 {
            let count = min(missing, Self.nops.count)
            code += Self.nops[count - 1]
            missing -= count
        }
    }

    /// The instructions of 1 to 9 bytes that Intel's manual recommends for doing nothing.
    private static let nops: [[UInt8]] = [
        [0x90],
        [0x66, 0x90],
        [0x0F, 0x1F, 0x00],
        [0x0F, 0x1F, 0x40, 0],
        [0x0F, 0x1F, 0x44, 0, 0],
        [0x66, 0x0F, 0x1F, 0x44, 0, 0],
        [0x0F, 0x1F, 0x80, 0, 0, 0, 0],
        [0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0],
        [0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0],
    ]

    /// Jumps. The instruction has 2 bytes where the label is bound and near, else 5.
    public mutating func jump(to label: Label) { jump(short: 0xEB, near: [0xE9], to: label) }

    /// Jumps where the flags say so. The instruction has 2 bytes where the label is bound and near, else 6.
    public mutating func jump(if condition: Condition, to label: Label) {
        jump(short: 0x70 | condition.rawValue, near: [0x0F, 0x80 | condition.rawValue], to: label)
    }

    /// Calls the code at a label.
    public mutating func call(_ label: Label) { jump(short: nil, near: [0xE8], to: label) }

    private mutating func jump(short: UInt8?, near: [UInt8], to label: Label) {
        if let short, let place = place(of: label), let offset = Int8(exactly: place - (code.count + 2)) {
            code += [short, UInt8(bitPattern: offset)]
            return
        }
        code += near
        appendOffset(to: .label(label), displacement: 0, trailing: 0)
    }

    /// Appends the four bytes of an offset, to be known later; `trailing` bytes of the instruction follow it.
    mutating func appendOffset(to target: Memory.Base, displacement: Int, trailing: Int) {
        if case .label(let label) = target { _ = place(of: label) }
        let end = code.count + 4 + trailing
        fixups.append(Fixup(position: code.count, end: end, target: target, displacement: displacement))
        code += [0, 0, 0, 0]
    }

    private func place(of label: Label) -> Int? {
        if !labels.indices.contains(label.number) {
            stop("label \(label.number)", "it belongs to another assembler.")
        }
        return labels[label.number]
    }
}
