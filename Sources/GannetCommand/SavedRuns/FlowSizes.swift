import GannetModels

/// How large a flow is.
struct FlowSizes: Hashable {
    static let levelCounts = 1...16
    static let depths = 1...1000
    static let featureCounts = 1...4096

    var levels: Int
    var depth: Int
    var features: Int
    /// α of ``LogitPixels``.
    var alpha: Float = 1e-6

    static func isSound(alpha: Float) -> Bool { alpha > 0 && alpha < 0.5 }

    var pixels: LogitPixels { LogitPixels(alpha: alpha) }
}
