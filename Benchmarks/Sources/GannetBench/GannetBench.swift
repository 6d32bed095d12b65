import ArgumentParser

/// The benchmark tool.
@main
struct GannetBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gannet-bench",
        abstract:
            "Measures Gannet's operations and training steps on a device, against what the device can do.",
        discussion: """
            Each measurement prints the median and the least time, operations and bytes a second, and the fraction \
            that this is of the roofline, the least time that the device's arithmetic or its memory allows. The \
            roofline is measured on the device first. Bytes are those that must be moved: each operand read once, \
            each result written once.

              gannet-bench matmul --m 1024 --n 1024 --k 1024 --device cpu
              gannet-bench all --device opencl --json
            """,
        subcommands: [
            Matmul.self, Convolution.self, MaskedConvolution.self, Noise.self, Normal.self, Elementwise.self,
            Step.self, Draw.self, Profile.self, RooflineCommand.self, All.self,
            Probe.self, ConformanceCommand.self, Collect.self,
        ])
}
