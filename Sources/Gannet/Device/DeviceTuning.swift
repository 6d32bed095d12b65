import GannetCompiler
import GannetGraph
import GannetOpenCL

/// Finds the tiles with which kernels run fastest on an OpenCL device, and keeps them for the processes to come.
///
/// ```swift
/// let tuning = try DeviceTuning(of: .opencl())
/// try tuning.record { device in try model.loss(batch, noise: &noise).scalar(on: device) }
/// try tuning.run { finding in print(finding.problem, finding.bestSeconds ?? 0) }
/// ```
///
/// Models and runs that are under way keep the tiles that they have: what was found is used by devices opened later, in
/// other processes.
public final class DeviceTuning {
    /// What was found out about a problem.
    public struct Finding: Sendable {
        /// The problem: "convolution 64×28×28×64 to …".
        public let problem: String
        /// How long the built-in choice takes; nil where it fails or gives wrong values.
        public let builtInSeconds: Double?
        /// How long the best takes; nil where no tile is right.
        public let bestSeconds: Double?
        /// The tile to use: "12 rows, 32 columns"; nil where the built-in choice stays.
        public let tile: String?
        /// How many kernels were timed.
        public let timed: Int
        /// Tiles that fail or give wrong values, and how, as sentences.
        public let rejections: [String]
    }

    /// The device that is tuned.
    public let device: Device
    /// The file that keeps what is found.
    public let path: String

    private let backend: OpenCLBackend
    private let file: TileFile
    private let recorder: ProgramRecorder
    private let leastMultiplyAdds: Int

    /// Prepares to tune a device.
    ///
    /// - Parameters:
    ///   - device: An OpenCL device.
    ///   - leastMultiplyAdds: Smaller problems are left alone: little of a step goes there.
    /// - Throws: ``DeviceError`` where there is no tile to choose on the device, or no place to keep one.
    public init(of device: Device, leastMultiplyAdds: Int = 40_000_000) throws(DeviceError) {
        let evaluator = try device.evaluator()
        guard let backend = evaluator.backend as? OpenCLBackend else {
            throw DeviceError(
                .unavailable,
                "The device \(evaluator.backend.name) needs no tuning, only OpenCL devices do: name one by --device "
                    + "(`gannet devices` lists them).")
        }
        guard let file = TileFile(device: backend.device, style: backend.style) else {
            throw DeviceError(
                .unavailable,
                "There is no place to keep what is found: set XDG_CACHE_HOME or HOME to the path of a folder."
            )
        }
        self.device = device
        self.backend = backend
        self.file = file
        path = file.path
        recorder = ProgramRecorder(limits: backend.limits)
        self.leastMultiplyAdds = leastMultiplyAdds
    }

    /// Finds out what `body` would ask of the device, without computing anything: all that it computes on the device it
    /// is given, which is the default device too, is zeros.
    public func record(_ body: (Device) throws -> Void) rethrows {
        let blank = Device(recorder, options: DebugOptions())
        try Device.with(blank) { try body(blank) }
    }

    /// The problems that were recorded and have tiles to choose from, the largest first.
    private var problems: [TileProblem] {
        let tuner = TileTuner(backend, reference: backend)
        return TileProblem.problems(in: recorder.programs).filter {
            $0.multiplyAdds >= leastMultiplyAdds && tuner.hasChoice($0)
        }
    }

    /// Times the tiles for each problem that was recorded, and writes each that is clearly faster than the built-in
    /// choice to the file at once: what was found before a stop is kept.
    ///
    /// - Parameters:
    ///   - stop: Asked before each candidate.
    ///   - starting: Told of each problem beforehand: its number from 1, how many there are, and its name.
    ///   - report: Told of each problem when it is done.
    /// - Returns: Whether all problems were measured.
    /// - Throws: ``DeviceError``, ``FileError``, and what `report` throws.
    @discardableResult
    public func run(
        stop: StopRequest = StopRequest(), starting: (Int, Int, String) -> Void = { _, _, _ in },
        report: (Finding) throws -> Void = { _ in }
    ) throws -> Bool {
        let tuner = TileTuner(backend, reference: try Device.cpu.evaluator().backend)
        let problems = problems
        var table = file.table
        // Written before the first measurement too: a place that cannot be written is an error now, not minutes later.
        try file.write(table)
        for (number, problem) in problems.enumerated() {
            starting(number + 1, problems.count, problem.description)
            guard let measured = try tuner.measure(problem, isStopped: { stop.isRequested }) else {
                return false
            }
            if table.entries[problem.description] != measured.tile {
                table.entries[problem.description] = measured.tile
                try file.write(table)
            }
            try report(Finding(measured))
        }
        return true
    }

    /// The table that the file holds now: "built-in", or "tuned" and a digest.
    public var tiles: String { file.table.title }
}

extension DeviceTuning.Finding {
    fileprivate init(_ measured: TileTuner.Measurement) {
        problem = measured.problem.description
        builtInSeconds = measured.builtInSeconds
        bestSeconds = measured.bestSeconds
        tile = measured.tile?.description
        timed = measured.timed
        rejections = measured.rejections.map {
            "\($0.tile.map { "The tile \($0)" } ?? "The built-in choice") \($0.reason)"
        }
    }
}
