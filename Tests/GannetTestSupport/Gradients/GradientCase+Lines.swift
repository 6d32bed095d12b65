import GannetGraph

extension GradientCase {
    /// Elements along an axis: combined with all before them, put in order, picked.
    static let lines: [GradientCase] = [
        GradientCase("cumulative sum", [[3, 4]]) { $0[0].cumulativeSum(axis: 0).sin() },
        GradientCase("reversed cumulative sum", [[2, 5]]) { $0[0].cumulativeSum(isReversed: true).sin() },
        GradientCase("exclusive cumulative sum", [[2, 5]]) { inputs in
            inputs[0].cumulativeSum(isExclusive: true).exp() * inputs[0]
        },
        GradientCase("cumulative product", [[2, 5]]) { $0[0].cumulativeProduct() },
        GradientCase("reversed cumulative product", [[5, 2]]) {
            $0[0].cumulativeProduct(axis: 0, isReversed: true).sin()
        },
        GradientCase("exclusive cumulative product", [[6]]) {
            $0[0].cumulativeProduct(isReversed: true, isExclusive: true)
        },
        GradientCase("cumulative product of one", [[3, 1]]) { $0[0].cumulativeProduct() },
        GradientCase("cumulative product with zeros", [[7]], in: 0...0) { inputs in
            (inputs[0] + Tensor([1.5, -2, 0, 0.5, 3, 0, 2] as [Float])).cumulativeProduct()
        },
        GradientCase("cumulative maximum", [[3, 6]]) { $0[0].cumulativeMaximum().exp() },
        GradientCase("reversed cumulative maximum", [[6, 2]]) {
            $0[0].cumulativeMaximum(axis: 0, isReversed: true).exp()
        },
        GradientCase("cumulative minimum", [[3, 6]]) { $0[0].cumulativeMinimum(axis: 0).exp() },
        GradientCase("sorted", [[3, 5]]) { $0[0].sorted().values.exp() * $0[0] },
        GradientCase("sorted along the first axis", [[5, 2]]) {
            $0[0].sorted(axis: 0, isDescending: true).values.cumulativeSum(axis: 0).sin()
        },
        GradientCase("greatest elements", [[3, 6]]) { $0[0].topK(2).values.exp() },
        GradientCase("elements along an axis", [[3, 4]]) { inputs in
            inputs[0].gathered(
                along: 1, at: Tensor([0, 3, 3, 2, 1, 1, 0, 0, 2] as [Int32], shape: [3, 3])
            ).exp()
        },
        GradientCase("elements along a broadcast axis", [[4, 1]]) { inputs in
            inputs[0].gathered(along: 0, at: Tensor([0, 3, 3, 2, 1, 1] as [Int32], shape: [2, 3])).sin()
        },
    ]
}
