import Foundation
import Gannet
import GannetTestSupport
import Testing

/// Networks that were made in PyTorch, and their weights, from `Fixtures/torch_networks.py`.
@Suite("Weights from PyTorch and for it")
struct PyTorchFileTests {
    private struct Golden: Decodable {
        struct Network: Decodable {
            let input: TorchGolden.Array
            let output: TorchGolden.Array
        }

        let networks: [String: Network]
        static let shared: Golden = readFixture("torch_networks.json")
    }

    private static let weights = fixturePath("torch_networks.safetensors")

    private func loaded() throws -> (Pictures, Sequences) {
        let (pictures, sequences) = (Pictures(), Sequences())
        let first = try pictures.loadPyTorch(from: Self.weights, prefix: "pictures.")
        #expect(first.loaded.count == 17 && first.missing.isEmpty && first.unused.isEmpty)
        try sequences.loadPyTorch(
            from: Self.weights, prefix: "sequences.", naming: Sequences.torchName)
        return (pictures, sequences)
    }

    private func check(_ output: Tensor, _ name: String, on device: Device) throws {
        let actual = try ReferenceEvaluator().values(of: [output.evaluated(on: device)])[0]
        let expected = Golden.shared.networks[name]!.output.expected
        #expect(Tolerance.absolute(1e-5).failure(actual, expected: expected) == nil)
    }

    @Test("Networks give the outputs that they gave in PyTorch, to 1e-5", arguments: TestDevices.all)
    func outputs(device: Device) throws {
        let (pictures, sequences) = try loaded()
        try check(pictures(Golden.shared.networks["pictures"]!.input.tensor), "pictures", on: device)
        try check(sequences(Golden.shared.networks["sequences"]!.input.tensor), "sequences", on: device)
    }

    private func write(to path: String) throws {
        let (pictures, sequences) = try loaded()
        var tensors = try pictures.pyTorchTensors(prefix: "pictures.")
        tensors.merge(
            try sequences.pyTorchTensors(prefix: "sequences.", naming: Sequences.torchName)
        ) { first, _ in first }
        try Checkpoint(tensors: tensors, metadata: ["format": "pt"]).write(to: path)
    }

    @Test("What is written has PyTorch's bytes, but for an LSTM's two biases, which are added")
    func roundTrip() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/exported.safetensors"
            try write(to: path)
            let written = try Checkpoint(contentsOf: path).tensors
            let original = try Checkpoint(contentsOf: Self.weights).tensors
            #expect(
                Set(original.keys).symmetricDifference(written.keys) == [
                    "pictures.body.1.num_batches_tracked"
                ])
            for (name, tensor) in written {
                let bytes = try tensor.withBytes(on: .cpu) { Array($0) }
                let expected = try original[name]!.withBytes(on: .cpu) { Array($0) }
                let isSum = name.contains("lstm.bias_") || name.contains("cells.0.bias_")
                #expect(tensor.shape == original[name]!.shape && (bytes == expected) != isSum, "\(name)")
            }
            // Written and read again nothing changes any more.
            let again = Sequences()
            try again.loadPyTorch(from: path, prefix: "sequences.", naming: Sequences.torchName)
            try check(again(Golden.shared.networks["sequences"]!.input.tensor), "sequences", on: .cpu)
            let (pictures, other) = (Pictures(), Pictures())
            try pictures.savePyTorch(to: folder + "/pictures.safetensors")
            try other.loadPyTorch(from: folder + "/pictures.safetensors")
            #expect(
                try zip(pictures.allParameters, other.allParameters).allSatisfy { a, b in
                    try a.parameter.value.array(of: Float.self, on: .cpu)
                        == b.parameter.value.array(of: Float.self, on: .cpu)
                })
        }
    }

    /// `GANNET_TORCH_PYTHON` names a Python with torch and safetensors.
    @Test(
        "PyTorch reads what is written, and makes the same of it",
        .enabled(
            if: ProcessInfo.processInfo.environment["GANNET_TORCH_PYTHON"] != nil,
            "set GANNET_TORCH_PYTHON to a Python that has torch and safetensors"))
    func torchReads() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/exported.safetensors"
            try write(to: path)
            let process = Process()
            process.executableURL = URL(
                fileURLWithPath: ProcessInfo.processInfo.environment["GANNET_TORCH_PYTHON"]!)
            process.arguments = [fixturePath("torch_networks.py"), "--check", path]
            let output = Pipe()
            (process.standardOutput, process.standardError) = (output, output)
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(text)")
            print(text)
        }
    }

    @Test func whatDoesNotFitIsRefusedInOneSentence() throws {
        let sequences = Sequences()
        #expect(throws: CheckpointError.self) {
            try sequences.loadPyTorch(from: Self.weights, prefix: "sequences.")
        }
        let report = try sequences.loadPyTorch(from: Self.weights, prefix: "sequences.", isStrict: false)
        #expect(report.missing.count == 10 && report.unused.count == 10)
        do {
            try sequences.loadPyTorch(from: Self.weights, prefix: "sequences.") { _ in "embedding.weight" }
            Issue.record("a matrix was loaded where it does not fit")
        } catch {
            #expect("\(error)".contains("\"sequences.embedding.weight\" is float32 [11, 8]"))
        }
    }
}
