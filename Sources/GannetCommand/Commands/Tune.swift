import ArgumentParser
import Gannet

/// `gannet tune`.
struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds the fastest kernels for an OpenCL device.",
        discussion: """
            Nobody has to: what is built in suits most devices. Tuning times, for each matrix product and convolution in \
            the training of the models at their usual sizes, ways to cut it into tiles, checks the values of each, and \
            keeps those that are clearly faster than what is built in for this device and driver, in \
            $XDG_CACHE_HOME/gannet/tuning. Training and sampling use them from then on, and config.json says so; \
            GANNET_TILES=built-in makes them not to.

            Leave the machine alone meanwhile. Ctrl-C stops; what was found before that is kept.

            Examples:

              gannet tune
              gannet tune --device opencl:1
            """)

    @OptionGroup var device: DeviceOption

    @OptionGroup var json: JSONOption

    func run() throws {
        let interruption = Interruption("Stopping after this kernel; once more stops at once.")
        // Of all devices only those have something to choose.
        let device = try device.name == nil ? tunableDevice() : device.device()
        let tuning = try DeviceTuning(of: device)
        for kind in KnownModels.all where !kind.needsRun { try record(kind, for: tuning) }
        Console.note("Tuning \(device).")
        var findings: [DeviceTuning.Finding] = []
        let isComplete = try tuning.run(
            stop: interruption.stop,
            starting: { Console.show("\($0) of \($1): \($2)") },
            report: { finding in
                findings.append(finding)
                for sentence in finding.rejections { Console.note("\(sentence).") }
                Console.note(Self.line(finding))
            })
        if json.isAsked {
            print(report(findings, tuning))
        } else {
            print(summary(findings, tuning))
        }
        if !isComplete {
            Console.note(
                "Stopped after \(findings.count) problems; what was found is kept. gannet tune begins anew.")
            throw ExitCode.stopped
        }
    }

    /// The default device, or where that is the processor, the best OpenCL device.
    private func tunableDevice() throws -> Device { Device.default.tiles == nil ? try .opencl() : .default }

    /// Makes a model of a kind go through a step of training, and draw, on nothing.
    private func record<Configuration: ModelConfiguration>(
        _: Configuration.Type, for tuning: DeviceTuning
    ) throws {
        let defaults = Configuration.defaults
        let data = Configuration.Data.blank(defaults.batchSize)
        let configuration = try Configuration(for: data, try Configuration.Options.parse([]))
        let optimizer = try OptimizerSettings(
            try OptimizerOptions.parse([]), learningRate: defaults.learningRate, rule: defaults.optimizer,
            decays: defaults.decays, saved: [:])
        try tuning.record { device in
            let model = configuration.model(seed: 0)
            let procedure = configuration.procedure(for: model, by: optimizer)
            let batch = try data.training.batch(at: Array(0..<defaults.batchSize))
            var noise = RandomStream(seed: 0)
            _ = try Tensor.evaluate(try procedure.step(batch, noise: &noise), on: device)
            if defaults.sampleCount > 0, let model = model as? any GenerativeModel {
                _ = try model.samples(defaults.sampleCount, seed: 0).evaluated(on: device)
            }
        }
    }

    private static func line(_ finding: DeviceTuning.Finding) -> String {
        func time(_ seconds: Double) -> String {
            seconds < 1e-3
                ? Format.number(seconds * 1e6, digits: 1) + " µs"
                : Format.number(seconds * 1e3, digits: 2) + " ms"
        }
        guard let best = finding.bestSeconds else { return "\(finding.problem): no tile gives right values" }
        guard let tile = finding.tile else { return "\(finding.problem): \(time(best)), as built in" }
        let before = finding.builtInSeconds.map(time) ?? "wrong as built in"
        return "\(finding.problem): \(time(best)), was \(before), with \(tile)"
    }

    private func summary(_ findings: [DeviceTuning.Finding], _ tuning: DeviceTuning) -> String {
        let found = findings.filter { $0.tile != nil }
        let before = findings.compactMap(\.builtInSeconds).reduce(0, +)
        let after = findings.compactMap(\.bestSeconds).reduce(0, +)
        let ratio = after > 0 ? Format.number(before / after, digits: 2) : "1"
        return
            "\(found.count) of \(findings.count) problems have faster tiles; all together run \(ratio) times as fast. "
            + "They are in \(tuning.path) (\(tuning.tiles))."
    }

    private func report(_ findings: [DeviceTuning.Finding], _ tuning: DeviceTuning) -> JSON {
        [
            "device": .string(tuning.device.description), "file": .string(tuning.path),
            "tiles": .string(tuning.tiles),
            "problems": .array(
                findings.map { finding in
                    [
                        "problem": .string(finding.problem), "timed": .integer(finding.timed),
                        "builtInSeconds": finding.builtInSeconds.map { .number($0) } ?? .null,
                        "bestSeconds": finding.bestSeconds.map { .number($0) } ?? .null,
                        "tile": finding.tile.map { .string($0) } ?? .null,
                        "rejections": .array(finding.rejections.map { .string($0) }),
                    ]
                }),
        ]
    }
}
