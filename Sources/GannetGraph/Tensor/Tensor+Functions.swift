// Element-wise functions: first the primitives, then what is composed of them.

extension Tensor {
    /// eˣ.
    public func exp(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.exponential, self, name: "exp()", file: file, line: line)
    }
    /// ln x; −∞ at 0, NaN below.
    public func log(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.logarithm, self, name: "log()", file: file, line: line)
    }
    /// √x; NaN below 0.
    public func sqrt(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.squareRoot, self, name: "sqrt()", file: file, line: line)
    }
    /// sin x, x in radians.
    public func sin(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.sine, self, name: "sin()", file: file, line: line)
    }
    /// cos x, x in radians.
    public func cos(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.cosine, self, name: "cos()", file: file, line: line)
    }
    /// tanh x.
    public func tanh(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.hyperbolicTangent, self, name: "tanh()", file: file, line: line)
    }
    /// erf x = 2/√π ∫₀ˣ e^(−t²) dt.
    public func erf(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.errorFunction, self, name: "erf()", file: file, line: line)
    }
    /// |x|; the gradient at 0 is 0.
    public func abs(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.absolute, self, name: "abs()", file: file, line: line)
    }
    /// −1, 0 or 1; no gradient.
    public func sign(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.sign, self, name: "sign()", file: file, line: line)
    }
    /// ⌊x⌋; no gradient.
    public func floor(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.floor, self, name: "floor()", file: file, line: line)
    }
    /// ⌈x⌉; no gradient.
    public func ceil(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.ceiling, self, name: "ceil()", file: file, line: line)
    }
    /// The nearest integer, ties to even; no gradient.
    public func rounded(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        .unary(.round, self, name: "rounded()", file: file, line: line)
    }

    /// The elements converted to another type; see ``Operation/cast(_:)`` for what becomes of those that do not fit.
    ///
    /// From and to `float16` and `bfloat16` the way is by `float32`: an integer is rounded to `float32` first.
    public func cast(to type: ScalarType) -> Tensor {
        if type == scalarType { return self }
        let source = scalarType.convertsDirectly(to: type) ? self : cast(to: .float32)
        return Node.make(.cast(type), [source], name: "cast(to:)", file: #fileID, line: #line)
    }

    /// Whether an element is NaN, as `bool`.
    public func isNaN() -> Tensor { !(self .== self) }

    /// Whether an element is neither infinite nor NaN, as `bool`.
    public func isFinite() -> Tensor { abs() .< .literal(Float.infinity) }
}

extension Tensor {
    /// x².
    public func squared() -> Tensor { self * self }

    /// 1/√x.
    public func reciprocalSqrt() -> Tensor { 1 / sqrt() }

    /// xⁿ for an integer n, by repeated squaring.
    public func raised(to exponent: Int) -> Tensor {
        if exponent < 0 { return 1 / raised(to: -exponent) }
        if exponent == 0 { return Tensor.literal(Literal(1, type: widened.scalarType)).broadcast(to: shape) }
        if exponent == 1 { return widened }
        let half = raised(to: exponent / 2)
        return exponent % 2 == 0 ? half * half : half * half * self
    }

    /// xʸ = e^(y ln x) for x ≥ 0, NaN below; the relative error grows as |y ln x| · 2⁻²³. 0⁰ is 1.
    public func power(_ y: Tensor) -> Tensor { select(y .== 0, 1, (y * log()).exp()) }

    /// ln(1 + x), accurate where x is small; x ≥ −1.
    ///
    /// With u = 1 + x rounded, ln u lacks the rounding error x − (u − 1), which the first-order term restores.
    /// The gradient is that of ln u, 1 / (1 + x): the term only corrects rounding.
    public func log1p() -> Tensor {
        let u = 1 + self
        return u.log() + ((self - (u - 1)) / u).stoppingGradient()
    }

    /// eˣ − 1, accurate where x is small: there it is tanh(x/2) · (eˣ + 1), which loses no digits.
    ///
    /// The gradient is that of eˣ, since the difference of the two only corrects rounding.
    public func expm1() -> Tensor {
        let e = exp() - 1
        let accurate = (0.5 * self).tanh() * (e + 2)
        return e + select(abs() .< 1, accurate - e, 0).stoppingGradient()
    }

    /// The elements limited to `bounds`.
    public func clamped(to bounds: ClosedRange<Double>) -> Tensor {
        let type = widened.scalarType
        return minimum(
            maximum(self, .literal(Literal(bounds.lowerBound, type: type))),
            .literal(Literal(bounds.upperBound, type: type)))
    }
}
