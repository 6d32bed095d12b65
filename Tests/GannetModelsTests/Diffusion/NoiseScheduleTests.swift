import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite struct NoiseScheduleTests {
    /// What a schedule of 1000 steps is, to half a unit of the last digit that is told.
    private struct Values {
        let schedule: NoiseSchedule
        let beta: Double
        let middle: Double
        let last: Double
        let sum: Double
    }

    @Test func schedulesHaveTheirPapersValues() {
        let values = [
            Values(schedule: .linear(), beta: 0.01004004, middle: 0.0785872, last: 4.03583e-5, sum: 10.05),
            Values(
                schedule: .quadratic(), beta: 0.00572215, middle: 0.3331878, last: 7.33412e-4, sum: 7.174286),
            Values(schedule: .sigmoid(), beta: 0.01002012, middle: 0.3019311, last: 3.96818e-5, sum: 10.05),
            // By Python, from the papers' formulas.
            Values(
                schedule: .cosine(), beta: 0.0031458862, middle: 0.4938436, last: 2.42877e-9, sum: 12.4414964),
            Values(
                schedule: .cumulativeSigmoid(), beta: 0.0033034155, middle: 0.5, last: 3.00279e-7,
                sum: 8.6703796),
        ]
        for value in values {
            let schedule = value.schedule
            #expect(abs(schedule.betas[499] - value.beta) < 5.1e-9)
            #expect(abs(schedule.cumulativeAlphas[499] - value.middle) < 5.1e-8)
            #expect(abs(schedule.cumulativeAlphas[999] / value.last - 1) < 2e-6)
            #expect(abs(schedule.betas.reduce(0, +) - value.sum) < 5e-7)
            #expect(abs(schedule.signalToNoise(499) / (value.middle / (1 - value.middle)) - 1) < 1e-6)
        }
    }

    @Test func posteriorVarianceIsThatOfDiffusers() {
        let schedule = NoiseSchedule.linear()
        #expect(schedule.posterior(from: 0, to: -1).variance == 0)
        #expect(abs(schedule.posterior(from: 487, to: 486).variance - 0.00979) < 1e-5)
        #expect(abs(schedule.posterior(from: 999, to: 998).variance - 0.02) < 1e-5)
        #expect(abs(schedule.posterior(from: 420, to: 400).variance - 0.14771) < 1e-5)
        #expect(abs(schedule.posterior(from: 980, to: 960).variance - 0.32460) < 1e-5)
    }

    /// The mean and variance of q(x_s | x_t, x₀) agree with Bayes' rule on q(x_t | x_s) and q(x_s | x₀).
    @Test func posteriorIsThatOfBayes() {
        let schedule = NoiseSchedule.linear()
        for (t, s) in [(1, 0), (500, 499), (999, 900), (300, 20)] {
            let (now, before) = (schedule.cumulativeAlpha(t), schedule.cumulativeAlpha(s))
            let alpha = now / before
            // Precisions of the two Gaussians in x_s add.
            let precision = alpha / (1 - alpha) + 1 / (1 - before)
            let posterior = schedule.posterior(from: t, to: s)
            #expect(abs(posterior.variance * precision - 1) < 1e-9)
            #expect(abs(posterior.current * precision * (1 - alpha) / alpha.squareRoot() - 1) < 1e-9)
            #expect(abs(posterior.image * precision * (1 - before) / before.squareRoot() - 1) < 1e-9)
        }
    }
}
