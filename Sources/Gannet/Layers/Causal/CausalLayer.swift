import GannetGraph

/// A layer over pictures whose result at a pixel depends on no pixel behind it in reading order — row by row, from left to
/// right — and which can therefore be computed pixel by pixel, without computing again what earlier pixels have given.
///
/// Called as a ``Layer``, it makes a map [batch, height, width, outputs] of another. In reading order, it is asked for a row
/// at a time what the rows above contribute (``startRow(_:)``), all at once, and then for each pixel of the row
/// (``pixel(_:in:)``). Both ways give the same numbers but for rounding. What it needs of earlier pixels it declares
/// (``keptMaps``); whoever reads keeps it.
///
/// ```swift
/// struct Block: CausalLayer {
///     let first: MaskedConv2D
///     let second: MaskedConv2D
///
///     func callAsFunction(_ x: Tensor) -> Tensor { second(first(x).relu()) }
///
///     var keptMaps: [KeptMap] { first.keptMaps + second.keptMaps }
///     func startRow(_ row: inout RowReading) {
///         first.startRow(&row)
///         second.startRow(&row)
///     }
///     func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
///         second.pixel(first.pixel(x, in: &reading).relu(), in: &reading)
///     }
/// }
/// ```
///
/// A layer may have parts that see the picture at a half of its resolution, a quarter, and so on: levels 1, 2, … (``depth``).
/// Level l has every 2ˡ-th row of the picture, and of these every 2ˡ-th pixel; in the others it has nothing to do, and what
/// it has made (``PixelReading/share(_:level:)``) still stands.
public protocol CausalLayer: Layer {
    /// How often the layer halves the resolution. The sides of pictures must be multiples of 2 to this power.
    var depth: Int { get }

    /// What the layer looks back at, in the order in which ``pixel(_:in:)`` remembers it, and ``startRow(_:)`` whole rows.
    var keptMaps: [KeptMap] { get }

    /// Makes, of the rows above, what the pixels of a row need of them.
    func startRow(_ row: inout RowReading)

    /// What the layer makes of a pixel.
    ///
    /// - Parameters:
    ///   - x: The pixel of each picture, [batch, inputs].
    ///   - reading: What is known of earlier pixels.
    /// - Returns: A tensor [batch, outputs].
    func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor
}

extension CausalLayer {
    public var depth: Int { 0 }
}
