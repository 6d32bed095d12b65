import Foundation

/// The quantile of the standard normal distribution in double precision: Wichura's algorithm AS 241, "The
/// Percentage Points of the Normal Distribution" (Applied Statistics 37, 1988), accurate to about 1 part in 10¹⁶.
enum ExactNormal {
    /// −Φ⁻¹(p), positive for p < ½.
    @inline(__always)
    static func upperQuantile(_ p: Double) -> Double {
        let q = 0.5 - p
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q
                * ratio(
                    r,
                    (
                        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                        3.3430575583588128105e4, 2.5090809287301226727e3
                    ),
                    (
                        4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
                        5.2264952788528545610e3
                    ))
        }
        let r = (-log(q > 0 ? p : 1 - p)).squareRoot()
        let magnitude =
            r <= 5
            ? ratio(
                r - 1.6,
                (
                    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                    2.27238449892691845833e-2, 7.74545014278341407640e-4
                ),
                (
                    2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                    1.05075007164441684324e-9
                ))
            : ratio(
                r - 5,
                (
                    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                    2.71155556874348757815e-5, 2.01033439929228813265e-7
                ),
                (
                    5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                    2.04426310338993978564e-15
                ))
        return q > 0 ? magnitude : -magnitude
    }

    /// The probability of a standard normal number above `z`.
    static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    private typealias Seven = (Double, Double, Double, Double, Double, Double, Double)
    private typealias Eight = (Double, Double, Double, Double, Double, Double, Double, Double)

    /// A ratio of polynomials of degree 7, lowest degree first; the denominator's constant is 1.
    @inline(__always)
    private static func ratio(_ r: Double, _ a: Eight, _ b: Seven) -> Double {
        let top = ((((((a.7 * r + a.6) * r + a.5) * r + a.4) * r + a.3) * r + a.2) * r + a.1) * r + a.0
        let bottom = ((((((b.6 * r + b.5) * r + b.4) * r + b.3) * r + b.2) * r + b.1) * r + b.0) * r + 1
        return top / bottom
    }
}
