import Foundation
import Gannet
import GannetCompiler
import GannetModels
import GannetOpenCL

// Measures, in a process of its own, what training steps cost besides their kernels, and prints it as JSON. The model
// is so small that its kernels take next to no time; its graph is that of a large one. With "options" as the second
// argument, gradients are clipped, averages kept, and the learning rate follows a schedule.

let device =
    CommandLine.arguments.count > 1 ? try Device.named(CommandLine.arguments[1]) : Device.cpu(threads: 1)
let model = VAE(pixels: 4, hidden: [4], latents: 2)
let images = Tensor([0.1, 0.9, 0.4, 0.6] as [Float], shape: [1, 2, 2, 1])
let optimizer =
    CommandLine.arguments.dropFirst(2).first == "options"
    ? Adam(
        for: model, learningRate: 1e-3,
        options: UpdateOptions(
            schedule: .cosine(over: 2000).warmedUp(over: 10), clipping: .norm(1),
            averaging: WeightAverage(decay: 0.999)))
    : Adam(for: model, learningRate: 1e-3)

@MainActor func step() throws {
    optimizer.learningRate *= 0.999
    let loss = try optimizer.update(minimizing: -model.evidenceLowerBound(images).mean(), on: device)
    _ = try loss.scalar(on: device)
}

/// The process's resident memory; 0 where the system does not tell it in /proc.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
        ?? 0
}

/// How often the device was asked for memory; 0 where it works in the host's.
@MainActor func deviceAllocations() throws -> Int {
    (try device.evaluator().backend as? OpenCLBackend)?.poolStatistics.allocations ?? 0
}

for _ in 0..<3 { try step() }
let pool = HostMemoryPool.shared.statistics
let devicePool = try deviceAllocations()
for _ in 0..<97 { try step() }
let resident = residentBytes()
var medians: [Double] = []
for _ in 0..<10 {
    var seconds: [Double] = []
    for _ in 0..<100 {
        let start = ContinuousClock.now
        try step()
        seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    medians.append(seconds.sorted()[50])
}
let figures: [String: Double] = [
    "compilations": Double(try device.evaluator().compilationCount),
    "poolAllocations": Double(HostMemoryPool.shared.statistics.systemAllocations - pool.systemAllocations),
    "deviceAllocations": Double(try deviceAllocations() - devicePool),
    "residentGrowth": Double(residentBytes() - resident),
    "millisecondsPerStep": (medians.min() ?? 0) * 1e3,
]
print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
