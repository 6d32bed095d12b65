import Foundation
import Gannet
import GannetData
import Testing

/// The rectangles are what their factors say.
@Suite("Rectangles")
struct RectanglesTests {
    /// The sum, the middle and the second moments of a picture's pixels.
    private struct Moments {
        var sum = 0.0
        var x = 0.0
        var y = 0.0
        var xx = 0.0
        var yy = 0.0
        var xy = 0.0

        init(_ pixels: ArraySlice<Float>) {
            func add(_ body: (_ x: Double, _ y: Double, _ value: Double) -> Void) {
                for (number, value) in pixels.enumerated() {
                    body(Double(number % 28) - 13.5, Double(number / 28) - 13.5, Double(value))
                }
            }
            add { x, y, value in
                sum += value
                self.x += x * value
                self.y += y * value
            }
            (x, y) = (x / sum, y / sum)
            let (centerX, centerY) = (x, y)
            add { x, y, value in
                xx += (x - centerX) * (x - centerX) * value / sum
                yy += (y - centerY) * (y - centerY) * value / sum
                xy += (x - centerX) * (y - centerY) * value / sum
            }
        }
    }

    @Test("Places, sizes, turns and greys can be seen in the pixels")
    func factors() throws {
        let count = 200
        let pictures = Rectangles.test(count: count)
        let pixels = try pictures.batch(at: Array(0..<count)).images.array(of: Float.self, on: .cpu)
        for number in 0..<count {
            let factors = Rectangles.testFactors(of: number).map(Double.init)
            #expect(factors.count == 5 && factors.allSatisfy { (-1...1).contains($0) })
            let moments = Moments(pixels[number * 784..<(number + 1) * 784])
            #expect(abs(moments.x - 6 * factors[0]) < 0.1)
            #expect(abs(moments.y - 6 * factors[1]) < 0.1)
            // A side of 2 a has a variance of a² / 3; the shorter one is half as long.
            let half = 6 + 2 * factors[2]
            let spread = (half * half + half * half / 4) / 3
            #expect(abs(moments.xx + moments.yy - spread) < 0.05 * spread + 0.2)
            let double = 4 * atan(0.41421356 * factors[3])
            let difference = (half * half - half * half / 4) / 3
            #expect(abs(2 * moments.xy - difference * sin(double)) < 0.05 * difference + 0.1)
            let brightness = 0.7 + 0.3 * factors[4]
            #expect(abs(moments.sum - 2 * half * half * brightness) < 0.02 * moments.sum)
        }
    }

    @Test("A shorter set is the beginning of a longer one, and the parts differ")
    func beginnings() throws {
        let (short, long) = (
            Rectangles(trainingCount: 20, testCount: 10), Rectangles(trainingCount: 600, testCount: 20)
        )
        func pixels(_ set: ImageDataSet) throws -> [Float] {
            try set.batch(at: Array(0..<10)).images.array(of: Float.self, on: .cpu)
        }
        #expect(try pixels(short.training) == pixels(long.training))
        #expect(try pixels(short.test) == pixels(long.test))
        #expect(try pixels(short.training) != pixels(short.test))
        #expect(try pixels(Rectangles(seed: 1, trainingCount: 20, testCount: 10).test) != pixels(short.test))
        #expect(short.training.classCount == nil)
    }
}
