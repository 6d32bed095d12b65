import GannetCompiler
import GannetGraph

/// What the printers of a convolution and of its gradient toward the filters share: the extents, and the parts.
struct ConvolutionLayout {
    /// The extents and strides, as the names that `convolution.cl` knows them by.
    private(set) var definitions: [(String, String)]
    /// The parts that have results; for a gradient toward the filters also taps. Of a depthwise convolution, those
    /// of neighbouring channels are one, whose taps are the first channel's.
    let parts: [ConvolutionPart]
    /// The narrow parts that a part is made of, whose channels do not see each other's.
    struct Members {
        /// Their number.
        var count = 1
        /// What the next adds to a tap's place in the filters.
        var filterStep = 0
    }
    /// Whether each channel of the results reads one channel, and the next channel of results the next.
    let isDepthwise: Bool
    /// What each part is made of.
    let members: [Members]
    let batch: Int
    /// Whether places in the buffers need 64 bits.
    let isWide: Bool
    /// Whether rows and columns have changed places, because images have but one column: kernels of the CPU style
    /// walk along rows.
    let isTransposed: Bool
    let channels: Int
    let filterChannelStride: Int

    /// The layout of a convolution; parts of few channels that differ in their channels alone may be joined.
    init(_ convolution: Kernel.Convolution, joinsNarrowParts: Bool) {
        let (isTransposed, c) =
            Self.isOneColumn(convolution.width, convolution.resultWidth, convolution.parts)
            ? (true, convolution.transposed) : (false, convolution)
        self.isTransposed = isTransposed
        let all = c.parts.filter { c.batch * $0.positionCount * $0.channels.count > 0 }
        let (merged, isDepthwise) = Self.merged(all)
        self.isDepthwise = isDepthwise
        (parts, members) =
            joinsNarrowParts && !isDepthwise ? Self.joined(all) : (merged, merged.map { _ in Members() })
        batch = c.batch
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
    init(_ gradient: Kernel.FilterGradient, pieces: Int, joinsNarrowParts: Bool) {
        let (isTransposed, g) =
            Self.isOneColumn(gradient.width, gradient.resultWidth, gradient.parts)
            ? (true, gradient.transposed) : (false, gradient)
        self.isTransposed = isTransposed
        let all = g.parts.filter { $0.depth * $0.channels.count > 0 }
        let (merged, isDepthwise) = Self.merged(all)
        self.isDepthwise = isDepthwise
        (parts, members) =
            joinsNarrowParts && !isDepthwise ? Self.joined(all) : (merged, merged.map { _ in Members() })
        batch = g.batch
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

    /// Whether images and results have one column, and rows and columns may change places.
    private static func isOneColumn(_ width: Int, _ resultWidth: Int, _ parts: [ConvolutionPart]) -> Bool {
        width == 1 && resultWidth == 1
            && parts.allSatisfy { part in
                part.columns.first == 0 && part.columns.count == 1 && part.taps.allSatisfy { $0.column == 0 }
            }
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

    /// Parts of fewer channels than a vector has lanes, as groups make them, joined until they fill one. Each keeps
    /// its place on the diagonal of what is then a matrix with zeros beside it.
    private static func joined(_ parts: [ConvolutionPart]) -> (parts: [ConvolutionPart], members: [Members]) {
        var joined: [ConvolutionPart] = []
        var members: [Int] = []
        var last: ConvolutionPart?
        var step: Int?
        var steps = [Int](repeating: 0, count: parts.count)
        for part in parts {
            if let first = joined.last, let previous = last, let count = members.last,
                previous.channels.upperBound == part.channels.lowerBound,
                previous.channels.count == part.channels.count,
                (count + 1) * part.channels.count <= 16, previous.tapChannels == part.tapChannels,
                previous.rows == part.rows, previous.columns == part.columns,
                previous.taps.count == part.taps.count, let a = previous.taps.first, let b = part.taps.first,
                step == nil || step == b.filter - a.filter,
                zip(previous.taps, part.taps).allSatisfy({ old, new in
                    new.row == old.row && new.column == old.column
                        && new.channel == old.channel + part.tapChannels
                        && new.filter - old.filter == b.filter - a.filter
                })
            {
                step = b.filter - a.filter
                joined[joined.count - 1].channels = first.channels.lowerBound..<part.channels.upperBound
                joined[joined.count - 1].tapChannels += part.tapChannels
                members[members.count - 1] += 1
            } else {
                joined.append(part)
                members.append(1)
                step = nil
            }
            last = part
            steps[joined.count - 1] = step ?? 0
        }
        return (joined, zip(members, steps).map { Members(count: $0, filterStep: $1) })
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
    func depths(limit: Int, breaksAtRuns: Bool = false) -> ConvolutionDepth {
        ConvolutionDepth(
            parts, members: members, limit: limit, channels: channels, channelStride: filterChannelStride,
            breaksAtRuns: breaksAtRuns)
    }
}

extension [ConvolutionPart] {
    /// The parts with rows and columns exchanged.
    fileprivate var transposed: Self {
        map { part in
            var result = part
            (result.rows, result.columns) = (part.columns, part.rows)
            for index in part.taps.indices {
                result.taps[index].row = part.taps[index].column
                result.taps[index].column = part.taps[index].row
            }
            return result
        }
    }
}

extension Kernel.Convolution {
    /// The convolution with rows and columns exchanged, but for the epilogue.
    fileprivate var transposed: Self {
        var result = self
        (result.height, result.width) = (width, height)
        (result.resultHeight, result.resultWidth) = (resultWidth, resultHeight)
        result.parts = parts.transposed
        return result
    }
}

extension Kernel.FilterGradient {
    /// The gradient with rows and columns exchanged.
    fileprivate var transposed: Self {
        var result = self
        (result.height, result.width) = (width, height)
        (result.resultHeight, result.resultWidth) = (resultWidth, resultHeight)
        result.parts = parts.transposed
        return result
    }
}
