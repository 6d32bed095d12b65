/// The constants of the elementary functions' approximations: the one place they are written down.
///
/// Every backend transcribes these numbers and the order of operations in ``VectorMathematics``: multiplications
/// and additions, each rounded, no fused multiply-add. The polynomials are weighted least-maximum fits whose
/// coefficients were rounded to binary32 one after another, the lowest first, the rest fitted again each time;
/// the error stated is the relative one of the approximation alone.
public enum ElementaryCoefficients {
    /// 3 · 2²²: adding and subtracting it rounds |x| < 2²² to an integer, ties to even, which the low bits of
    /// the sum hold.
    public static let roundingShift: Float = 12_582_912

    /// eʳ = 1 + r + r² · Σ cₖ rᵏ for |r| ≤ ½ ln 2; error 2⁻³³.
    public enum Exponential {
        /// 1 / ln 2.
        public static let inverseLog2: Float = 0x1.715476p+0
        /// ln 2 to nine bits: its products with exponents are exact.
        public static let log2High: Float = 0x1.63p-1
        /// ln 2 − ``log2High``.
        public static let log2Low: Float = -0x1.bd0106p-13
        /// Beyond it e^x is infinite.
        public static let upperLimit: Float = 89
        /// Below it e^x is 0.
        public static let lowerLimit: Float = -104
        public static let c0: Float = 0.5
        public static let c1: Float = 0x1.555554p-3
        public static let c2: Float = 0x1.5554e0p-5
        public static let c3: Float = 0x1.11130ap-7
        public static let c4: Float = 0x1.6d5826p-10
        public static let c5: Float = 0x1.9e15e6p-13
    }

    /// ln(1 + f) = f − f²/2 + f³ · Σ cₖ fᵏ for √½ ≤ 1 + f < √2; error 2⁻³⁰.
    public enum Logarithm {
        /// The bits of √½, below which the mantissa is doubled.
        public static let splitBits: UInt32 = 0x3F35_04F3
        public static let c0: Float = 0x1.555546p-2
        public static let c1: Float = -0x1.fffff8p-3
        public static let c2: Float = 0x1.99a524p-3
        public static let c3: Float = -0x1.555fbep-3
        public static let c4: Float = 0x1.23331ap-3
        public static let c5: Float = -0x1.fbbf40p-4
        public static let c6: Float = 0x1.e6d192p-4
        public static let c7: Float = -0x1.e02078p-4
        public static let c8: Float = 0x1.16a6d0p-4
    }

    /// sin r = r + r³ · Σ sₖ r²ᵏ, error 2⁻³²; cos r = 1 − r²/2 + r⁴ · Σ cₖ r²ᵏ, error 2⁻³³; both for |r| ≤ π/4.
    public enum Trigonometric {
        /// The largest |x| for which multiples of π/2 are subtracted in six parts.
        public static let sixPartLimit: Float = 100_000
        /// 2 / π.
        public static let twoOverPi: Float = 0x1.45f306p-1
        /// π/2 in parts of eight bits, whose products with 16-bit integers are exact, and a rest.
        public static let part0: Float = 0x1.92p+0
        public static let part1: Float = 0x1.e0p-12
        public static let part2: Float = 0x1.b4p-16
        public static let part3: Float = 0x1.44p-24
        public static let part4: Float = 0x1.08p-34
        public static let part5: Float = 0x1.a308d4p-41
        public static let s0: Float = -0x1.555556p-3
        public static let s1: Float = 0x1.111174p-7
        public static let s2: Float = -0x1.a0595ep-13
        public static let s3: Float = 0x1.7c3226p-19
        public static let c0: Float = 0x1.55554ap-5
        public static let c1: Float = -0x1.6c0c28p-10
        public static let c2: Float = 0x1.99e816p-16
        /// The binary digits of 2/π after the point, behind 32 zeros, for arguments of any size.
        public static let twoOverPiDigits: [UInt32] = [
            0, 0xA2F9_836E, 0x4E44_1529, 0xFC27_57D1, 0xF534_DDC0, 0xDB62_9599, 0x3C43_9041, 0xFE51_63AB,
            0xDEBB_C561,
        ]
    }

    /// tanh x = x + x³ · Σ cₖ x²ᵏ for |x| < 0.625, error 2⁻³²; beyond, 1 − 2 / (e²ˣ + 1).
    public enum HyperbolicTangent {
        /// Where the two forms meet.
        public static let polynomialLimit: Float = 0.625
        public static let c0: Float = -0x1.555554p-2
        public static let c1: Float = 0x1.111076p-3
        public static let c2: Float = -0x1.b9f04ap-5
        public static let c3: Float = 0x1.639470p-6
        public static let c4: Float = -0x1.0bffbep-7
        public static let c5: Float = 0x1.18ab78p-9
    }

    /// erf x = x + x · Σ cₖ x²ᵏ for |x| < 0.925, error 2⁻³⁰; beyond, 1 − exp(−x · Σ dₖ xᵏ) up to 4, error 2⁻³⁰.
    public enum ErrorFunction {
        /// Where the two forms meet.
        public static let polynomialLimit: Float = 0.925
        /// Beyond it erf x rounds to 1.
        public static let upperLimit: Float = 4
        public static let c0: Float = 0x1.06eba8p-3
        public static let c1: Float = -0x1.812740p-2
        public static let c2: Float = 0x1.ce2d64p-4
        public static let c3: Float = -0x1.b8011ap-6
        public static let c4: Float = 0x1.544a1ap-8
        public static let c5: Float = -0x1.a60a2ep-11
        public static let c6: Float = 0x1.4f6760p-14
        public static let d0: Float = 0x1.20ee9ep+0
        public static let d1: Float = 0x1.45367cp-1
        public static let d2: Float = 0x1.b2f21ep-4
        public static let d3: Float = -0x1.84a2d8p-6
        public static let d4: Float = 0x1.dae166p-9
        public static let d5: Float = -0x1.4d8afcp-12
        public static let d6: Float = 0x1.6940acp-17
    }
}
