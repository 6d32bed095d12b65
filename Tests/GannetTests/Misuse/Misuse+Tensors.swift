import Gannet

extension Misuse {
    /// Shapes that do not broadcast, types that differ or are not those of the function, axes that are not there.
    static let tensors: [Misuse] = [
        Misuse(anywhere: "sum of shapes that do not broadcast", "+", ["[2, 3]", "[4]"]) {
            _ = Tensor.some(2, 3) + .some(4)
        },
        Misuse(anywhere: "product of two types", "*", ["float32", "int32"]) {
            _ = Tensor.some(2) * .some(2, type: .int32)
        },
        Misuse(anywhere: "comparison of two types", ".<", ["uint32", "int32"]) {
            _ = (Tensor.some(2, type: .uint32) .< .some(2, type: .int32))
        },
        Misuse(anywhere: "and of floats", ".&", ["float32"]) { _ = (Tensor.some(2) .& .some(2)) },
        Misuse(anywhere: "sum of truth values", "+", ["bool"]) {
            _ = Tensor.some(2, type: .bool) + .some(2, type: .bool)
        },
        Misuse(anywhere: "negation of truth values", "-", ["bool"]) { _ = -Tensor.some(2, type: .bool) },
        Misuse("maximum of shapes that do not broadcast", "maximum(_:_:)", ["[2, 3]", "[3, 2]"]) {
            _ = maximum(.some(2, 3), .some(3, 2))
        },
        Misuse("minimum of two types", "minimum(_:_:)", ["float32", "int32"]) {
            _ = minimum(.some(2, 3), .some(2, 3, type: .int32))
        },
        Misuse("choice by a number", "select(_:_:_:)", ["float32", "bool"]) {
            _ = select(.some(2), .some(2), .some(2))
        },
        Misuse("choice of shapes that do not broadcast", "select(_:_:_:)", ["[5]", "[2]"]) {
            _ = select(.some(5, type: .bool), .some(2), .some(2))
        },
        Misuse("choice of two types", "select(_:_:_:)", ["float32", "int32"]) {
            _ = select(.some(2, type: .bool), .some(2), .some(2, type: .int32))
        },
        Misuse("logarithm of integers", "log()", ["int32"]) { _ = Tensor.some(2, type: .int32).log() },
        Misuse("upper half of a product of floats", "multipliedHigh(by:)", ["float32"]) {
            _ = Tensor.some(2).multipliedHigh(by: .some(2))
        },
        Misuse("sum over an axis that is not there", "sum(axes:)", ["no axis 2", "rank 2"]) {
            _ = Tensor.some(2, 3).sum(axes: [2])
        },
        Misuse("maximum over an axis twice", "max(axes:)", ["[1, 1]"]) {
            _ = Tensor.some(2, 3).max(axes: [1, -1])
        },
        Misuse("minimum of truth values", "min(axes:)", ["bool"]) { _ = Tensor.some(2, type: .bool).min() },
        Misuse("softmax over an axis that is not there", "softmax(axis:)", ["no axis -3", "rank 2"]) {
            _ = Tensor.some(2, 3).softmax(axis: -3)
        },
        Misuse("log-softmax over an axis that is not there", "logSoftmax(axis:)", ["no axis 2", "rank 2"]) {
            _ = Tensor.some(2, 3).logSoftmax(axis: 2)
        },
        Misuse("sums along an axis that is not there", "cumulativeSum(axis:)", ["no axis 2", "rank 2"]) {
            _ = Tensor.some(2, 3).cumulativeSum(axis: 2)
        },
        Misuse("products of truth values", "cumulativeProduct(axis:)", ["bool"]) {
            _ = Tensor.some(2, type: .bool).cumulativeProduct()
        },
        Misuse("order along an axis that is not there", "sorted(axis:)", ["no axis 3", "rank 2"]) {
            _ = Tensor.some(2, 3).sorted(axis: 3)
        },
        Misuse("more of the largest than there are", "topK(_:axis:)", ["4", "[2, 3]"]) {
            _ = Tensor.some(2, 3).topK(4)
        },
        Misuse("places of another rank", "gathered(along:at:)", ["[2, 3]", "[4]"]) {
            _ = Tensor.some(2, 3).gathered(along: 1, at: .some(4, type: .int32))
        },
        Misuse("log-sum-exp over an axis that is not there", "logSumExp(axis:)", ["no axis 9", "rank 2"]) {
            _ = Tensor.some(2, 3).logSumExp(axis: 9)
        },
        Misuse(anywhere: "too few elements", "Tensor(_:shape:)", ["3 elements", "[2, 2]"]) {
            _ = Tensor([1, 2, 3] as [Float], shape: [2, 2])
        },
        Misuse(anywhere: "a negative extent", "Shape", ["[2, -1]"]) { _ = Shape([2, -1]) },
        Misuse("reading floats as integers", "array(of:)", ["float32", "int32"]) {
            _ = try Tensor.some(2).array(of: Int32.self, on: .cpu)
        },
        Misuse("a scalar of several elements", "scalar()", ["[2, 3]"]) {
            _ = try Tensor.some(2, 3).scalar(on: .cpu)
        },
        Misuse("gradients of what is no scalar", "gradients(of:withRespectTo:)", ["[2, 3]"]) {
            let x = Tensor.some(2, 3)
            _ = gradients(of: x * x, withRespectTo: [x])
        },
        Misuse("gradients toward integers", "gradients(of:withRespectTo:)", ["int32"]) {
            let x = Tensor.some(2, 3, type: .int32)
            _ = gradients(of: x.cast(to: .float32).sum(), withRespectTo: [x])
        },
        Misuse("weights of another shape", "gradients(of:weightedBy:)", ["[3]", "[2]"]) {
            let x = Tensor.some(2)
            _ = gradients(of: [x * x], weightedBy: [.some(3)], withRespectTo: [x])
        },
        Misuse("a user's gradient of another shape", "withGradient(of:value:)", ["[3]", "[2]"]) {
            let x = Tensor.some(2)
            let y = Tensor.withGradient(of: [x], value: x * 2) { _ in [Tensor.some(3)] }
            _ = gradients(of: y.sum(), withRespectTo: [x])
        },
        Misuse("a user's gradient that is missing", "withGradient(of:value:)", ["0 gradients", "1"]) {
            let x = Tensor.some(2)
            let y = Tensor.withGradient(of: [x], value: x * 2) { _ in [] }
            _ = gradients(of: y.sum(), withRespectTo: [x])
        },
        Misuse("whole numbers below 0", "integers(below:_:)", ["0"]) {
            var stream = RandomStream(seed: 1)
            _ = stream.integers(below: 0, [2])
        },
        Misuse("noise by a key of another shape", "normal(_:)", ["[3]", "[4]"]) {
            _ = RandomStream.normal([2], key: Tensor([1, 2, 3] as [UInt32]))
        },
        Misuse("noise where there is no stream", "RandomStream.withCurrent", ["no current stream"]) {
            _ = RandomStream.withCurrent { $0.uniform([2]) }
        },
    ]

    /// Rearrangements into what does not fit.
    static let movements: [Misuse] = [
        Misuse("reshape to another number of elements", "reshape(_:)", ["[2, 3]", "[4]"]) {
            _ = Tensor.some(2, 3).reshape([4])
        },
        Misuse("reshape to an unknown extent", "reshape(_:)", ["[2, 3]", "[4, -1]"]) {
            _ = Tensor.some(2, 3).reshape(4, -1)
        },
        Misuse("an order of other axes", "permute(_:)", ["[0, 2]", "[2, 3]"]) {
            _ = Tensor.some(2, 3).permute(0, 2)
        },
        Misuse("a vector transposed", "transposed()", ["[2]"]) { _ = Tensor.some(2).transposed() },
        Misuse("broadcast to what is no multiple", "broadcast(to:)", ["[3]", "[2, 4]"]) {
            _ = Tensor.some(3).broadcast(to: [2, 4])
        },
        Misuse("broadcast to fewer axes", "broadcast(to:)", ["[2, 3]", "[3]"]) {
            _ = Tensor.some(2, 3).broadcast(to: [3])
        },
        Misuse("slice beyond the end", "slice(_:axis:)", ["1..<5", "[2, 3]"]) {
            _ = Tensor.some(2, 3).slice(1..<5, axis: 1)
        },
        Misuse("slice of an axis that is not there", "slice(_:axis:)", ["no axis 2", "rank 2"]) {
            _ = Tensor.some(2, 3).slice(0..<1, axis: 2)
        },
        Misuse("slice by steps of 0", "slice(_:axis:step:)", ["step 0"]) {
            _ = Tensor.some(2, 3).slice(0..<1, axis: 0, step: 0)
        },
        Misuse("an element that is not there", "element(_:axis:)", ["3", "[2, 3]"]) {
            _ = Tensor.some(2, 3).element(3, axis: 1)
        },
        Misuse("flip of an axis that is not there", "flipped(axes:)", ["no axis 5", "rank 2"]) {
            _ = Tensor.some(2, 3).flipped(axes: [5])
        },
        Misuse("paddings of another rank", "padded(low:high:)", ["[1]", "[2, 3]"]) {
            _ = Tensor.some(2, 3).padded(low: [1], high: [1])
        },
        Misuse("concatenation of shapes that differ", "concatenate(_:axis:)", ["[2, 3]", "[3, 4]"]) {
            _ = Tensor.concatenate([.some(2, 3), .some(3, 4)], axis: 0)
        },
        Misuse("concatenation of two types", "concatenate(_:axis:)", ["float32", "int32"]) {
            _ = Tensor.concatenate([.some(2), .some(2, type: .int32)], axis: 0)
        },
        Misuse("concatenation of nothing", "concatenate(_:axis:)", ["no tensors"]) {
            _ = Tensor.concatenate([], axis: 0)
        },
    ]

    /// Products, convolutions, loops and indexed access on operands that do not fit.
    static let contractions: [Misuse] = [
        Misuse("product of inner extents that differ", "matmul(_:)", ["[2, 3]", "[4, 5]"]) {
            _ = Tensor.some(2, 3).matmul(.some(4, 5))
        },
        Misuse("product of a vector", "matmul(_:)", ["[3]", "[3, 5]"]) {
            _ = Tensor.some(3).matmul(.some(3, 5))
        },
        Misuse("product of batches that do not broadcast", "matmul(_:)", ["[2, 3, 4]", "[3, 4, 5]"]) {
            _ = Tensor.some(2, 3, 4).matmul(.some(3, 4, 5))
        },
        Misuse("product of integers", "matmul(_:)", ["int32"]) {
            _ = Tensor.some(2, 3, type: .int32).matmul(.some(3, 4, type: .int32))
        },
        Misuse("filters of other channels", "convolved(with:)", ["[1, 5, 5, 3]", "[3, 3, 4, 8]"]) {
            _ = Tensor.some(1, 5, 5, 3).convolved(with: .some(3, 3, 4, 8))
        },
        Misuse("images of three axes", "convolved(with:)", ["[5, 5, 3]", "[3, 3, 3, 8]"]) {
            _ = Tensor.some(5, 5, 3).convolved(with: .some(3, 3, 3, 8))
        },
        Misuse("a mask of other taps", "convolved(with:)", ["2 × 2", "[3, 3, 3, 8]"]) {
            let mask = ConvolutionMask(height: 2, width: 2) { _, _, _, _ in true }
            _ = Tensor.some(1, 5, 5, 3).convolved(with: .some(3, 3, 3, 8), mask: mask)
        },
        Misuse(
            "transposed filters of other channels", "transposeConvolved(with:)",
            ["[1, 5, 5, 3]", "[3, 3, 3, 8]"]
        ) {
            _ = Tensor.some(1, 5, 5, 3).transposeConvolved(with: .some(3, 3, 3, 8))
        },
        Misuse("too much output padding", "transposeConvolved(with:)", ["2"]) {
            _ = Tensor.some(1, 5, 5, 3).transposeConvolved(
                with: .some(3, 3, 8, 3), stride: 2, outputPadding: 2)
        },
        Misuse("rows by floats", "gathered(at:)", ["[4, 2]", "float32", "[3]"]) {
            _ = Tensor.some(4, 2).gathered(at: .some(3))
        },
        Misuse("as many updates as not", "scatterAdd(_:at:rows:)", ["[4, 2]", "[3]"]) {
            _ = Tensor.scatterAdd(.some(4, 2), at: .some(3, type: .int32), rows: 5)
        },
        Misuse(
            "a prediction too many", "noiseStep(_:prediction:coefficients:key:)", ["[2, 3]", "prediction"]
        ) {
            _ = Tensor.some(2, 3).noiseStep(
                .forward, prediction: .some(2, 3), coefficients: .some(2, 2),
                key: .some(4, type: .uint32))
        },
        Misuse(
            "coefficients of other images", "noiseStep(_:prediction:coefficients:key:)", ["[3, 2]", "[2, 2]"]
        ) {
            _ = Tensor.some(2, 3).noiseStep(.forward, coefficients: .some(3, 2), key: .some(4, type: .uint32))
        },
        Misuse("a state that changes its shape", "loop(count:carrying:over:)", ["[2]", "[2, 2]"]) {
            _ = Tensor.loop(count: 3, carrying: [.some(2)]) { step in
                ([step.state[0].broadcast(to: [2, 2])], [])
            }
        },
        Misuse("fewer rows than iterations", "loop(count:carrying:over:)", ["[2, 5]", "3"]) {
            _ = Tensor.loop(count: 3, carrying: [], over: [.some(2, 5)]) { _ in ([], []) }
        },
        Misuse("pools of three axes", "maxPooled(window:)", ["[5, 5, 3]"]) {
            _ = Tensor.some(5, 5, 3).maxPooled(window: 2)
        },
        Misuse("pools larger than the image", "averagePooled(window:)", ["6", "[1, 5, 5, 3]"]) {
            _ = Tensor.some(1, 5, 5, 3).averagePooled(window: 6)
        },
    ]
}
