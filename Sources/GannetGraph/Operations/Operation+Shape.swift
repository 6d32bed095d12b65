extension Node {
    /// Creates a node after checking its operands and inferring its type.
    ///
    /// `shape` is the result's shape where the operation itself does not determine it (`reshape`, `broadcast`,
    /// `slice`, `index`, `randomBits`); elsewhere it is inferred.
    package static func make(
        _ operation: Operation, _ inputs: [Tensor], shape requested: Shape? = nil, name: String,
        file: StaticString, line: UInt
    ) -> Tensor {
        func fail(_ explanation: String) -> Never { invalidUse(name, explanation, file: file, line: line) }
        func checkFloats() {
            if inputs.contains(where: { $0.scalarType != .float32 }) {
                let operands = inputs.map { "\($0.scalarType) \($0.shape)" }.joined(separator: " and ")
                fail("operands must be float32, not \(operands)")
            }
        }
        let shapes = inputs.map(\.shape)
        let first = inputs.first
        var shape = requested ?? shapes.first ?? []
        var type = first?.scalarType ?? .float32
        switch operation {
        case .leaf, .placeholder, .literal, .loop, .loopResult: break
        case .index: type = .int32
        case .randomBits:
            if first?.shape != [4] || first?.scalarType != .uint32 {
                fail("the key must be uint32 [4], not \(type) \(shapes.first ?? [])")
            }
            type = .uint32
        case .unary(let function):
            guard let result = function.resultType(for: type) else { fail("not defined for \(type)") }
            type = result
        case .binary(let function):
            if inputs[0].scalarType != inputs[1].scalarType {
                fail("operands are \(inputs[0].scalarType) and \(inputs[1].scalarType); cast one of them")
            }
            if shapes[0] != shapes[1] { fail("operands have shapes \(shapes[0]) and \(shapes[1])") }
            guard let result = function.resultType(for: type) else { fail("not defined for \(type)") }
            type = result
        case .select:
            if type != .bool { fail("the condition is \(type), not bool") }
            if inputs[1].scalarType != inputs[2].scalarType {
                fail("the choices are \(inputs[1].scalarType) and \(inputs[2].scalarType); cast one of them")
            }
            if shapes[0] != shapes[1] || shapes[1] != shapes[2] {
                fail("operands have shapes \(shapes[0]), \(shapes[1]) and \(shapes[2])")
            }
            type = inputs[1].scalarType
        case .cast(let target):
            if !type.convertsDirectly(to: target) {
                fail("\(type) and \(target) are converted by way of float32")
            }
            type = target
        case .reshape:
            if shape.count != shapes[0].count {
                fail("\(shapes[0]) has another number of elements than \(shape)")
            }
        case .permute(let order):
            if order.sorted() != Array(0..<shapes[0].rank) {
                fail("\(order) is not an order of the axes of \(shapes[0])")
            }
            shape = Shape(order.map { shapes[0].extents[$0] })
        case .broadcast:
            if shape.rank != shapes[0].rank
                || !zip(shape.extents, shapes[0].extents).allSatisfy({ $0 == $1 || $1 == 1 })
            {
                fail("\(shapes[0]) does not stretch to \(shape)")
            }
        case .slice(let starts, let strides):
            for axis in shape.extents.indices where shape.extents[axis] > 0 {
                let last = starts[axis] + (shape.extents[axis] - 1) * strides[axis]
                let extent = shapes[0].extents[axis]
                if !(0..<extent).contains(starts[axis]) || !(0..<extent).contains(last) || strides[axis] == 0
                {
                    fail("indices \(starts[axis])…\(last) on axis \(axis) are not in \(shapes[0])")
                }
            }
        case .pad(let low, let high, let value):
            if value.type != type { fail("the value is \(value.type), the tensor \(type)") }
            if low.count != shape.rank || high.count != shape.rank || (low + high).contains(where: { $0 < 0 })
            {
                fail("\(low) and \(high) are not paddings of \(shapes[0])")
            }
            shape = Shape(shapes[0].extents.indices.map { shapes[0].extents[$0] + low[$0] + high[$0] })
        case .concatenate(let axis):
            var extents = shapes[0].extents
            extents[axis] = 0
            for input in inputs {
                var other = input.shape.extents
                guard other.count == extents.count, input.scalarType == type else {
                    fail("operands differ: \(inputs.map { "\($0.scalarType) \($0.shape)" })")
                }
                extents[axis] += other[axis]
                other[axis] = extents[axis]
                if other != extents { fail("operands of shapes \(shapes) do not fit along axis \(axis)") }
            }
            shape = Shape(extents)
        case .reduce(_, let axes):
            if type == .bool { fail("not defined for bool; cast to int32") }
            if type.isStorageOnly { fail("not defined for \(type); cast to float32") }
            shape = Shape(
                shapes[0].extents.indices.filter { !axes.contains($0) }.map { shapes[0].extents[$0] })
        case .cumulative(_, let axis, _):
            if type == .bool { fail("not defined for bool; cast to int32") }
            if type.isStorageOnly { fail("not defined for \(type); cast to float32") }
            if !shape.extents.indices.contains(axis) { fail("there is no axis \(axis) in \(shape)") }
        case .sortingOrder:
            if type == .bool { fail("not defined for bool; cast to int32") }
            if type.isStorageOnly { fail("not defined for \(type); cast to float32") }
            if shape.rank < 1 { fail("a scalar has no axis to sort along") }
            if shape[-1] > Int(Int32.max) {
                fail("\(shape) has more elements in a line than int32 can count")
            }
            type = .int32
        case .matrixProduct(let transposeA, let transposeB):
            let (a, b) = (shapes[0], shapes[1])
            checkFloats()
            if a.rank < 2 || a.rank != b.rank || a.extents.dropLast(2) != b.extents.dropLast(2) {
                fail("operands have shapes \(a) and \(b)")
            }
            let (m, k) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1])
            let (l, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1])
            if k != l {
                fail("operands have shapes \(a) and \(b)\(transposeA || transposeB ? ", transposed" : "")")
            }
            shape = Shape(a.extents.dropLast(2) + [m, n])
        case .convolution(let geometry):
            checkFloats()
            if let objection = geometry.objection(images: shapes[0], filters: shapes[1]) { fail(objection) }
            shape = geometry.resultShape(images: shapes[0], filters: shapes[1])
        case .convolutionInputGradient(let geometry, let height, let width):
            checkFloats()
            if shapes[0].rank != 4 || shapes[1].rank != 4 || height < 0 || width < 0 {
                fail(
                    "results of shape \(shapes[0]) and filters of shape \(shapes[1]) for \(height) × \(width)"
                )
            }
            shape = [shapes[0][0], height, width, shapes[1][2] * geometry.groups]
            if let objection = geometry.objection(images: shape, filters: shapes[1]) { fail(objection) }
            if geometry.resultShape(images: shape, filters: shapes[1]) != shapes[0] {
                fail(
                    "filters of shape \(shapes[1]) over images of shape \(shape) do not give \(shapes[0])")
            }
        case .convolutionFilterGradient(let geometry, let height, let width):
            checkFloats()
            if shapes[0].rank != 4 || shapes[1].rank != 4 || geometry.groups < 1 {
                fail("images of shape \(shapes[0]) and results of shape \(shapes[1])")
            }
            shape = [height, width, shapes[0][3] / geometry.groups, shapes[1][3]]
            if let objection = geometry.objection(images: shapes[0], filters: shape) { fail(objection) }
            if geometry.resultShape(images: shapes[0], filters: shape) != shapes[1] {
                fail(
                    "filters of shape \(shape) over images of shape \(shapes[0]) do not give \(shapes[1])")
            }
        case .noiseStep(let step):
            if let objection = step.objection(inputs) { fail(objection) }
        case .gather:
            if shapes[0].rank < 1 || shapes[1].rank != 1 || inputs[1].scalarType != .int32 {
                fail(
                    "a source of shape \(shapes[0]) and \(inputs[1].scalarType) indices of shape \(shapes[1])"
                )
            }
            shape = Shape(shapes[1].extents + shapes[0].extents.dropFirst())
        case .scatterAdd(let rows):
            if shapes[0].rank != 1 || inputs[0].scalarType != .int32 || shapes[1].rank < 1
                || shapes[1].extents[0] != shapes[0].extents[0] || inputs[1].scalarType == .bool
                || inputs[1].scalarType.isStorageOnly
            {
                fail(
                    "\(inputs[0].scalarType) indices of shape \(shapes[0]) and updates of shape \(shapes[1])")
            }
            shape = Shape([rows] + shapes[1].extents.dropFirst())
            type = inputs[1].scalarType
        case .stopGradient, .customGradient: break
        }
        return Tensor(Node(operation, inputs, shape: shape, scalarType: type))
    }
}
