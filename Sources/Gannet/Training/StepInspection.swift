import GannetCPU
import GannetCompiler
import GannetGraph

/// Looks into the updates of a step in which something that is not finite was made.
///
/// While one is current, optimizers show it each loss before they make the update; where it finds the cause it throws
/// it, and the update is not made.
final class StepInspection: Sendable {
    /// The cause, as a sentence's part.
    struct Cause: Error {
        let description: String
    }

    @TaskLocal static var current: StepInspection?

    private let parameters: @Sendable () -> [NamedParameter]
    private let backends: [any Backend]

    /// Creates an inspection of a model's training.
    ///
    /// Nodes are computed by the processor, which has no kernels to compile, and only where all is finite there, on the
    /// run's own device.
    init(of model: some Module, on device: Device) throws {
        parameters = { model.allParameters }
        let own = try device.evaluator().backend
        let processor = try Device.cpu.evaluator().backend
        backends = own is CPUBackend ? [own] : [processor, own]
    }

    /// Throws the cause where the loss, its gradients or the new values of buffers are not finite.
    func examine(_ loss: Tensor, updating updated: [NamedParameter], tracking buffers: [Tensor]) throws {
        let parameters = parameters()
        for backend in backends {
            let search = NonFiniteSearch(on: backend)
            if let finding = try search.finding(in: [loss] + buffers) {
                throw Cause(description: finding.description(parameters))
            }
            let gradients = gradients(of: loss, withRespectTo: updated.map(\.parameter.value))
            if let finding = try search.finding(in: gradients) {
                throw Cause(description: "in the gradient " + finding.description(parameters))
            }
        }
    }
}
