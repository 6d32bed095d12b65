extension Kernel {
    /// A program that is run again and again, each time on the states that the time before has left.
    ///
    /// The body's inputs are, in order: the index (`int32`, one element), the states, one row of each scanned
    /// input, the captured inputs. Its outputs are the next states, then one row for each collected output. In
    /// iteration t the index, and the number of the rows, is t, or count − 1 − t when ``isReversed``.
    ///
    /// The kernel's inputs are, in order: the initial states, the scanned inputs [count, …row], the captured
    /// inputs. Its outputs are those that ``State`` and ``collected`` name.
    public struct Loop: Hashable, Sendable {
        /// A carried value.
        public struct State: Hashable, Sendable {
            /// The kernel output that takes the state after the last iteration, if it is wanted.
            public var final: Int?
            /// The kernel output [count, …state] whose row i takes the state at the start of the iteration with
            /// index i, if it is wanted.
            public var history: Int?

            /// Creates a state.
            public init(final: Int? = nil, history: Int? = nil) {
                self.final = final
                self.history = history
            }
        }

        /// The number of iterations; with none, the final states are the initial ones.
        public var count: Int
        /// Whether the index runs down.
        public var isReversed: Bool
        /// What is run.
        public var body: Program
        /// The carried values.
        public var states: [State]
        /// The number of scanned inputs.
        public var scannedCount: Int
        /// For each row that the body puts out, the kernel output [count, …row] that takes it, if it is wanted.
        public var collected: [Int?]

        /// Creates a loop.
        public init(
            count: Int, isReversed: Bool, body: Program, states: [State], scannedCount: Int, collected: [Int?]
        ) {
            self.count = count
            self.isReversed = isReversed
            self.body = body
            self.states = states
            self.scannedCount = scannedCount
            self.collected = collected
        }
    }
}
