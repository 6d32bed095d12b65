import GannetGraph

// What becomes of a run in which something is not finite.

extension TrainingRun {
    /// The error of a run in which a value that is not finite turned up after step `last`. Afterwards the model, the
    /// optimizers and the run stand before the step that made it.
    ///
    /// The steps since `start` are made again, one by one, which gives the same values; in the one after which a loss,
    /// a weight or a moment is not finite the cause is looked for.
    ///
    /// - Parameter event: What happened, as the beginning of a sentence.
    func failure(
        at last: Int, because event: String, goingBackTo start: TrainingState?
    ) throws -> TrainingError {
        guard let start else { return TrainingError(.notFinite, event + ".") }
        try restore(start)
        while step < last {
            let before = state
            let next = step + 1
            let losses = try makeStep().map { tensor throws(DeviceError) in try tensor.scalar(on: device) }
            let loss = losses.first { !$0.isFinite }
            let weight = try state.firstNonFinite()
            guard let bad = loss ?? weight?.value else { continue }
            let name = loss == nil ? weight?.name ?? "" : "The loss"
            try restore(before)
            let cause = try inspectStep()
            try restore(before)
            return TrainingError(
                .notFinite,
                "\(name) became \(bad.isNaN ? "NaN" : "infinite") in step \(next): \(cause). \(remedy(step: next))"
            )
        }
        return TrainingError(
            .notFinite,
            "\(event), and not when the step was made again: the data or the device do not give the same twice."
        )
    }

    /// Makes one step, without the records of a run.
    private func makeStep() throws -> [Tensor] {
        let epoch = order.epoch
        let batch = try data.batch(at: order.next(), epoch: epoch)
        let losses = try procedure.step(batch, noise: &noise)
        step += 1
        return losses
    }

    /// Makes one step, looking into its updates, and gives the cause of what is not finite in it.
    private func inspectStep() throws -> String {
        do {
            try StepInspection.$current.withValue(try StepInspection(of: model, on: device)) {
                _ = try makeStep()
            }
        } catch let cause as StepInspection.Cause {
            return cause.description
        }
        let rate =
            procedure.optimizers.first.map { " with the learning rate \($0.optimizer.learningRate)" } ?? ""
        return "the loss and its gradients are finite, and the optimizer's update\(rate) is not"
    }

    private func remedy(step: Int) -> String {
        let begin = folder.holdsCheckpoint ? "Resume from the last checkpoint" : "Start anew"
        return
            "The model is as it was before that step, and nothing of it was saved. \(begin) with a lower learning rate."
    }
}
