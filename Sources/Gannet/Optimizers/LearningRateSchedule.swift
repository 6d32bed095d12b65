import GannetGraph

/// What a learning rate is multiplied by, update by update: a pure function of the number of updates made, so that a
/// resumed run needs nothing but that number.
///
/// ```swift
/// .cosine(over: 9_500).warmedUp(over: 500)                        // 10,000 updates
/// .constant.followed(by: .exponential(decay: 0.999), after: 2_000)
/// .steps(every: 3_000, factor: 0.1)
/// ```
public struct LearningRateSchedule: Sendable, Hashable {
    private indirect enum Form: Sendable, Hashable {
        case constant(Double)
        case linear(from: Double, to: Double, count: Int)
        case cosine(to: Double, count: Int)
        case exponential(decay: Double)
        case steps(every: Int, factor: Double)
        case milestones([Int], factor: Double)
        case sequence(Form, count: Int, then: Form)
        case product(Form, Form)
    }

    private let form: Form

    /// The factor of the update that is made after `count` others.
    public func factor(after count: Int) -> Double { Self.factor(form, max(count, 0)) }

    private static func factor(_ form: Form, _ t: Int) -> Double {
        switch form {
        case .constant(let factor): factor
        case .linear(let from, let to, let count):
            t >= count ? to : from + (to - from) * (Double(t) / Double(count))
        case .cosine(let to, let count):
            t >= count ? to : to + (1 - to) * (1 + cosine(Double(t) / Double(count))) / 2
        case .exponential(let decay): power(decay, t)
        case .steps(let every, let factor): power(factor, t / every)
        case .milestones(let milestones, let factor): power(factor, milestones.count { $0 <= t })
        case .sequence(let first, let count, let rest):
            t < count ? Self.factor(first, t) : Self.factor(rest, t - count)
        case .product(let a, let b): Self.factor(a, t) * Self.factor(b, t)
        }
    }

    /// cos πx for x in 0…1: of additions and products alone, and so with the same bits everywhere, which the C
    /// library's `cos` does not promise.
    private static func cosine(_ x: Double) -> Double {
        if x > 0.5 { return -cosine(1 - x) }
        // cos πx for x ≤ ¼, else sin π(½ − x): an angle of at most π/4, where eleven terms are exact.
        let isCosine = x <= 0.25
        let angle = Double.pi * (isCosine ? x : 0.5 - x)
        var term = isCosine ? 1 : angle
        var sum = term
        var n = isCosine ? 1.0 : 2.0
        for _ in 0..<10 {
            term *= -angle * angle / (n * (n + 1))
            sum += term
            n += 2
        }
        return sum
    }
}

extension LearningRateSchedule {
    /// The learning rate as it is.
    public static let constant = LearningRateSchedule(form: .constant(1))

    /// A factor that goes in a straight line from one value to another over `count` updates, and stays there.
    public static func linear(
        from start: Double, to end: Double, over count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> LearningRateSchedule {
        require(count >= 0, "linear(from:to:over:)", "\(count) updates", file, line)
        return LearningRateSchedule(form: .linear(from: start, to: end, count: count))
    }

    /// Half a wave of the cosine, from 1 to `end` over `count` updates, where it stays: Loshchilov and Hutter, "SGDR"
    /// (arXiv:1608.03983), equation 5, without restarts.
    public static func cosine(
        to end: Double = 0, over count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> LearningRateSchedule {
        require(count >= 0, "cosine(to:over:)", "\(count) updates", file, line)
        return LearningRateSchedule(form: .cosine(to: end, count: count))
    }

    /// The factor `decay`ᵗ at the update after t others.
    public static func exponential(decay: Double) -> LearningRateSchedule {
        LearningRateSchedule(form: .exponential(decay: decay))
    }

    /// A factor that is multiplied by `factor` after each multiple of `interval` updates.
    public static func steps(
        every interval: Int, factor: Double, file: StaticString = #fileID, line: UInt = #line
    ) -> LearningRateSchedule {
        require(interval >= 1, "steps(every:factor:)", "an interval of \(interval) updates", file, line)
        return LearningRateSchedule(form: .steps(every: interval, factor: factor))
    }

    /// A factor that is multiplied by `factor` after each of these numbers of updates.
    public static func steps(at milestones: [Int], factor: Double) -> LearningRateSchedule {
        LearningRateSchedule(form: .milestones(milestones, factor: factor))
    }

    /// This schedule for `count` updates, and then another one from its own beginning.
    public func followed(
        by next: LearningRateSchedule, after count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> LearningRateSchedule {
        Self.require(count >= 0, "followed(by:after:)", "\(count) updates", file, line)
        return LearningRateSchedule(form: .sequence(form, count: count, then: next.form))
    }

    /// This schedule after `count` updates in which the factor grows in a straight line: 1 / count at the first of
    /// them and 1 at the last.
    public func warmedUp(
        over count: Int, file: StaticString = #fileID, line: UInt = #line
    ) -> LearningRateSchedule {
        Self.require(count >= 0, "warmedUp(over:)", "\(count) updates", file, line)
        if count == 0 { return self }
        let start = LearningRateSchedule.linear(from: 1 / Double(count), to: 1, over: count - 1)
        return start.followed(by: self, after: count)
    }

    /// The product of two schedules.
    public static func * (a: LearningRateSchedule, b: LearningRateSchedule) -> LearningRateSchedule {
        LearningRateSchedule(form: .product(a.form, b.form))
    }

    private static func require(
        _ isSound: Bool, _ operation: String, _ explanation: String, _ file: StaticString, _ line: UInt
    ) {
        if !isSound {
            invalidUse("LearningRateSchedule.\(operation)", explanation, file: file, line: line)
        }
    }
}
