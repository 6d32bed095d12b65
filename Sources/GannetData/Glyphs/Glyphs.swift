import Dispatch
import Gannet

/// Letters drawn by the program itself: 28×28 in grey, ten classes, each picture with a bend, size, slant, turn,
/// place and width of pen of its own. Nothing needs to be downloaded.
///
/// Picture *i* shows letter *i* mod 10 and is a pure function of the seed, the part and *i*: the same bytes on
/// every machine, and a shorter data set is the beginning of a longer one.
public struct Glyphs: Sendable {
    /// The pictures to train on.
    public let training: ImageDataSet
    /// The pictures to judge by, none of which is in ``training``.
    public let test: ImageDataSet

    /// The letters of the classes 0…9.
    public static let classNames = GlyphOutline.all.map(\.name)

    /// Draws the data set; it takes some tenths of a second.
    ///
    /// - Parameters:
    ///   - seed: Other seeds give other pictures of the same letters.
    ///   - trainingCount: The number of pictures to train on.
    ///   - testCount: The number of pictures to judge by.
    public init(seed: UInt64 = 0, trainingCount: Int = 20_000, testCount: Int = 2_000) {
        training = Self.draw(trainingCount, seed: seed, part: 0)
        test = Self.draw(testCount, seed: seed, part: 1)
    }

    /// The pictures to judge by alone, the same as in a whole data set of that seed.
    public static func test(seed: UInt64 = 0, count: Int = 2_000) -> ImageDataSet {
        draw(count, seed: seed, part: 1)
    }

    private static func draw(_ count: Int, seed: UInt64, part: UInt32) -> ImageDataSet {
        if count < 0 { invalidUse("Glyphs", "\(count) pictures cannot be drawn") }
        let size = GlyphRenderer.side * GlyphRenderer.side
        let outlines = GlyphOutline.all
        let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, filled in
            // Each task writes pictures of its own.
            nonisolated(unsafe) let buffer = buffer
            let share = 500
            DispatchQueue.concurrentPerform(iterations: (count + share - 1) / share) { task in
                var renderer = GlyphRenderer()
                for number in (task * share)..<min((task + 1) * share, count) {
                    renderer.draw(
                        outlines[number % outlines.count],
                        GlyphVariation(seed: seed, part: part, number: number),
                        into: .init(rebasing: buffer[number * size..<(number + 1) * size]))
                }
            }
            filled = count * size
        }
        return ImageDataSet(
            pixels: pixels, imageShape: [GlyphRenderer.side, GlyphRenderer.side, 1],
            labels: (0..<count).map { UInt8($0 % outlines.count) })
    }
}
