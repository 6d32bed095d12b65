/// Which taps of a convolution's filters are used, and at each tap which groups of channels see which.
///
/// The channels of the images are cut into ``inputGroups`` runs of equal length, those of the results into
/// ``outputGroups``. What is masked takes no time, forward or backward, and has a gradient of exactly 0.
public struct ConvolutionMask: Hashable, Sendable {
    /// The rows of taps.
    public let height: Int
    /// The columns of taps.
    public let width: Int
    /// The number of groups of the images' channels.
    public let inputGroups: Int
    /// The number of groups of the results' channels.
    public let outputGroups: Int
    /// For each tap, input group and output group, in row-major order, whether the output sees the input there.
    public let keeps: [Bool]

    /// Creates a mask from a rule.
    public init(
        height: Int, width: Int, inputGroups: Int = 1, outputGroups: Int = 1, file: StaticString = #fileID,
        line: UInt = #line,
        keeping rule: (_ row: Int, _ column: Int, _ inputGroup: Int, _ outputGroup: Int) -> Bool
    ) {
        if height < 1 || width < 1 || inputGroups < 1 || outputGroups < 1 {
            invalidUse(
                "ConvolutionMask",
                "\(height) × \(width) taps, \(inputGroups) and \(outputGroups) groups: all must be at least 1",
                file: file, line: line)
        }
        self.height = height
        self.width = width
        self.inputGroups = inputGroups
        self.outputGroups = outputGroups
        var keeps: [Bool] = []
        for row in 0..<height {
            for column in 0..<width {
                for input in 0..<inputGroups {
                    for output in 0..<outputGroups { keeps.append(rule(row, column, input, output)) }
                }
            }
        }
        self.keeps = keeps
    }

    /// Whether `outputGroup` sees `inputGroup` at a tap.
    public func keeps(row: Int, column: Int, inputGroup: Int, outputGroup: Int) -> Bool {
        keeps[((row * width + column) * inputGroups + inputGroup) * outputGroups + outputGroup]
    }
}
