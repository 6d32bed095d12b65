import GannetCompiler
import GannetKernels

/// How a kernel of the GPU style knows the taps of the parts: by arithmetic where each part's are a grid, else from
/// a table.
struct ConvolutionTaps {
    /// The section of `convolution.cl` or `masked_convolution.cl` that defines the taps.
    let section: String
    /// The table of taps, if there is one.
    let table: String

    /// Row-major taps whose rows, columns and places in the filters are evenly spaced.
    private struct Grid {
        var first: ConvolutionPart.Tap
        var across: Int
        var rowStep = 0
        var columnStep = 0
        var filterDown = 0
        var filterAcross = 0

        init?(_ taps: [ConvolutionPart.Tap]) {
            guard let first = taps.first else { return nil }
            self.first = first
            across = taps.firstIndex { $0.row != first.row } ?? taps.count
            if across > 1 {
                columnStep = taps[1].column - first.column
                filterAcross = taps[1].filter - first.filter
            }
            if across < taps.count {
                rowStep = taps[across].row - first.row
                filterDown = taps[across].filter - first.filter
            }
            for (number, tap) in taps.enumerated() {
                let (down, right) = (number / across, number % across)
                guard tap.row == first.row + down * rowStep, tap.column == first.column + right * columnStep,
                    tap.channel == first.channel,
                    tap.filter == first.filter + down * filterDown + right * filterAcross
                else { return nil }
            }
        }
    }

    /// Finds out which, and adds what the kernel needs to know of each part.
    init(_ parts: [ConvolutionPart], table parts_: inout PartTable) {
        parts_.add("TAPS", parts.map(\.taps.count))
        // A divisor, and never used where there is no tap.
        parts_.add("TAP_CHANNELS", parts.map { max(1, $0.tapChannels) })
        let grids = parts.map { part in
            part.taps.isEmpty
                ? Grid([ConvolutionPart.Tap(row: 0, column: 0, channel: 0, filter: 0)]) : Grid(part.taps)
        }
        let known = grids.compactMap { $0 }
        if known.count == parts.count {
            parts_.add("TAPS_ACROSS", known.map(\.across))
            parts_.add("TAP_ROW", known.map(\.first.row))
            parts_.add("TAP_ROW_STEP", known.map(\.rowStep))
            parts_.add("TAP_COLUMN", known.map(\.first.column))
            parts_.add("TAP_COLUMN_STEP", known.map(\.columnStep))
            parts_.add("TAP_CHANNEL", known.map(\.first.channel))
            parts_.add("TAP_FILTER", known.map(\.first.filter))
            parts_.add("TAP_FILTER_DOWN", known.map(\.filterDown))
            parts_.add("TAP_FILTER_ACROSS", known.map(\.filterAcross))
            section = KernelSection.text("grid", of: KernelSources.convolution)
            table = ""
        } else {
            var first = 0
            parts_.add(
                "FIRST_TAP",
                parts.map { part in
                    defer { first += part.taps.count }
                    return first
                })
            section = KernelSection.text("taps", of: KernelSources.maskedConvolution)
            table = KernelTemplate.table(
                "taps", parts.flatMap { $0.taps.map { [$0.row, $0.column, $0.channel, $0.filter] } })
        }
    }
}
