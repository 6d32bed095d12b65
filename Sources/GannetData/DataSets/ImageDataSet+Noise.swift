import Gannet

extension ImageDataSet {
    /// Pictures of noise: each value is one of 0…255, all equally likely, drawn by itself. Picture *i* is a pure function of the
    /// seed, the shape and *i*, so that fewer pictures are the first of more.
    ///
    /// - Parameters:
    ///   - count: The number of pictures, at least 0.
    ///   - imageShape: The shape of one picture: [height, width, channels], no extent 0.
    ///   - seed: What the values follow from.
    public static func noise(count: Int, imageShape: Shape, seed: UInt64) -> ImageDataSet {
        if count < 0 { invalidUse("ImageDataSet.noise", "\(count) pictures cannot be drawn") }
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        let size = count * imageShape.count
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { pixels, filled in
            for first in stride(from: 0, to: size, by: 4) {
                let number = first / 4
                let words = Philox.block(
                    counter: SIMD4(
                        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0,
                        noiseStream), key: key)
                for place in first..<min(first + 4, size) {
                    pixels[place] = UInt8(words[place - first] >> 24)
                }
            }
            filled = size
        }
        return ImageDataSet(pixels: pixels, imageShape: imageShape)
    }

    /// The last word of the counter, "nois" in ASCII, keeps these draws apart from others of the same seed.
    private static var noiseStream: UInt32 { 0x6E6F_6973 }
}
