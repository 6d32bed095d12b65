import ArgumentParser
import Gannet

/// `gannet-bench matmul`.
struct Matmul: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the product of a matrix [m, k] and a matrix [k, n].")

    @Option(help: "The rows of the product.") var m = 1024
    @Option(help: "The columns of the product.") var n = 1024
    @Option(help: "The terms of each sum.") var k = 1024
    @Option(help: "How many products.") var batch = 1
    @Flag(help: "Keep the left matrix as [k, m].") var transposeA = false
    @Flag(help: "Keep the right matrix as [n, k].") var transposeB = false
    @OptionGroup var options: MeasurementOptions

    func validate() throws {
        try require(min(m, n, k, batch) > 0, "--m, --n, --k and --batch must be positive.")
    }

    func workload(on device: Device) throws -> Workload {
        var operands = Operands(on: device)
        let outer = batch == 1 ? [] : [batch]
        let a = try operands.next(Shape(outer + (transposeA ? [k, m] : [m, k])))
        let b = try operands.next(Shape(outer + (transposeB ? [n, k] : [k, n])))
        let marks = (transposeA ? " Aᵀ" : "") + (transposeB ? " Bᵀ" : "")
        return Workload(
            "matmul", shape: (batch == 1 ? "" : "\(batch)×") + "\(m)×\(n)×\(k)\(marks)",
            work: Work(
                operations: 2 * Double(batch * m) * Double(n * k), numbers: batch * (m * k + k * n + m * n)),
            evaluating: [a.matmul(b, transposeA: transposeA, transposeB: transposeB)])
    }
}
