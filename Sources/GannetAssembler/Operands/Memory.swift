/// A place in memory: base + index · scale + displacement, or a place in the code or its literal pool.
///
/// How many bytes are there follows from the instruction.
public struct Memory: Hashable, Sendable {
    /// What the address starts from.
    enum Base: Hashable, Sendable {
        case none
        case register(GeneralRegister)
        case label(Label)
        case constant(Int)
    }

    /// What is added to it in multiples.
    enum Index: Hashable, Sendable {
        case none
        case general(GeneralRegister)
        case vector(VectorRegister)

        /// The number in encodings; of no index, that of `rsp`.
        var number: UInt8 {
            switch self {
            case .none: 4
            case .general(let register): register.number
            case .vector(let register): register.number
            }
        }
    }

    let base: Base
    private(set) var index = Index.none
    /// The logarithm of the scale.
    private(set) var shift: UInt8 = 0
    private(set) var displacement: Int32
    private(set) var isBroadcast = false

    private init(_ base: Base, _ displacement: Int) {
        self.base = base
        guard let displacement = Int32(exactly: displacement) else {
            stop("Memory", "a displacement of \(displacement) does not fit in 32 bits.")
        }
        self.displacement = displacement
    }

    private init(_ base: Base, _ index: Index, _ scale: Int, _ displacement: Int) {
        self.init(base, displacement)
        guard let shift = [1, 2, 4, 8].firstIndex(of: scale) else {
            stop("Memory", "a scale is 1, 2, 4 or 8, not \(scale).")
        }
        if index == .general(.rsp) { stop("Memory", "rsp cannot be an index.") }
        self.index = index
        self.shift = UInt8(shift)
    }

    /// The place at a register's address plus a displacement in bytes.
    public init(_ base: GeneralRegister, _ displacement: Int = 0) {
        self.init(.register(base), displacement)
    }

    /// The place at `base + index · scale + displacement`.
    public init(_ base: GeneralRegister, index: GeneralRegister, scale: Int = 1, _ displacement: Int = 0) {
        self.init(.register(base), .general(index), scale, displacement)
    }

    /// The place at `index · scale + displacement`.
    public init(index: GeneralRegister, scale: Int, _ displacement: Int = 0) {
        self.init(.none, .general(index), scale, displacement)
    }

    /// Many places, one for each element of `index`: for gathers only.
    public init(_ base: GeneralRegister, index: VectorRegister, scale: Int = 1, _ displacement: Int = 0) {
        self.init(.register(base), .vector(index), scale, displacement)
    }

    /// A place in the code.
    public init(_ label: Label, _ displacement: Int = 0) { self.init(.label(label), displacement) }

    /// A place in the literal pool.
    init(constant: Int) { self.init(.constant(constant), 0) }

    /// One element that is read as a vector of equal ones: `{1to16}` and the like. AVX-512 only.
    public var broadcast: Memory {
        var memory = self
        memory.isBroadcast = true
        return memory
    }

    /// The place so many bytes further on.
    public func advanced(by byteCount: Int) -> Memory {
        var memory = self
        guard let sum = Int32(exactly: Int(displacement) + byteCount) else {
            stop("Memory", "a displacement of \(Int(displacement) + byteCount) does not fit in 32 bits.")
        }
        memory.displacement = sum
        return memory
    }

    /// The vector index of a gather.
    var vectorIndex: VectorRegister? { if case .vector(let register) = index { register } else { nil } }
}
