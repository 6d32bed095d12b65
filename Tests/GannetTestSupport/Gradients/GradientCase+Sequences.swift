import GannetGraph

extension GradientCase {
    /// Loops and steps of diffusion processes.
    static let sequences: [GradientCase] = [
        GradientCase("forward noising", [[3, 4], [3, 2]]) {
            $0[0].noiseStep(.forward, coefficients: $0[1], key: key).squared()
        },
        GradientCase("noise step with a prediction", [[2, 5], [2, 5], [2, 7]]) {
            $0[0].noiseStep(
                .reverse(isClipped: false, isNoisy: true), prediction: $0[1], coefficients: $0[2], key: key
            ).squared()
        },
        GradientCase("noise step without noise", [[2, 5], [2, 5], [2, 7]]) {
            $0[0].noiseStep(
                .reverse(isClipped: false, isNoisy: false), prediction: $0[1], coefficients: $0[2]
            ).squared()
        },
        // h is within its bounds.
        GradientCase("clipped, noisy noise step", [[2, 5], [2, 5], [2, 7]], in: 0.3...0.5) {
            $0[0].noiseStep(
                .reverse(isClipped: true, isNoisy: true), prediction: $0[1] * 0.2, coefficients: $0[2] + 0.3,
                key: key
            ).squared()
        },
        // Where h is clipped the gradient has kinks, which these numbers keep away from.
        GradientCase(
            "clipped noise step whose prediction depends on its images", [[2, 5], [2, 7]], in: 0.3...1
        ) {
            $0[0].noiseStep(
                .reverse(isClipped: true, isNoisy: false), prediction: 3 * $0[0].sin(), coefficients: $0[1]
            ).squared()
        },
        GradientCase("loop over states", [[3], [3, 3]], in: -1...1) { inputs in
            Tensor.loop(count: 4, carrying: [inputs[0], .zeros([])]) { step in
                let h = step.state[0].reshape(1, 3).matmul(inputs[1]).reshape(3).tanh()
                return ([h, step.state[1] + h.sum()], [])
            }.state[1]
        },
        GradientCase("loop that scans and collects", [[2], [5, 2], [2]], in: -1...1) { inputs in
            let (state, outputs) = Tensor.loop(count: 5, carrying: [inputs[0]], over: [inputs[1]]) { step in
                let h = (step.state[0] * inputs[2] + step.scanned[0] + 0.1 * step.index.cast(to: .float32))
                    .sin()
                return ([h], [h * inputs[2], step.state[0]])
            }
            return outputs[0].squared().sum() + (outputs[1] * inputs[1]).sum() + state[0].sum()
        },
        GradientCase("loop that runs back", [[2], [4, 2]], in: -1...1) { inputs in
            let (state, outputs) = Tensor.loop(
                count: 4, carrying: [inputs[0]], over: [inputs[1]], reversed: true
            ) { step in ([(step.state[0] * step.scanned[0]).cos()], [step.state[0].squared()]) }
            return outputs[0].sum() + (state[0] * inputs[0]).sum()
        },
        GradientCase("loop in a loop", [[2], [3, 2]], in: -1...1) { inputs in
            Tensor.loop(count: 3, carrying: [inputs[0]], over: [inputs[1]]) { outer in
                let inner = Tensor.loop(count: 2, carrying: [outer.state[0]]) { step in
                    ([(step.state[0] * outer.scanned[0] + inputs[0]).tanh()], [])
                }
                return ([inner.state[0] + outer.scanned[0]], [])
            }.state[0].squared()
        },
        GradientCase("loop of no iterations", [[2], [0, 2]], in: -1...1) { inputs in
            Tensor.loop(count: 0, carrying: [inputs[0]], over: [inputs[1]]) { step in
                ([step.state[0] * step.scanned[0]], [])
            }.state[0].exp()
        },
        GradientCase("loop with a custom gradient", [[3]], in: -1...1) { inputs in
            Tensor.loop(count: 3, carrying: [inputs[0]]) { step in
                let x = step.state[0]
                let square = Tensor.withGradient(of: [x], value: x.squared().stoppingGradient()) {
                    [2 * x * $0]
                }
                return ([square + inputs[0]], [])
            }.state[0]
        },
    ]

    private static let key = Tensor([11, 22, 33, 44] as [UInt32])
}
