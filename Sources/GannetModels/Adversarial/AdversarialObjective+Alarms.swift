import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension AdversarialObjective {
    /// What tells by the discriminator's loss that it has won: Chintala et al., "How to Train a GAN?" (NIPS 2016), point 10.
    ///
    /// Nothing does where the loss has other terms than that of right and wrong, which hide it, or where labels are so often wrong that being
    /// sure and guessing cost nearly the same.
    var alarms: [TrainingAlarm] {
        guard penalties.isEmpty, drift == 0, let (sure, guessing) = discriminatorLossBounds,
            guessing - sure > 0.1 * guessing
        else { return [] }
        func bound(_ share: Double) -> Double { sure + share * (guessing - sure) }
        return [
            TrainingAlarm(
                "sureDiscriminator", on: "discriminatorLoss", .below(bound(0.05), until: bound(0.1))
            ) { value, _ in
                "The discriminator is nearly always right: its loss is \(value), where guessing gives \((guessing * 100).rounded() / 100); "
                    + "the generator can learn little from it. Smoothed labels, noise on pictures, or a smaller learning rate of the "
                    + "discriminator help."
            }
        ]
    }

    /// The least expected loss of a discriminator that is always right, and of one that cannot tell at all; nil where losses are no measure of
    /// either.
    private var discriminatorLossBounds: (sure: Double, guessing: Double)? {
        let (smoothing, flipping) = (Double(smoothing), Double(flipping))
        /// The mean targets.
        let (real, made) = ((1 - smoothing) * (1 - flipping), flipping)
        switch loss {
        case .minimax, .nonSaturating:
            // The cross entropy is least at the mean target.
            func entropy(_ p: Double) -> Double {
                p <= 0 || p >= 1 ? 0 : -p * log(p) - (1 - p) * log(1 - p)
            }
            return (entropy(real) + entropy(made), 2 * entropy((real + made) / 2))
        case .leastSquares:
            let variance = flipping * (1 - flipping)
            let sure = ((1 - smoothing) * (1 - smoothing) + 1) * variance / 2
            return (sure, sure + (real - made) * (real - made) / 4)
        case .hinge: return (0, 2)
        case .wasserstein: return nil
        }
    }
}
