import Dispatch
import Foundation
import GannetGraph
import Testing

@Suite struct NormalTransformTests {
    /// The largest error that the documentation states.
    static let largestError = 5e-7

    /// The upper-tail probability that the 31 lower bits of a word stand for.
    static func probability(_ magnitude: UInt32) -> Double {
        (Double(min(magnitude + 1, 0x7FFF_FFFF)) - 0.5) / 4_294_967_296
    }

    @Test func quantileOfTheTestsIsRight() {
        // One step of Newton's method from each value shows how far the value was off.
        for exponent in 1...32 {
            for mantissa in stride(from: 1.0, to: 2.0, by: 0.01) {
                let p = mantissa * exp2(-Double(exponent) - 1)
                let z = ExactNormal.upperQuantile(p)
                let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
                let step = (ExactNormal.upperTail(z) - p) / density
                #expect(abs(step) < 1e-14 * max(1, z), "at p = \(p)")
            }
        }
    }

    @Test func tableHasAllCubics() {
        #expect(NormalTransform.coefficients.count == 31 * 8 * 4)
        for coefficient in NormalTransform.coefficients {
            #expect(coefficient == 0 || coefficient.isNormal)
        }
    }

    @Test func followsTheExactQuantile() {
        var words = Set((0..<2_000_000).map { UInt32($0) &* 1073 })
        for octave in 0..<31 {
            for piece in 0..<8 {
                // The first word of each cubic, and those around it.
                let x = (UInt64(8 + piece) << octave) >> 3
                for offset in UInt64(0)..<5 { words.insert(UInt32(min(x + offset, 0x7FFF_FFFF)) &- 3) }
            }
        }
        var largest = 0.0
        var negatives = 0
        for word in words {
            let magnitude = word & 0x7FFF_FFFF
            let z = NormalTransform.normal(magnitude)
            let error = abs(Double(z) - ExactNormal.upperQuantile(Self.probability(magnitude)))
            largest = max(largest, error)
            if !(z >= 0) { negatives += 1 }
        }
        #expect(largest < Self.largestError)
        #expect(negatives == 0)
    }

    @Test func extremes() {
        #expect(abs(NormalTransform.normal(0) - 6.337958) < 1e-6)
        #expect(NormalTransform.normal(0x8000_0000) == -NormalTransform.normal(0))
        #expect(abs(NormalTransform.normal(0x7FFF_FFFF)) < 1e-8)
        #expect(NormalTransform.normal(0x7FFF_FFFE) == NormalTransform.normal(0x7FFF_FFFF))
    }

    @Test func topBitIsTheSign() {
        for word in stride(from: UInt32(0), to: 0x8000_0000, by: 65_521) {
            let positive = NormalTransform.normal(word)
            let negative = NormalTransform.normal(word | 0x8000_0000)
            #expect(negative.bitPattern == positive.bitPattern ^ 0x8000_0000)
        }
    }

    /// All words, in a minute of processor time: `GANNET_EXHAUSTIVE=1`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"))
    func everyWord() {
        let blocks = 2048
        let total = Guarded(Census())
        DispatchQueue.concurrentPerform(iterations: blocks) { block in
            let size = UInt32(0x8000_0000 / blocks)
            let census = Census(magnitudes: UInt32(block) * size..<UInt32(block + 1) * size)
            total.withLock { $0.add(census) }
        }
        let census = total.withLock { $0 }
        let words = 2 * Double(0x8000_0000)
        print("largest error \(census.largestError) at magnitude \(census.worst)")
        print("root mean square error \((census.squaredErrors * 2 / words).squareRoot())")
        print("variance \(census.squares * 2 / words), largest \(census.largest)")
        #expect(census.badIndices == 0)
        #expect(census.asymmetries == 0)
        #expect(census.negatives == 0)
        #expect(census.largestError < Self.largestError)
        #expect((census.squaredErrors * 2 / words).squareRoot() < 6e-8)
        #expect(abs(census.squares * 2 / words - 1) < 1e-7)
        for (k, count) in census.beyond.enumerated() {
            let sigma = Double(k + 1)
            let tail = ExactNormal.upperTail(sigma) * 4_294_967_296
            let exact = Int((tail + 0.5).rounded(.down))
            // Words whose exact quantile is within the error of k may fall on either side.
            let density = exp(-sigma * sigma / 2) / (2 * Double.pi).squareRoot() * 4_294_967_296
            print("beyond \(k + 1) sigma: \(2 * count) words, exactly \(2 * exact)")
            #expect(abs(Double(count - exact)) <= density * Self.largestError)
        }
    }
}

/// What the exhaustive test counts.
private struct Census: Sendable {
    var largestError = 0.0
    var worst: UInt32 = 0
    var squaredErrors = 0.0
    var squares = 0.0
    var largest: Float = 0
    var badIndices = 0
    var asymmetries = 0
    var negatives = 0
    /// How many positive numbers lie beyond 1, 2, … 6 standard deviations.
    var beyond = [Int](repeating: 0, count: 6)

    init() {}

    init(magnitudes: Range<UInt32>) {
        NormalTransform.coefficients.withUnsafeBufferPointer { table in
            let coefficients = table.baseAddress!
            var largestBefore = [0, 0, 0, 0, 0, 0, 0]
            for magnitude in magnitudes {
                let x = min(magnitude + 1, 0x7FFF_FFFF)
                let zeros = UInt32(x.leadingZeroBitCount)
                let index = Int((31 - zeros) * 8 + ((x << zeros) >> 28 & 7)) * 4 + 3
                if index >= table.count { badIndices += 1 }
                let z = NormalTransform.normal(magnitude, coefficients: coefficients)
                let mirrored = NormalTransform.normal(magnitude | 0x8000_0000, coefficients: coefficients)
                if mirrored.bitPattern != z.bitPattern ^ 0x8000_0000 { asymmetries += 1 }
                if !(z >= 0) { negatives += 1 }
                let error = abs(
                    Double(z) - ExactNormal.upperQuantile(NormalTransformTests.probability(magnitude)))
                if error > largestError { (largestError, worst) = (error, magnitude) }
                squaredErrors += error * error
                squares += Double(z) * Double(z)
                largest = max(largest, z)
                largestBefore[min(Int(z), 6)] += 1
            }
            // From "between k and k + 1" to "at k or beyond".
            for k in 1...6 { beyond[k - 1] = largestBefore[k...].reduce(0, +) }
        }
    }

    mutating func add(_ other: Census) {
        if other.largestError > largestError { (largestError, worst) = (other.largestError, other.worst) }
        squaredErrors += other.squaredErrors
        squares += other.squares
        largest = max(largest, other.largest)
        badIndices += other.badIndices
        asymmetries += other.asymmetries
        negatives += other.negatives
        for k in beyond.indices { beyond[k] += other.beyond[k] }
    }
}
