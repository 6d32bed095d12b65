import Foundation
import GannetCPU
import Testing

@Suite struct VectorMathematicsTests {
    typealias Vector = SIMD8<Float>

    /// The distance of `value` from `exact` in units of the last place of the binary32 number nearest `exact`.
    static func ulps(_ value: Float, _ exact: Double) -> Double {
        let nearest = Float(exact)
        if value.bitPattern == nearest.bitPattern { return 0 }
        if value.isNaN && exact.isNaN { return 0 }
        if value.isNaN != exact.isNaN { return .infinity }
        if value.isInfinite != nearest.isInfinite {
            // One step beyond the largest finite number is one unit.
            return abs(value.bitPattern.distance(to: nearest.bitPattern)) <= 1 ? 1 : .infinity
        }
        if value == 0 && nearest == 0 && exact == 0 { return .infinity }
        return abs(Double(value) - exact) / Double(nearest.ulp)
    }

    /// The largest error over every `step`-th bit pattern for which `include` holds.
    static func largestError(
        step: UInt32 = 997, of function: (Vector) -> Vector, exact: (Double) -> Double,
        where include: (Float) -> Bool = { _ in true }
    ) -> (ulps: Double, at: Float) {
        var worst = (ulps: 0.0, at: Float(0))
        var bits: UInt64 = 0
        while bits <= UInt64(UInt32.max) {
            var x = Vector()
            for lane in 0..<8 {
                x[lane] = Float(bitPattern: UInt32(min(bits, UInt64(UInt32.max))))
                bits += UInt64(step)
            }
            let y = function(x)
            for lane in 0..<8 where include(x[lane]) {
                let error = ulps(y[lane], exact(Double(x[lane])))
                if error > worst.ulps { worst = (error, x[lane]) }
            }
        }
        return worst
    }

    static func check(
        _ name: String, limit: Double, step: UInt32 = 997, _ function: (Vector) -> Vector,
        _ exact: (Double) -> Double
    ) {
        let worst = largestError(step: step, of: function, exact: exact)
        print("\(name): largest error \(worst.ulps) ulp at \(worst.at)")
        #expect(worst.ulps <= limit, "\(name) at \(worst.at)")
    }

    @Test func exponential() {
        Self.check("exp", limit: 2, { VectorMathematics.exponential($0) }, { exp($0) })
    }

    @Test func logarithm() {
        Self.check("log", limit: 2, { VectorMathematics.logarithm($0) }, { $0 < 0 ? .nan : log($0) })
    }

    @Test func sineAndCosine() {
        Self.check("sin", limit: 2, { VectorMathematics.sine($0) }, { sin($0) })
        Self.check("cos", limit: 2, { VectorMathematics.cosine($0) }, { cos($0) })
    }

    @Test func trigonometryNearMultiplesOfAQuarterTurn() {
        var worst = 0.0
        for multiple in 1..<70_000 {
            let middle = Float(Double(multiple) * Double.pi / 2)
            let x = Vector(
                middle, middle.nextUp, middle.nextDown, -middle, middle.nextUp.nextUp, middle * 1000,
                middle * 1e20, middle * 0.5)
            let (s, c) = (VectorMathematics.sine(x), VectorMathematics.cosine(x))
            for lane in 0..<8 {
                worst = max(worst, Self.ulps(s[lane], sin(Double(x[lane]))))
                worst = max(worst, Self.ulps(c[lane], cos(Double(x[lane]))))
            }
        }
        print("sin, cos near multiples of π/2: largest error \(worst) ulp")
        #expect(worst <= 2)
    }

    @Test func hyperbolicTangent() {
        Self.check("tanh", limit: 2, { VectorMathematics.hyperbolicTangent($0) }, { tanh($0) })
    }

    @Test func errorFunction() {
        Self.check("erf", limit: 4, { VectorMathematics.errorFunction($0) }, { erf($0) })
    }

    @Test func rounding() {
        Self.check("floor", limit: 0, { VectorMathematics.floor($0) }, { floor($0) })
        Self.check("ceil", limit: 0, { VectorMathematics.ceiling($0) }, { ceil($0) })
        Self.check("round", limit: 0, { VectorMathematics.round($0) }, { $0.rounded(.toNearestOrEven) })
    }

    @Test func specialValues() {
        let x = Vector(.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, 1, 89)
        func bits(_ y: Vector) -> [UInt32?] { (0..<8).map { y[$0].isNaN ? nil : y[$0].bitPattern } }
        func bits(_ y: [Float]) -> [UInt32?] { y.map { $0.isNaN ? nil : $0.bitPattern } }
        let e = VectorMathematics.exponential(x)
        #expect(bits(e)[0..<6] == bits([.nan, .infinity, 0, 1, 1, 1])[...])
        #expect(e[7] == .infinity)
        #expect(
            bits(VectorMathematics.logarithm(x))[0..<5]
                == bits([.nan, .infinity, .nan, -.infinity, -.infinity])[...])
        #expect(
            bits(VectorMathematics.sine(x))[0..<6]
                == bits([.nan, .nan, .nan, 0, -0.0, .leastNonzeroMagnitude])[...])
        #expect(bits(VectorMathematics.cosine(x))[0..<5] == bits([.nan, .nan, .nan, 1, 1])[...])
        #expect(
            bits(VectorMathematics.hyperbolicTangent(x))[0..<6]
                == bits([.nan, 1, -1, 0, -0.0, .leastNonzeroMagnitude])[...])
        #expect(bits(VectorMathematics.errorFunction(x))[0..<5] == bits([.nan, 1, -1, 0, -0.0])[...])
        #expect(VectorMathematics.logarithm(Vector(repeating: -1))[0].isNaN)
    }
}
