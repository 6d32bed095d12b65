import GannetCompiler
import GannetGraph

/// Times the tiles that a problem could be solved with on one device, and checks the values of each.
///
/// The operands are small integers, so that sums are whole numbers that `float32` holds exactly: a value is wrong
/// where it is not nearest to the right one, whatever the order of the sum and however products are transformed.
public struct TileTuner {
    /// A tile that is not to be used, and why.
    public struct Rejection: Sendable {
        /// The tile; nil for the built-in choice.
        public var tile: Tile?
        /// A part of a sentence: "gives wrong values".
        public var reason: String
    }

    /// What was found out about a problem.
    public struct Measurement: Sendable {
        /// The problem.
        public var problem: TileProblem
        /// How long the built-in choice takes; nil where it is wrong or fails.
        public var builtInSeconds: Double?
        /// The tile to use; nil where the built-in choice is best, or nothing is right.
        public var tile: Tile?
        /// How long ``tile`` takes, or the built-in choice where that is best; nil where nothing is right.
        public var bestSeconds: Double?
        /// How many kernels were timed.
        public var timed = 0
        /// What was rejected.
        public var rejections: [Rejection] = []
    }

    private let backend: OpenCLBackend
    private let reference: any Backend

    /// A tile must take less than this part of the built-in choice's time: what differs by less may be chance.
    private static let gain = 0.97

    /// Prepares to tune a device.
    ///
    /// - Parameters:
    ///   - backend: The device, in one style of kernels. Its own table of tiles plays no part.
    ///   - reference: Says which values are right.
    public init(_ backend: OpenCLBackend, reference: any Backend) {
        self.backend = backend
        self.reference = reference
    }

    /// Times the built-in choice and all candidates.
    ///
    /// - Parameter isStopped: Asked before each candidate whether to give up.
    /// - Returns: What was found; nil when it was given up.
    /// - Throws: ``DeviceError`` where the device cannot hold the problem, or fails with the built-in choice and with
    ///   every candidate.
    public func measure(
        _ problem: TileProblem, isStopped: () -> Bool = { false }
    ) throws(DeviceError) -> Measurement? {
        let trial = try TileTrial(problem, on: backend, reference: reference)
        var result = Measurement(problem: problem)
        var texts: Set<String> = []
        var failure: DeviceError?
        var builtIn: (executable: any Executable, seconds: Double)?
        var best: (tile: Tile, executable: any Executable, seconds: Double)?

        func attempt(_ tile: Tile?) {
            let program = trial.program
            let target = target(tile.map { [problem.description: $0] } ?? [:])
            // What prints the same kernels is the same choice.
            guard texts.insert(ProgramSource(program, target: target).text).inserted else { return }
            do throws(DeviceError) {
                let executable = try OpenCLExecutable(program, target: target, context: backend.context)
                if let reason = try trial.fault(of: executable) {
                    result.rejections.append(Rejection(tile: tile, reason: reason))
                    return
                }
                let limit = best?.seconds ?? builtIn?.seconds ?? .infinity
                let seconds = try trial.seconds(executable, givingUpAbove: 1.2 * limit)
                result.timed += 1
                if let tile {
                    if seconds < best?.seconds ?? .infinity { best = (tile, executable, seconds) }
                } else {
                    builtIn = (executable, seconds)
                }
            } catch {
                failure = failure ?? error
                result.rejections.append(Rejection(tile: tile, reason: "fails: \(error.message)"))
            }
        }

        attempt(nil)
        for stage in TileStage.all(backend.style) {
            let isBetter = best?.seconds ?? .infinity < builtIn?.seconds ?? .infinity
            for tile in candidates(stage, after: isBetter ? best?.tile : nil, problem) {
                if isStopped() { return nil }
                attempt(tile)
            }
        }
        if builtIn == nil, best == nil, let failure { throw failure }
        result.builtInSeconds = builtIn?.seconds
        result.bestSeconds = builtIn?.seconds
        guard let best else { return result }
        guard let builtIn else {
            (result.tile, result.bestSeconds) = (best.tile, best.seconds)
            return result
        }
        if best.seconds >= Self.gain * builtIn.seconds { return result }
        // In turns, so that what else the machine does hits both alike; by chance hardly anything wins all of them.
        var (old, new) = (builtIn.seconds, best.seconds)
        for _ in 0..<3 {
            let seconds = (try trial.seconds(builtIn.executable), try trial.seconds(best.executable))
            (old, new) = (min(old, seconds.0), min(new, seconds.1))
            if seconds.1 >= Self.gain * seconds.0 { return result }
        }
        if new >= Self.gain * old { return result }
        (result.builtInSeconds, result.tile, result.bestSeconds) = (old, best.tile, new)
        return result
    }

    /// Whether any candidate makes other kernels than the built-in choice.
    public func hasChoice(_ problem: TileProblem) -> Bool {
        let program = problem.program
        func text(_ entries: [String: Tile]) -> String {
            ProgramSource(program, target: target(entries)).text
        }
        let builtIn = text([:])
        return TileStage.all(backend.style).contains { stage in
            candidates(stage, after: nil, problem).contains { text([problem.description: $0]) != builtIn }
        }
    }

    private func candidates(_ stage: TileStage, after best: Tile?, _ problem: TileProblem) -> [Tile] {
        stage.tiles(after: best, columns: problem.columns).filter {
            if case .group(let tile) = $0.sizes { backend.target.canRun(tile) } else { true }
        }
    }

    /// What kernels are printed for with the given entries alone.
    private func target(_ entries: [String: Tile]) -> KernelTarget {
        var target = backend.target
        target.tiles = TileTable(entries: entries)
        return target
    }
}
