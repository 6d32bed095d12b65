import Foundation

/// Real data beside the project, where there are any: tests that need them are skipped elsewhere.
public enum RealData {
    /// The folder of MNIST's files: that which the environment variable `GANNET_MNIST` names, or the one beside the project.
    public static let mnist: String? = {
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let beside = project.deletingLastPathComponent().appendingPathComponent("shared/data/mnist").path
        let path = ProcessInfo.processInfo.environment["GANNET_MNIST"] ?? beside
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// Why a test of MNIST is skipped.
    public static let needsMNIST = "MNIST is not there: name its folder by GANNET_MNIST."
}
