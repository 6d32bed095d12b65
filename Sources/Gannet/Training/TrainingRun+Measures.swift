import GannetGraph

// What a run measures beside its losses: how various samples are, and what rings alarms.

extension TrainingRun {
    /// Notes what becomes of alarms after a step, and tells of it.
    func ring(
        _ alarms: [TrainingAlarm], step: Int, detail: String = "", report: (TrainingEvent) throws -> Void
    ) throws {
        for change in log.ring(alarms, step: step, detail: detail) {
            try report(.alarmed(step: step, change))
        }
    }

    /// Compares samples with examples of the data; the run's state stays as it is.
    func compareSamples(
        of model: some GenerativeModel, _ report: (TrainingEvent) throws -> Void
    ) throws {
        let examples = try comparedExamples.get()
        if examples.count < 2 { return }
        let diversity = try SampleDiversity(
            of: model.samples(plan.diversityCount, seed: plan.seed), beside: examples,
            classCount: data.classCount, on: device)
        log.append(step: step, diversity)
        let lost = (diversity.lostClasses ?? []).map(String.init)
        let list =
            lost.count > 1 ? lost.dropLast().joined(separator: ", ") + " and " + lost.last! : lost.first
        try ring(
            TrainingAlarm.ofDiversity, step: step,
            detail: list.map { "class\(lost.count > 1 ? "es" : "") \($0)" } ?? "", report: report)
    }

    /// Examples to compare samples with: four times as many, so that there are some of each class.
    func chosenExamples() throws -> Batch {
        let order = DataOrder.permutation(count: data.count, seed: plan.seed, epoch: 0)
        return try data.batch(at: Array(order.prefix(4 * plan.diversityCount)))
    }

    /// A dot where each alarm on some of the numbers was raised.
    func alarmMarks(on measures: Set<String>) -> [LinePlot.Series] {
        let alarms = procedure.alarms + procedure.gradientAlarms + TrainingAlarm.ofDiversity
        return alarms.filter { measures.contains($0.measure) }.compactMap { alarm in
            let points = log.alarmChanges.filter { $0.isRaised && $0.name == alarm.name }.compactMap {
                change in
                log.mean(of: alarm.measure, last: alarm.window, upTo: change.step).map {
                    LinePlot.Point(Double(change.step), $0)
                }
            }
            return points.isEmpty
                ? nil : LinePlot.Series("alarm: \(alarm.name)", points, isDotted: true)
        }
    }

    /// Draws the norms of gradients and the diversity of samples, where they are measured, and marks where alarms were raised.
    func plotMeasures() throws {
        let gradients = procedure.gradientNorms.map { ($0.name, log.series[$0.name] ?? []) }
        if !gradients.isEmpty {
            var plot = LinePlot(
                gradients.map { name, values in
                    LinePlot.Series(name.replacing(".gradientNorm", with: ""), LossCurve.binned(values))
                }, xTitle: "step", yTitle: "norm of gradients")
            plot.series += alarmMarks(on: Set(gradients.map(\.0)))
            plot.usesLogarithm = true
            plot.countsX = true
            try plot.write(to: folder.gradientsPath)
        }
        if let ratios = log.series[SampleDiversity.ratioName] {
            var plot = LinePlot(
                [
                    LinePlot.Series(
                        "distance of samples, of data 1", ratios.map { .init(Double($0.step), $0.value) })
                ],
                xTitle: "step", yTitle: "diversity")
            if let lost = log.series[SampleDiversity.lostClassCountName] {
                plot.series.append(
                    LinePlot.Series(
                        "classes lost", lost.map { .init(Double($0.step), $0.value) }, isDotted: true))
            }
            plot.series += alarmMarks(on: [SampleDiversity.ratioName])
            plot.countsX = true
            plot.range = 0...max(1, plot.series.flatMap(\.points).map(\.y).max() ?? 1)
            try plot.write(to: folder.diversityPath)
        }
    }
}
