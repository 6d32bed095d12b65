import GannetAssembler

/// The instructions that operations become.
extension VectorCode {
    /// Writes an operation whose operands are in registers, but for `b`, which may be in memory. The register of the result
    /// may be that of an operand.
    mutating func emit(
        _ instruction: VectorProgram.Instruction, result: Int, a: Int, b: VectorOperand?, registerB: Int,
        c: Int,
        isTail: Bool
    ) {
        let operation = instruction.operation
        let immediate = instruction.immediate
        if operation.isStore {
            let address = address(of: immediate, part: instruction.part)
            return store(operation, a, address, isTail: isTail)
        }
        switch operation {
        case .load, .loadFloat16, .loadHalf, .loadMask, .loadWordMask:
            let address = address(of: immediate, part: instruction.part)
            load(operation, result, address, isTail: isTail)
        case .andMask, .orMask, .exclusiveOrMask, .andNotMask, .notMask, .compareFloat, .equalWord,
            .greaterInt,
            .compareInt, .compareWord:
            if usesMasks {
                mask(instruction, mask(result), a, b, registerB)
            } else {
                wideMask(instruction, vector(result), vector(a), b)
            }
        case .select:
            if usesMasks {
                code.vblendmps(vector(result), vector(c), b!, mask: mask(a))
            } else {
                code.vblendvps(vector(result), vector(c), b!, vector(a))
            }
        case .maskToWord:
            if usesMasks {
                code.vpmovm2d(vector(result), mask(a))
            } else {
                code.vmovaps(vector(result), vector(a))
            }
        default:
            if let b {
                two(operation, vector(result), vector(a), b)
            } else {
                one(operation, vector(result), vector(a), immediate)
            }
        }
    }

    private mutating func two(
        _ operation: VectorOperation, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorOperand
    ) {
        switch operation {
        case .addFloat: code.vaddps(d, a, b)
        case .subtractFloat: code.vsubps(d, a, b)
        case .multiplyFloat: code.vmulps(d, a, b)
        case .divideFloat: code.vdivps(d, a, b)
        case .minimumFloat: code.vminps(d, a, b)
        case .maximumFloat: code.vmaxps(d, a, b)
        case .scaleFloat: code.vscalefps(d, a, b)
        case .addWord: code.vpaddd(d, a, b)
        case .subtractWord: code.vpsubd(d, a, b)
        case .multiplyWord: code.vpmulld(d, a, b)
        case .multiplyEven: code.vpmuludq(d, a, b)
        case .minimumInt: code.vpminsd(d, a, b)
        case .maximumInt: code.vpmaxsd(d, a, b)
        case .minimumWord: code.vpminud(d, a, b)
        case .maximumWord: code.vpmaxud(d, a, b)
        case .and: code.vpand(d, a, b)
        case .or: code.vpor(d, a, b)
        case .exclusiveOr: code.vpxor(d, a, b)
        case .andNot: code.vpandn(d, a, b)
        case .orSign: orSign(d, a, b)
        case .shiftLeftBy: code.vpsllvd(d, a, b)
        case .shiftRightBy: code.vpsrlvd(d, a, b)
        case .shiftRightSignedBy: code.vpsravd(d, a, b)
        default: fatalError("VectorCode: \(operation) has not two operands")
        }
    }

    /// One instruction of three operands, one of which the result replaces.
    private mutating func orSign(_ d: VectorRegister, _ a: VectorRegister, _ b: VectorOperand) {
        let sign = VectorOperand.memory(code.constant(0x8000_0000).broadcast)
        guard case .register(let x) = b else { fatalError("VectorCode: the sign is not in a register") }
        if d == x {
            // (d ∧ sign) ∨ a
            code.vpternlogd(d, a, sign, 0xEC)
        } else {
            if d != a { code.vmovaps(d, a) }
            // d ∨ (x ∧ sign)
            code.vpternlogd(d, x, sign, 0xF8)
        }
    }

    private mutating func one(
        _ operation: VectorOperation, _ d: VectorRegister, _ a: VectorRegister, _ immediate: Int
    ) {
        switch operation {
        case .squareRoot: code.vsqrtps(d, a)
        case .roundFloat:
            if usesMasks { code.vrndscaleps(d, a, immediate) } else { code.vroundps(d, a, immediate) }
        case .absoluteInt: code.vpabsd(d, a)
        case .shiftLeft: code.vpslld(d, a, immediate)
        case .shiftRight: code.vpsrld(d, a, immediate)
        case .shiftRightSigned: code.vpsrad(d, a, immediate)
        case .shiftPairLeft: code.vpsllq(d, a, immediate)
        case .shiftPairRight: code.vpsrlq(d, a, immediate)
        case .intToFloat: code.vcvtdq2ps(d, a)
        case .floatToInt: code.vcvttps2dq(d, a)
        case .wordToFloat: code.vcvtudq2ps(d, a)
        case .floatToWord: code.vcvttps2udq(d, a)
        case .roundToFloat16:
            code.vcvtps2ph(temporary.halved, a, 0)
            code.vcvtph2ps(d, temporary.halved)
        case .toHalf:
            code.vcvtps2ph(temporary.halved, a, 0)
            code.vpmovzxwd(d, temporary.halved)
        default: fatalError("VectorCode: \(operation) has not one operand")
        }
    }

    /// An operation whose result is a mask register.
    private mutating func mask(
        _ instruction: VectorProgram.Instruction, _ d: MaskRegister, _ a: Int, _ b: VectorOperand?,
        _ registerB: Int
    ) {
        switch instruction.operation {
        case .compareFloat:
            code.vcmpps(
                d, vector(a), b!, predicate: FloatPredicate(rawValue: UInt8(instruction.immediate))!)
        case .equalWord: code.vpcmpeqd(d, vector(a), b!)
        case .greaterInt: code.vpcmpgtd(d, vector(a), b!)
        case .compareInt:
            code.vpcmpd(
                d, vector(a), b!, predicate: IntegerPredicate(rawValue: UInt8(instruction.immediate))!)
        case .compareWord:
            code.vpcmpud(
                d, vector(a), b!, predicate: IntegerPredicate(rawValue: UInt8(instruction.immediate))!)
        case .andMask: code.kandw(d, mask(a), mask(registerB))
        case .orMask: code.korw(d, mask(a), mask(registerB))
        case .exclusiveOrMask: code.kxorw(d, mask(a), mask(registerB))
        case .andNotMask: code.kandnw(d, mask(a), mask(registerB))
        default: code.knotw(d, mask(a))
        }
    }

    /// An operation whose result is a vector of lanes with all bits set or none.
    private mutating func wideMask(
        _ instruction: VectorProgram.Instruction, _ d: VectorRegister, _ a: VectorRegister,
        _ b: VectorOperand?
    ) {
        switch instruction.operation {
        case .compareFloat:
            code.vcmpps(d, a, b!, predicate: FloatPredicate(rawValue: UInt8(instruction.immediate))!)
        case .equalWord: code.vpcmpeqd(d, a, b!)
        case .greaterInt: code.vpcmpgtd(d, a, b!)
        case .andMask: code.vpand(d, a, b!)
        case .orMask: code.vpor(d, a, b!)
        case .exclusiveOrMask: code.vpxor(d, a, b!)
        case .andNotMask: code.vpandn(d, a, b!)
        default:
            code.vpcmpeqd(temporary, temporary, temporary)
            code.vpxor(d, a, temporary)
        }
    }

    // MARK: Memory

    private mutating func load(_ operation: VectorOperation, _ result: Int, _ address: Memory, isTail: Bool) {
        let lanes = isTail ? Self.tailMask : nil
        switch operation {
        case .load: code.vmovups(vector(result), address, mask: lanes, zeroing: isTail)
        case .loadFloat16: code.vcvtph2ps(vector(result), address, mask: lanes, zeroing: isTail)
        case .loadHalf: code.vpmovzxwd(vector(result), address, mask: lanes, zeroing: isTail)
        case .loadMask where usesMasks:
            code.vpmovzxbd(temporary, address, mask: lanes, zeroing: isTail)
            code.vptestmd(mask(result), temporary, temporary)
        case .loadMask:
            code.vpmovzxbd(vector(result), address)
            code.vpxor(temporary, temporary, temporary)
            code.vpsubd(vector(result), temporary, vector(result))
        case .loadWordMask where usesMasks:
            code.vmovups(temporary, address, mask: lanes, zeroing: isTail)
            code.vpmovd2m(mask(result), temporary)
        default: code.vmovups(vector(result), address)
        }
    }

    private mutating func store(_ operation: VectorOperation, _ a: Int, _ address: Memory, isTail: Bool) {
        let lanes = isTail ? Self.tailMask : nil
        let t = temporary
        switch operation {
        case .store: code.vmovups(address, vector(a), mask: lanes)
        case .storeHalf where usesMasks: code.vpmovdw(address, vector(a), mask: lanes)
        case .storeHalf:
            code.vpackusdw(t, vector(a), vector(a))
            code.vpermq(t, t, 0x08)
            code.vmovdqu(address, t.resized(.x128))
        case .storeMask where usesMasks:
            code.vpbroadcastd(t, code.constant(1), mask: mask(a), zeroing: true)
            code.vpmovdb(address, t, mask: lanes)
        case .storeMask:
            let low = t.resized(.x128)
            code.vextractf128(low, vector(a), 1)
            code.vpackssdw(low, vector(a).resized(.x128), low)
            code.vpacksswb(low, low, low)
            code.vpand(low, low, code.constant([UInt32](repeating: 0x0101_0101, count: 4)))
            code.vmovq(address, low)
        case .storeWordMask where usesMasks:
            code.vpmovm2d(t, mask(a))
            code.vmovups(address, t, mask: lanes)
        default: code.vmovups(address, vector(a))
        }
    }
}

extension VectorRegister {
    /// The register with half the width.
    fileprivate var halved: VectorRegister { resized(width == .x512 ? .x256 : .x128) }
}
