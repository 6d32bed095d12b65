import GannetGraph

extension Kernel {
    /// One step of a diffusion process, in one pass; see ``GannetGraph/NoiseStep`` for what it computes.
    ///
    /// Kernel input 0 holds x, [``batch``, ``count``]; then come, as the step has them, the prediction m of the
    /// same shape, the coefficients [batch, columns], and the key of the noise, four `uint32`. Output 0 is y; it
    /// may take the place of x or m. The noise of element i of the whole batch is the standard normal number
    /// (``GannetGraph/NormalTransform``) of word i of the key's stream (``GannetGraph/Philox``), to the bit.
    public struct NoiseStep: Hashable, Sendable {
        /// What is computed.
        public var step: GannetGraph.NoiseStep
        /// The number of images, which have coefficients of their own.
        public var batch: Int
        /// The elements of one image.
        public var count: Int

        /// Creates a step.
        public init(step: GannetGraph.NoiseStep, batch: Int, count: Int) {
            self.step = step
            self.batch = batch
            self.count = count
        }
    }
}
