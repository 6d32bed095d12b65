import GannetGraph

extension Kernel {
    /// Sums over the taps of filters that are moved over a batch of images, with an element-wise epilogue: a
    /// convolution, or the gradient of one toward its images. `float32` only.
    ///
    /// The results are cut into parts, rectangles that are made of the same taps. The result of image b, at
    /// position (rows\[i], columns\[j]) and channel n of a part, is
    ///
    ///     Σ over taps t, Σ over c < tapChannels of
    ///         images[b, i · rows.stride + t.row, j · columns.stride + t.column, t.channel + c]
    ///         · filters[t.filter + c · filterChannelStride + (n − channels.lowerBound) · filterResultStride]
    ///
    /// where what lies outside the images is 0. Every result belongs to exactly one part.
    public struct Convolution: Hashable, Sendable {
        /// The kernel input that holds the images, [``batch``, ``height``, ``width``, ``channels``], row-major.
        public var images: Int
        /// The kernel input that holds the filters.
        public var filters: Int
        /// The number of images.
        public var batch: Int
        /// The rows of an image.
        public var height: Int
        /// The columns of an image.
        public var width: Int
        /// The channels of an image.
        public var channels: Int
        /// The rows of the results of one image.
        public var resultHeight: Int
        /// The columns of the results of one image.
        public var resultWidth: Int
        /// The channels of the results.
        public var resultChannels: Int
        /// What a step from one channel of the images to the next adds in the filters.
        public var filterChannelStride: Int
        /// What a step from one channel of the results to the next adds in the filters.
        public var filterResultStride: Int
        /// The parts.
        public var parts: [ConvolutionPart]
        /// What is made of each result, in the index space [batch, resultHeight, resultWidth, resultChannels]; it
        /// has an `accumulator` and stores.
        public var epilogue: Expression

        /// Creates a convolution.
        public init(
            images: Int, filters: Int, batch: Int, height: Int, width: Int, channels: Int, resultHeight: Int,
            resultWidth: Int, resultChannels: Int, filterChannelStride: Int, filterResultStride: Int,
            parts: [ConvolutionPart], epilogue: Expression
        ) {
            self.images = images
            self.filters = filters
            self.batch = batch
            self.height = height
            self.width = width
            self.channels = channels
            self.resultHeight = resultHeight
            self.resultWidth = resultWidth
            self.resultChannels = resultChannels
            self.filterChannelStride = filterChannelStride
            self.filterResultStride = filterResultStride
            self.parts = parts
            self.epilogue = epilogue
        }
    }

    /// The gradient of a convolution toward its filters, with an element-wise epilogue. `float32` only.
    ///
    /// Each part is one of the convolution itself, and gives, for every tap t, c < tapChannels and n in channels,
    ///
    ///     gradient[t.filter + c · filterChannelStride + (n − channels.lowerBound) · filterResultStride] =
    ///         Σ over b, i, j of images[b, i · rows.stride + t.row, j · columns.stride + t.column, t.channel + c]
    ///                           · results[b, rows[i], columns[j], n]
    ///
    /// An element that no part gives is 0, exactly: it is masked. No element is given twice.
    public struct FilterGradient: Hashable, Sendable {
        /// The kernel input that holds the images, [``batch``, ``height``, ``width``, ``channels``], row-major.
        public var images: Int
        /// The kernel input that holds the gradient of the results, [``batch``, ``resultHeight``,
        /// ``resultWidth``, ``resultChannels``], row-major.
        public var results: Int
        /// The number of images.
        public var batch: Int
        /// The rows of an image.
        public var height: Int
        /// The columns of an image.
        public var width: Int
        /// The channels of an image.
        public var channels: Int
        /// The rows of the results of one image.
        public var resultHeight: Int
        /// The columns of the results of one image.
        public var resultWidth: Int
        /// The channels of the results.
        public var resultChannels: Int
        /// What a step from one channel of the images to the next adds in the filters.
        public var filterChannelStride: Int
        /// What a step from one channel of the results to the next adds in the filters.
        public var filterResultStride: Int
        /// The parts.
        public var parts: [ConvolutionPart]
        /// The shape of the filters, the index space of the epilogue.
        public var filterShape: [Int]
        /// What is made of each element of the gradient; it has an `accumulator` and stores.
        public var epilogue: Expression

        /// Creates a gradient.
        public init(
            images: Int, results: Int, batch: Int, height: Int, width: Int, channels: Int, resultHeight: Int,
            resultWidth: Int, resultChannels: Int, filterChannelStride: Int, filterResultStride: Int,
            parts: [ConvolutionPart], filterShape: [Int], epilogue: Expression
        ) {
            self.images = images
            self.results = results
            self.batch = batch
            self.height = height
            self.width = width
            self.channels = channels
            self.resultHeight = resultHeight
            self.resultWidth = resultWidth
            self.resultChannels = resultChannels
            self.filterChannelStride = filterChannelStride
            self.filterResultStride = filterResultStride
            self.parts = parts
            self.filterShape = filterShape
            self.epilogue = epilogue
        }
    }
}

/// A rectangle of a convolution's results, all made of the same taps.
public struct ConvolutionPart: Hashable, Sendable {
    /// Positions along one axis: number i is first + i · step in the results, and i · stride plus the offset of a
    /// tap in the images.
    public struct Positions: Hashable, Sendable {
        /// The first position in the results.
        public var first: Int
        /// What the next position adds in the results.
        public var step: Int
        /// The number of positions.
        public var count: Int
        /// What the next position adds in the images.
        public var stride: Int

        /// Creates positions.
        public init(first: Int = 0, step: Int = 1, count: Int, stride: Int) {
            self.first = first
            self.step = step
            self.count = count
            self.stride = stride
        }
    }

    /// What a result reads at one place relative to its own.
    public struct Tap: Hashable, Sendable {
        /// What is added to a result's row; may be negative.
        public var row: Int
        /// What is added to a result's column; may be negative.
        public var column: Int
        /// The first channel that is read.
        public var channel: Int
        /// The element of the filters for that channel and the part's first channel of results.
        public var filter: Int

        /// Creates a tap.
        public init(row: Int, column: Int, channel: Int, filter: Int) {
            self.row = row
            self.column = column
            self.channel = channel
            self.filter = filter
        }
    }

    /// The rows of the results.
    public var rows: Positions
    /// The columns of the results.
    public var columns: Positions
    /// The channels of the results.
    public var channels: Range<Int>
    /// How many channels of the images each tap reads.
    public var tapChannels: Int
    /// What is read; empty where all taps are masked, and the results are 0.
    public var taps: [Tap]

    /// Creates a part.
    public init(rows: Positions, columns: Positions, channels: Range<Int>, tapChannels: Int, taps: [Tap]) {
        self.rows = rows
        self.columns = columns
        self.channels = channels
        self.tapChannels = tapChannels
        self.taps = taps
    }

    /// The terms of the sum that each result is.
    public var depth: Int { taps.count * tapChannels }
    /// The number of results of one image and channel.
    public var positionCount: Int { rows.count * columns.count }
}
