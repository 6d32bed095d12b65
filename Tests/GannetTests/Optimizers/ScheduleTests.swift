import Foundation
import Gannet
import Testing

/// Schedules beyond what PyTorch has: their ends, and their compositions.
@Suite struct ScheduleTests {
    @Test func theyStayWhereTheyEnd() {
        #expect(LearningRateSchedule.cosine(to: 0.25, over: 10).factor(after: 10) == 0.25)
        #expect(LearningRateSchedule.cosine(to: 0.25, over: 10).factor(after: 1 << 40) == 0.25)
        #expect(LearningRateSchedule.linear(from: 2, to: 3, over: 0).factor(after: 0) == 3)
        #expect(LearningRateSchedule.constant.warmedUp(over: 0) == .constant)
        #expect(LearningRateSchedule.constant.warmedUp(over: 1).factor(after: 0) == 1)
        #expect(LearningRateSchedule.exponential(decay: 0.5).factor(after: -1) == 1)
    }

    @Test func theCosineIsThatOfTheLibrary() {
        for count in 0...1000 {
            let factor = LearningRateSchedule.cosine(over: 1000).factor(after: count)
            #expect(abs(factor - (1 + cos(Double.pi * Double(count) / 1000)) / 2) < 1e-15)
        }
    }

    @Test func theyMultiplyAndFollowEachOther() {
        let schedule = LearningRateSchedule.steps(every: 2, factor: 0.5) * .linear(from: 1, to: 0, over: 4)
        #expect((0..<5).map { schedule.factor(after: $0) } == [1, 0.75, 0.25, 0.125, 0])
        let later = schedule.followed(by: .constant, after: 3)
        #expect((0..<5).map { later.factor(after: $0) } == [1, 0.75, 0.25, 1, 1])
    }
}
