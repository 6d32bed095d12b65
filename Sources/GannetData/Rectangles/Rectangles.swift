import Dispatch
import Gannet

/// Rectangles drawn by the program itself, 28×28 in grey, of which all that differs is known: a set to see whether a model's latents are the
/// factors that pictures are made of (Higgins et al., "β-VAE", 2017, with dSprites).
///
/// Each factor is drawn evenly from −1…1, whatever the others are. Picture *i* is a pure function of the seed, the part and *i*.
public struct Rectangles: Sendable {
    /// What differs from picture to picture.
    public enum Factor: String, Sendable, Hashable, CaseIterable {
        /// The place of the middle, up to 6 pixels to the right of the picture's, and below it.
        case x, y
        /// Half the longer side, from 4 to 8 pixels; the shorter one is half as long.
        case size
        /// The turn, up to an eighth of a circle.
        case rotation
        /// The value of the pixels within, from 0.4 to 1.
        case brightness
    }

    /// The pictures to train on.
    public let training: ImageDataSet
    /// The pictures to judge by, none of which is in ``training``.
    public let test: ImageDataSet

    /// Draws the data set.
    public init(seed: UInt64 = 0, trainingCount: Int = 20_000, testCount: Int = 2_000) {
        training = Self.draw(trainingCount, seed: seed, part: 0)
        test = Self.test(seed: seed, count: testCount)
    }

    /// The pictures to judge by alone, the same as in a whole data set of that seed.
    public static func test(seed: UInt64 = 0, count: Int = 2_000) -> ImageDataSet {
        draw(count, seed: seed, part: 1)
    }

    /// The factors, in the order of ``Factor/allCases``, of the picture to judge by with a number; each from −1 to 1.
    public static func testFactors(seed: UInt64 = 0, of number: Int) -> [Float] {
        factors(seed: seed, part: 1, number: number)
    }

    /// The sides of a picture.
    public static let side = 28

    private static func factors(seed: UInt64, part: UInt32, number: Int) -> [Float] {
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        return (0..<2).flatMap { block -> [Float] in
            let counter = SIMD4(UInt32(truncatingIfNeeded: number), UInt32(block), part, streamTag)
            // The upper 24 bits are a multiple of 2⁻²⁴ in [0, 1), exactly.
            let uniforms = SIMD4<Float>(Philox.block(counter: counter, key: key) &>> 8) * 0x1p-23 - 1
            return (0..<4).map { uniforms[$0] }
        }.dropLast(8 - Factor.allCases.count)
    }

    private static func draw(_ count: Int, seed: UInt64, part: UInt32) -> ImageDataSet {
        if count < 0 { invalidUse("Rectangles", "\(count) pictures cannot be drawn") }
        let size = side * side
        let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, filled in
            // Each task writes pictures of its own.
            nonisolated(unsafe) let buffer = buffer
            let share = 500
            DispatchQueue.concurrentPerform(iterations: (count + share - 1) / share) { task in
                for number in (task * share)..<min((task + 1) * share, count) {
                    draw(
                        factors(seed: seed, part: part, number: number),
                        into: .init(rebasing: buffer[number * size..<(number + 1) * size]))
                }
            }
            filled = count * size
        }
        return ImageDataSet(pixels: pixels, imageShape: [side, side, 1], labels: nil)
    }

    private static func draw(_ factors: [Float], into pixels: UnsafeMutableBufferPointer<UInt8>) {
        let middle = Float(side - 1) / 2
        let center = SIMD2(middle + 6 * factors[0], middle + 6 * factors[1])
        let half = SIMD2(6 + 2 * factors[2], 3 + factors[2])
        // The turn by the angle of which this is the tangent of the half: no sine or cosine, which are not the same everywhere.
        let t = 0.41421356 * factors[3]
        let axis = SIMD2((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
        let brightness = 0.7 + 0.3 * factors[4]
        for row in 0..<side {
            for column in 0..<side {
                let place = SIMD2(Float(column), Float(row)) - center
                let own = SIMD2(
                    abs(place.x * axis.x + place.y * axis.y), abs(place.y * axis.x - place.x * axis.y))
                // The part of a pixel at the edge that lies within.
                let covered = (half - own + 0.5).clamped(lowerBound: .zero, upperBound: .one)
                pixels[row * side + column] = UInt8((255 * brightness * covered.x * covered.y).rounded())
            }
        }
    }

    /// The last word of the counter, "rect" in ASCII, keeps these draws apart from others of the same seed.
    private static let streamTag: UInt32 = 0x7265_6374
}
