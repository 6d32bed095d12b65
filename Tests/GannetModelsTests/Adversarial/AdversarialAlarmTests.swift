import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// What tells while two networks are trained that it goes wrong.
@Suite("Alarms of adversarial trainings")
struct AdversarialAlarmTests {
    private func run(
        _ folder: String, _ objective: AdversarialObjective, learningRates: (Float, Float), k: Int,
        steps: Int,
        resuming: Bool = false
    ) throws -> TrainingRun<PerceptronGAN> {
        let model = PerceptronGAN(
            imageShape: [1, 2, 1], hidden: [64, 64], latents: 2, objective: objective, seed: 3)
        let options = UpdateOptions(measuresGradients: true)
        let training = AdversarialTraining(
            of: model,
            generator: Adam(
                for: model.generator, learningRate: learningRates.0, beta1: 0.5, options: options),
            discriminator: Adam(
                for: model.discriminator, learningRate: learningRates.1, beta1: 0.5, options: options),
            discriminatorSteps: k)
        return try TrainingRun(
            of: model, by: training, on: PlanePoints(modes: .ring, count: 1024),
            plan: TrainingPlan(
                length: .steps(steps), batchSize: 128 * k, evaluationInterval: 100, diversityCount: 128),
            folder: RunFolder(folder), resuming: resuming, device: .cpu)
    }

    @Test("A plain GAN with too strong a discriminator collapses, and the alarms say so")
    func tooStrongADiscriminator() throws {
        try withTemporaryFolder { folder in
            var told: [String: String] = [:]
            let run = try run(
                folder + "/run", AdversarialObjective(.minimax), learningRates: (1e-5, 2e-3), k: 5, steps: 400
            )
            try run.run { if case .alarmed(_, let change) = $0 { told[change.name] = change.text } }
            #expect(told["collapse"]?.contains("nearly the same") == true, "\(told)")
            #expect(told["lostClasses"]?.contains("class") == true, "\(told)")
            #expect(told["sureDiscriminator"]?.contains("guessing gives 1.39") == true, "\(told)")
            let lines = try String(contentsOfFile: run.folder.metricsPath, encoding: .utf8)
                .split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(lines.contains { $0["alarm"] == "collapse" && $0["isRaised"] == true })
            for name in ["generator.gradientNorm", "discriminator.gradientNorm"] {
                #expect(lines.compactMap { $0[name]?.doubleValue }.count == 400)
            }
            #expect(lines.compactMap { $0["diversity"]?.doubleValue }.count == 4)
            for path in [run.folder.gradientsPath, run.folder.diversityPath] {
                let svg = try String(contentsOfFile: path, encoding: .utf8)
                #expect(svg.contains("<polyline") && !svg.contains("nan"))
            }
        }
    }

    @Test("What goes well rings no alarm")
    func aHealthyTraining() throws {
        try withTemporaryFolder { folder in
            let run = try run(
                folder + "/run",
                AdversarialObjective(.wasserstein, penalties: [.gradient(weight: 0.1)]),
                learningRates: (1e-3, 1e-3), k: 5, steps: 1200)
            var (on, collapsed): ([String: String], Int?) = ([:], nil)
            try run.run {
                guard case .alarmed(let step, let change) = $0 else { return }
                on[change.name] = change.text
                if change.name == "collapse", change.text != nil { collapsed = step }
            }
            #expect(on.isEmpty, "\(on)")
            // At first the points lie in the middle, all alike.
            #expect(collapsed.map { $0 <= 200 } ?? true, "\(collapsed ?? 0)")
        }
    }

    @Test("A resumed run has the alarms and numbers of an unbroken one")
    func resumed() throws {
        try withTemporaryFolder { folder in
            let objective = AdversarialObjective(.minimax)
            func part(_ name: String, stoppingAfter limit: Int? = nil) throws -> Int {
                let stop = StopRequest()
                return try run(
                    folder + "/" + name, objective, learningRates: (1e-4, 2e-3), k: 1, steps: 430,
                    resuming: true
                ).run(stop: stop) {
                    if case .progressed(let progress) = $0, let limit, progress.step >= limit {
                        stop.request()
                    }
                }.step
            }
            #expect(try part("whole") == 430)
            for limit in [40, 130, 260] {
                #expect(try (limit..<430).contains(part("parts", stoppingAfter: limit)))
            }
            #expect(try part("parts") == 430)
            func lines(_ name: String) throws -> [Substring] {
                try String(contentsOfFile: folder + "/\(name)/metrics.jsonl", encoding: .utf8)
                    .split(separator: "\n")
            }
            let whole = try lines("whole")
            #expect(try lines("parts") == whole)
            #expect(whole.contains { $0.contains("\"alarm\":") && $0.contains("\"isRaised\":true") })
            #expect(
                FileManager.default.contents(atPath: folder + "/parts/checkpoint.safetensors")
                    == FileManager.default.contents(atPath: folder + "/whole/checkpoint.safetensors"))
        }
    }

    @Test func whenADiscriminatorIsSure() {
        /// Where the alarm is raised, and where it is over.
        func bounds(_ objective: AdversarialObjective) -> (Double, Double)? {
            let model = PerceptronGAN(imageShape: [1, 2, 1], hidden: [4], latents: 2, objective: objective)
            guard case .below(let bound, let end)? = model.alarms.first?.trouble else { return nil }
            return (bound, end)
        }
        func check(_ objective: AdversarialObjective, sure: Double, guessing: Double) {
            let found = bounds(objective)!
            #expect(abs(found.0 - (sure + 0.05 * (guessing - sure))) < 1e-6)
            #expect(abs(found.1 - (sure + 0.1 * (guessing - sure))) < 1e-6)
        }
        func entropy(_ p: Double) -> Double { -p * log(p) - (1 - p) * log(1 - p) }
        check(AdversarialObjective(), sure: 0, guessing: 2 * log(2))
        check(AdversarialObjective(.leastSquares), sure: 0, guessing: 0.25)
        check(AdversarialObjective(.hinge), sure: 0, guessing: 2)
        check(AdversarialObjective(smoothing: 0.2), sure: entropy(0.8), guessing: 2 * entropy(0.4))
        check(AdversarialObjective(flipping: 0.1), sure: 2 * entropy(0.1), guessing: 2 * log(2))
        check(AdversarialObjective(.leastSquares, flipping: 0.1), sure: 0.09, guessing: 0.25)
        // These lose by more than being wrong, or cannot be told from guessing.
        #expect(bounds(AdversarialObjective(.wasserstein)) == nil)
        #expect(bounds(AdversarialObjective(penalties: [.r1(weight: 1)])) == nil)
        #expect(bounds(AdversarialObjective(drift: 0.1)) == nil)
        #expect(bounds(AdversarialObjective(flipping: 0.5)) == nil)
        let telling = DCGAN(imageShape: [8, 8, 1], features: 2, classes: 3, tellsClasses: true)
        #expect(telling.alarms.isEmpty)
    }
}
