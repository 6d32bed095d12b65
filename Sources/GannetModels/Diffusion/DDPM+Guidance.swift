import Gannet

/// Drawing with more of what is asked for, or less of what a worse model would make.
///
/// - Without a classifier (Ho and Salimans, arXiv:2207.12598, equation 6), to the class c:
///
///       ε = (1 + w) ε_θ(x, c) − w ε_θ(x)
///
/// - By a worse version of the model (Karras et al., "Guiding a Diffusion Model with a Bad Version of Itself", arXiv:2406.02507,
///   equation 3 with w + 1 for w), of classes or of none: both err in the same places, the worse one further, and so what leads from
///   the worse one to the better leads on to what the data are like:
///
///       ε = (1 + w) ε_θ(x, c) − w ε_weaker(x, c)
extension DDPM {
    /// The denoiser that pictures of some classes are drawn by.
    func guided(_ labels: [Int]?) -> GaussianDiffusion.Denoiser {
        if let labels, let wrong = labels.first(where: { !(0..<(conditioningClassCount ?? 0)).contains($0) })
        {
            invalidUse(
                "samples(of:seed:)",
                "\(wrong) is not one of \(conditioningClassCount ?? 0) classes, numbered from 0")
        }
        let asked = labels.map { Tensor($0.map(Int32.init)) }
        let plain: GaussianDiffusion.Denoiser = { denoise($0, $1, labels: asked) }
        if guidance == 0 { return plain }
        // Whatever changes from call to call is an input of the graph.
        let weight = Tensor(guidance)
        if let weakerNetwork {
            check(weakerNetwork)
            return { images, timesteps in
                let labels = told(asked, of: images.shape[0])
                return result(
                    plain(images, timesteps), awayFrom: weakerNetwork(images, timesteps, labels: labels),
                    by: weight)
            }
        }
        guard let asked else { return plain }
        let all = Tensor.concatenate([asked, told(nil, of: asked.shape[0])!], axis: 0)
        return { images, timesteps in
            let batch = images.shape[0]
            let results = denoise(
                .concatenate([images, images], axis: 0), .concatenate([timesteps, timesteps], axis: 0),
                labels: all)
            return result(
                results.slice(0..<batch, axis: 0), awayFrom: results.slice(batch..<2 * batch, axis: 0),
                by: weight)
        }
    }

    /// Stops where a network is not of the same pictures, classes and variance.
    private func check(_ weaker: UNet) {
        let (own, other) = (network.configuration, weaker.configuration)
        let differences = [
            ("channels", own.channels, other.channels), ("outputs", own.outputs, other.outputs),
            ("classes, none being one,", own.classes ?? 0, other.classes ?? 0),
        ]
        for (what, own, other) in differences where own != other {
            invalidUse("DDPM", "a weaker network of \(other) \(what) for a network of \(own)")
        }
    }

    /// A network's result with the prediction of another one taken away; what is said of the variance stays.
    private func result(_ own: Tensor, awayFrom other: Tensor, by weight: Tensor) -> Tensor {
        let (prediction, variance) = diffusion.parts(of: own)
        let guided = prediction + weight * (prediction - diffusion.parts(of: other).prediction)
        return variance.map { .concatenate([guided, $0], axis: -1) } ?? guided
    }
}
