import GannetCompiler
import GannetGraph

/// What the printers of a convolution and of its gradient toward the filters share: the extents, and the parts.
struct ConvolutionLayout {
    /// The extents and strides, as the names that `convolution.cl` knows them by.
    private(set) var definitions: [(String, String)]
    /// The parts that have results; for a gradient toward the filters also taps. Of a depthwise convolution, those
    /// of neighbouring channels are one, whose taps are the first channel's.
    let parts: [ConvolutionPart]
    /// Whether each channel of the results reads one channel, and the next channel of results the next.
    let isDepthwise: Bool
    let batch: Int
    /// Whether places in the buffers need 64 bits.
    let isWide: Bool
    /// The columns of an image times its channels: the length of a row.
    private let rowLength: Int
    private let channels: Int
    let filterChannelStride: Int

    /// The layout of a convolution.
    init(_ convolution: Kernel.Convolution) {
        let c = convolution
        (parts, isDepthwise) = Self.merged(
            c.parts.filter { c.batch * $0.positionCount * $0.channels.count > 0 })
        batch = c.batch
        rowLength = c.width * c.channels
        channels = c.channels
        filterChannelStride = c.filterChannelStride
        let results = c.batch * c.resultHeight * c.resultWidth * c.resultChannels
        isWide = KernelSignature.needsWideIndex(
            [c.epilogue], count: results, others: [c.batch * c.height * c.width * c.channels])
        definitions = Self.definitions(
            batch: c.batch, image: [c.height, c.width, c.channels],
            result: [c.resultHeight, c.resultWidth, c.resultChannels],
            strides: (c.filterChannelStride, c.filterResultStride), isWide: isWide)
        definitions += [("IMAGES", "in\(c.images)"), ("FILTERS", "in\(c.filters)")]
    }

    /// The layout of a gradient whose sums are made in `pieces` pieces.
    init(_ gradient: Kernel.FilterGradient, pieces: Int) {
        let g = gradient
        (parts, isDepthwise) = Self.merged(g.parts.filter { $0.depth * $0.channels.count > 0 })
        batch = g.batch
        rowLength = g.width * g.channels
        channels = g.channels
        filterChannelStride = g.filterChannelStride
        let count = g.filterShape.reduce(1, *)
        isWide = KernelSignature.needsWideIndex(
            [], count: count * pieces,
            others: [
                g.batch * g.height * g.width * g.channels,
                g.batch * g.resultHeight * g.resultWidth * g.resultChannels,
            ])
        definitions = Self.definitions(
            batch: g.batch, image: [g.height, g.width, g.channels],
            result: [g.resultHeight, g.resultWidth, g.resultChannels],
            strides: (g.filterChannelStride, g.filterResultStride), isWide: isWide)
        definitions += [
            ("IMAGES", "in\(g.images)"), ("RESULTS", "in\(g.results)"), ("PARTIALS", "out0"),
            ("FILTER_COUNT", "\(count)"),
        ]
    }

    /// The parts of a depthwise convolution, those of neighbouring channels merged; other parts as they are.
    private static func merged(_ parts: [ConvolutionPart]) -> (parts: [ConvolutionPart], isDepthwise: Bool) {
        var merged: [ConvolutionPart] = []
        for part in parts {
            guard part.tapChannels == 1, part.channels.count == 1 else { return (parts, false) }
            guard let last = merged.last, last.channels.upperBound == part.channels.lowerBound,
                last.rows == part.rows, last.columns == part.columns, last.taps.count == part.taps.count,
                zip(last.taps, part.taps).allSatisfy({ first, tap in
                    tap.row == first.row && tap.column == first.column
                        && tap.channel == first.channel + last.channels.count
                        && tap.filter == first.filter + last.channels.count
                })
            else {
                merged.append(part)
                continue
            }
            merged[merged.count - 1].channels = last.channels.lowerBound..<part.channels.upperBound
        }
        // Where hardly any are neighbours, nothing is gained.
        return 4 * merged.count <= parts.count ? (merged, true) : (parts, false)
    }

    private static func definitions(
        batch: Int, image: [Int], result: [Int], strides: (channel: Int, result: Int), isWide: Bool
    ) -> [(String, String)] {
        [
            ("BATCH", "\(batch)"), ("HEIGHT", "\(image[0])"), ("WIDTH", "\(image[1])"),
            ("CHANNELS", "\(image[2])"), ("RESULT_HEIGHT", "\(result[0])"), ("RESULT_WIDTH", "\(result[1])"),
            ("RESULT_CHANNELS", "\(result[2])"), ("FILTER_CHANNEL", "\(strides.channel)"),
            ("FILTER_RESULT", "\(strides.result)"), ("INDEX", isWide ? "long" : "int"),
        ]
    }

    /// The number of positions of a part, in all images.
    func positions(_ part: ConvolutionPart) -> Int { batch * part.positionCount }

    /// The most positions and channels of a part.
    var largest: (positions: Int, channels: Int, depth: Int) {
        (
            parts.map(positions).max() ?? 0, parts.map(\.channels.count).max() ?? 0,
            parts.map(\.depth).max() ?? 0
        )
    }

    /// What every kernel knows of a part.
    var partTable: PartTable {
        var table = PartTable(count: parts.count)
        for (name, positions) in [("ROW", parts.map(\.rows)), ("COLUMN", parts.map(\.columns))] {
            table.add("\(name)S", positions.map(\.count))
            table.add("FIRST_\(name)", positions.map(\.first))
            table.add("\(name)_STEP", positions.map(\.step))
            table.add("\(name)_STRIDE", positions.map(\.stride))
        }
        table.add("FIRST_CHANNEL", parts.map(\.channels.lowerBound))
        table.add("CHANNELS", parts.map(\.channels.count))
        return table
    }

    /// The depth of each part, cut into blocks of at most `limit` elements.
    func depths(limit: Int) -> ConvolutionDepth {
        ConvolutionDepth(
            parts, limit: limit, rowLength: rowLength, channels: channels, channelStride: filterChannelStride)
    }
}

/// Facts of the parts of a convolution, as names in a kernel: a number where all parts agree, else an element of a
/// table.
struct PartTable {
    private let count: Int
    private var columns: [[Int]] = []
    private(set) var definitions: [(String, String)] = []

    private static let name = "\(KernelPlan.name)_parts"

    init(count: Int) { self.count = count }

    /// Adds a fact, one value a part.
    mutating func add(_ name: String, _ values: [Int]) {
        if let first = values.first, values.allSatisfy({ $0 == first }) {
            definitions.append(("PART_\(name)", first < 0 ? "(\(first))" : "\(first)"))
        } else {
            definitions.append(("PART_\(name)", "\(Self.name)[part][\(columns.count)]"))
            columns.append(values)
        }
    }

    /// Adds how the parts share the work-items or groups, each taking so many.
    mutating func share(_ items: [Int]) {
        if count <= 1 {
            definitions.append(("FIND_PART(item)", ""))
            return
        }
        var first: [Int] = []
        var next = 0
        for item in items {
            first.append(next)
            next += item
        }
        let place = columns.count
        columns.append(first)
        definitions.append(
            (
                "FIND_PART(item)",
                "int part = 0; while (part + 1 < \(count) && item >= \(Self.name)[part + 1][\(place)]) part++; "
                    + "item -= \(Self.name)[part][\(place)];"
            ))
    }

    /// The table.
    var text: String {
        if columns.isEmpty { return "" }
        let rows = (0..<count).map { row in
            "{" + columns.map { "\($0[row])" }.joined(separator: ", ") + "}"
        }
        return "__constant int \(Self.name)[\(count)][\(columns.count)] = {\n"
            + rows.joined(separator: ",\n") + "};\n"
    }
}

extension KernelTemplate {
    /// A table of four numbers a row; an empty one gets a row, for the language has no empty arrays.
    static func table(_ name: String, _ rows: [[Int]]) -> String {
        let all = rows.isEmpty ? [[0, 0, 0, 0]] : rows
        let text = all.map { "(int4)(" + $0.map(String.init).joined(separator: ", ") + ")" }
        return "__constant int4 \(KernelPlan.name)_\(name)[\(all.count)] = {\n"
            + text.joined(separator: ",\n") + "};\n"
    }
}
