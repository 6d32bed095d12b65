import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// How convolutions are cut into parts: each result belongs to one, and nothing that is masked, or falls between
/// pixels, is computed.
@Suite struct ConvolutionPartsTests {
    private func parts(of tensor: Tensor) -> [ConvolutionPart] {
        let leaves = GraphSignature.of([tensor]).leaves
        let call = Lowering.lower([tensor], leaves: leaves).program.calls[0]
        switch call.kernel {
        case .convolution(let convolution): return convolution.parts
        case .filterGradient(let gradient): return gradient.parts
        default: return []
        }
    }

    private func leaf(_ extents: Int...) -> Tensor {
        Tensor([Float](repeating: 0, count: extents.reduce(1, *)), shape: Shape(extents))
    }

    /// How often each result of [height, width, channels] is in a part.
    private func coverage(_ parts: [ConvolutionPart], _ height: Int, _ width: Int, _ channels: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: height * width * channels)
        for part in parts {
            for row in 0..<part.rows.count {
                for column in 0..<part.columns.count {
                    let (y, x) = (
                        part.rows.first + row * part.rows.step,
                        part.columns.first + column * part.columns.step
                    )
                    for channel in part.channels { counts[(y * width + x) * channels + channel] += 1 }
                }
            }
        }
        return counts
    }

    @Test func aDenseConvolutionIsOnePart() {
        let parts = parts(of: leaf(2, 9, 8, 5).convolved(with: leaf(3, 3, 5, 7), padding: 1))
        #expect(parts.count == 1)
        #expect(parts[0].depth == 45)
        #expect(Set(coverage(parts, 9, 8, 7)) == [1])
    }

    @Test func aMaskDropsItsTaps() {
        let mask = ConvolutionMask(height: 7, width: 7) { row, column, _, _ in
            row < 3 || (row == 3 && column <= 3)
        }
        let parts = parts(of: leaf(1, 28, 28, 64).convolved(with: leaf(7, 7, 64, 64), padding: 3, mask: mask))
        #expect(parts.map(\.taps.count) == [25])
        #expect(parts.map(\.tapChannels) == [64])
    }

    @Test func channelsOfAMaskAreParts() {
        // Red sees red, green red and green, blue all.
        let mask = ConvolutionMask(height: 1, width: 1, inputGroups: 3, outputGroups: 3) {
            _, _, input, output in
            input <= output
        }
        let parts = parts(of: leaf(1, 4, 4, 6).convolved(with: leaf(1, 1, 6, 9), mask: mask))
        #expect(parts.map(\.channels) == [0..<3, 3..<6, 6..<9])
        #expect(parts.map(\.depth) == [2, 4, 6])
        #expect(Set(coverage(parts, 4, 4, 9)) == [1])
    }

    @Test func groupsArePartsWithTheirOwnChannels() {
        let parts = parts(of: leaf(1, 4, 4, 8).convolved(with: leaf(3, 3, 2, 12), padding: 1, groups: 4))
        #expect(parts.map(\.channels) == [0..<3, 3..<6, 6..<9, 9..<12])
        #expect(parts.map(\.depth) == [18, 18, 18, 18])
    }

    @Test func aStrideTransposedWastesNoTap() {
        let parts = parts(
            of: leaf(2, 8, 8, 6).transposeConvolved(with: leaf(4, 4, 3, 6), stride: 2, padding: 1))
        #expect(parts.map(\.taps.count) == [4, 4, 4, 4])
        #expect(Set(coverage(parts, 16, 16, 3)) == [1])
    }

    @Test func anInputGradientCoversWhatNoTapReaches() {
        // Stride 3 with one tap: two pixels of three have no part in any result.
        let parts = parts(
            of: leaf(1, 3, 3, 2).transposeConvolved(with: leaf(1, 1, 4, 2), stride: 3, outputPadding: 2))
        #expect(Set(coverage(parts, 9, 9, 4)) == [1])
        #expect(parts.count { !$0.taps.isEmpty } == 1)
    }
}
