extension ReferenceEvaluator {
    /// The elements of a tensor of shape `shape` that `element` gives for each index.
    private static func elements(of shape: Shape, _ element: ([Int]) -> Double) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(shape.count)
        ReferenceValue.forEachIndex(of: shape) { result.append(element($0)) }
        return result
    }

    /// The index along an axis.
    static func indices(along axis: Int, of shape: Shape) -> [Double] {
        elements(of: shape) { Double($0[axis]) }
    }

    /// Axis *i* of the result is axis `order[i]` of the operand.
    static func permute(_ operand: ReferenceValue, order: [Int], shape: Shape) -> [Double] {
        elements(of: shape) { index in
            var source = index
            for (axis, original) in order.enumerated() { source[original] = index[axis] }
            return operand.elements[operand.offset(of: source)]
        }
    }

    /// Axes of extent 1 repeated.
    static func broadcast(_ operand: ReferenceValue, shape: Shape) -> [Double] {
        elements(of: shape) { index in
            let source = zip(index, operand.shape.extents).map { $1 == 1 ? 0 : $0 }
            return operand.elements[operand.offset(of: source)]
        }
    }

    /// Element *i* along an axis is element `starts + i · strides` of the operand.
    static func slice(
        _ operand: ReferenceValue, starts: [Int], strides: [Int], shape: Shape
    ) -> [Double] {
        elements(of: shape) { index in
            let source = index.indices.map { starts[$0] + index[$0] * strides[$0] }
            return operand.elements[operand.offset(of: source)]
        }
    }

    /// `value` around the operand's elements.
    static func pad(_ operand: ReferenceValue, low: [Int], value: Double, shape: Shape) -> [Double] {
        elements(of: shape) { index in
            let source = zip(index, low).map { $0 - $1 }
            let isInside = zip(source, operand.shape.extents).allSatisfy { $0 >= 0 && $0 < $1 }
            return isInside ? operand.elements[operand.offset(of: source)] : value
        }
    }

    /// Operands one after another along an axis.
    static func concatenate(_ operands: [ReferenceValue], axis: Int, shape: Shape) -> [Double] {
        elements(of: shape) { index in
            var source = index
            var number = 0
            while source[axis] >= operands[number].shape.extents[axis] {
                source[axis] -= operands[number].shape.extents[axis]
                number += 1
            }
            return operands[number].elements[operands[number].offset(of: source)]
        }
    }
}
