import GannetGraph

extension GradientCase {
    /// Functions of which parts are computed again for the gradient.
    static let checkpointing: [GradientCase] = [
        GradientCase("checkpointed", [[3, 4], [4, 4], [4]]) { inputs in
            inputs[0].checkpointed { ($0.matmul(inputs[1]) * 0.3 + inputs[2]).tanh() }
        },
        GradientCase("checkpointed in turn, with weights in common", [[2, 3], [3, 3]]) { inputs in
            var h = inputs[0]
            for _ in 0..<3 { h = h.checkpointed { ($0.matmul(inputs[1]) * 0.3).sin() + $0 } }
            return h
        },
        GradientCase("checkpointed within what is checkpointed", [[5]]) { inputs in
            inputs[0].checkpointed { outer in outer.sin().checkpointed { $0.exp() * outer } * 0.5 }
        },
        GradientCase("checkpointed, one input made of another", [[4], [4]]) { inputs in
            let y = inputs[0].exp() * 0.2
            return Tensor.checkpointed([inputs[0], y]) { ($0[0] * $0[1]).tanh() * inputs[1] + y }
        },
        GradientCase("checkpointed with noise", [[3, 5]]) { inputs in
            var noise = RandomStream(seed: 3)
            let scale = inputs[0].squared()
            return inputs[0].checkpointed { x in
                let kept = noise.bernoulli(probability: .full(Float(0.5), shape: x.shape))
                return (x * kept + scale).tanh() * noise.normal(x.shape)
            }
        },
        GradientCase("checkpointed loop", [[2, 3], [3, 3]]) { inputs in
            inputs[0].checkpointed { x in
                Tensor.loop(count: 3, carrying: [x]) { step in
                    ([(step.state[0].matmul(inputs[1]) * 0.3).tanh()], [])
                }.state[0]
            }
        },
    ]
}
