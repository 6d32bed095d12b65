import ArgumentParser

/// Shapes for every operation, by the kind of machine that they suit.
enum Suite: String, CaseIterable, ExpressibleByArgument {
    /// So small that all takes a second or two: to try the tool.
    case tiny
    /// For the cores of a small machine.
    case small
    /// The shapes at which the CPU's kernels are held against PyTorch's.
    case cpu
    /// For a GPU.
    case large

    /// The commands, each as its words.
    var commands: [[String]] {
        lines.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    /// A convolution and its gradients, in the suites for CPUs.
    private static let squareConvolution = """
        convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1
        convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --pass input-gradient
        convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --pass kernel-gradient
        """
    /// Element-wise work on tensors that the caches of a small machine do not hold.
    private static let elementwise = """
        elementwise gelu --shape 4096,1024
        elementwise softmax --shape 4096,1024
        elementwise layer-norm --shape 4096,1024
        elementwise group-norm-silu --shape 16,32,32,128
        """

    /// The models that draw pixel by pixel.
    private static func autoregressive(batch: Int) -> String {
        AutoregressiveNetwork.allCases.map { "step \($0.rawValue) --batch \(batch)\n" }.joined()
            + AutoregressiveNetwork.allCases.map { "draw \($0.rawValue) --batch 16\n" }.joined()
    }

    /// The models with latents and the flows.
    private static func latentVariables(batch: Int) -> String {
        LatentVariableNetwork.allCases.map { "step \($0.rawValue) --batch \(batch)" }.joined(separator: "\n")
    }

    /// The diffusion model: a training step, and pictures by each sampler.
    private static func diffusion(batch: Int) -> String {
        """
        step unet --batch \(batch)
        draw ddpm --batch 16 --sampler-steps 50
        draw ddim --batch 16 --sampler-steps 50
        draw dpm-solver --batch 16 --sampler-steps 50
        """
    }

    private var lines: String {
        switch self {
        case .tiny:
            """
            matmul --m 33 --n 20 --k 17
            convolution --batch 2 --height 6 --width 5 --channels 4 --filters 6 --kernel 3 --padding 1
            convolution --batch 2 --height 6 --width 5 --channels 4 --filters 6 --kernel 3 --groups 2 --pass kernel-gradient
            convolution --batch 2 --height 4 --width 4 --channels 4 --filters 6 --kernel 4 --stride 2 --padding 1 --transposed
            masked-convolution --batch 2 --height 6 --width 6 --channels 4 --filters 4 --kernel 3 --padding 1 --mask B
            noise forward --count 512
            noise ddpm --count 512
            noise ddim --count 512
            noise dpm-solver --count 512
            normal --count 1000
            elementwise gelu --shape 8,100
            elementwise softmax --shape 8,100
            elementwise layer-norm --shape 8,100
            elementwise group-norm-silu --shape 2,4,4,8 --groups 2
            step vae --batch 2
            step pixelcnn --batch 1
            step dcgan --batch 2
            step wgan-gp --batch 2
            step unet --batch 1
            step vq-vae --batch 2
            step pixelrnn-diagonal --batch 1
            draw pixelrnn-row --batch 1
            draw dpm-solver --batch 1 --sampler-steps 3
            """
        case .small:
            """
            matmul --m 512 --n 512 --k 512
            matmul --m 1024 --n 1024 --k 1024
            matmul --m 1024 --n 1024 --k 1024 --transpose-a
            matmul --m 1024 --n 1024 --k 1024 --transpose-b
            matmul --m 128 --n 128 --k 64 --batch 64
            matmul --m 128 --n 400 --k 784
            \(Self.squareConvolution)
            convolution --batch 8 --height 32 --width 32 --channels 128 --filters 128 --kernel 3 --padding 1
            convolution --batch 8 --height 28 --width 28 --channels 64 --filters 64 --kernel 7 --padding 3
            convolution --batch 16 --height 32 --width 32 --channels 64 --filters 128 --kernel 4 --stride 2 --padding 1
            convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --groups 64
            convolution --batch 16 --height 16 --width 16 --channels 128 --filters 64 --kernel 4 --stride 2 --padding 1 --transposed
            masked-convolution --batch 8 --height 28 --width 28 --channels 64 --filters 64 --kernel 7 --padding 3 --mask B
            masked-convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --mask B
            masked-convolution --batch 16 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --mask B --pass kernel-gradient
            noise forward --count 3145728
            noise ddpm --count 3145728
            noise ddim --count 3145728
            noise dpm-solver --count 3145728
            normal --count 4194304
            \(Self.elementwise)
            step vae --batch 128
            step pixelcnn --batch 16
            step dcgan --batch 32
            step unet --batch 16
            """
        case .cpu:
            """
            matmul --m 256 --n 256 --k 256
            matmul --m 512 --n 512 --k 512
            matmul --m 1024 --n 1024 --k 1024
            matmul --m 2048 --n 2048 --k 2048
            matmul --m 128 --n 400 --k 784
            matmul --m 4096 --n 64 --k 64
            matmul --m 128 --n 128 --k 64 --batch 64
            \(Self.squareConvolution)
            convolution --batch 16 --height 32 --width 32 --channels 128 --filters 128 --kernel 3 --padding 1
            convolution --batch 16 --height 32 --width 32 --channels 128 --filters 128 --kernel 3 --padding 1 --pass input-gradient
            convolution --batch 16 --height 32 --width 32 --channels 128 --filters 128 --kernel 3 --padding 1 --pass kernel-gradient
            convolution --batch 16 --height 16 --width 16 --channels 256 --filters 256 --kernel 3 --padding 1
            convolution --batch 16 --height 16 --width 16 --channels 256 --filters 256 --kernel 3 --padding 1 --pass input-gradient
            convolution --batch 16 --height 16 --width 16 --channels 256 --filters 256 --kernel 3 --padding 1 --pass kernel-gradient
            convolution --batch 16 --height 8 --width 8 --channels 512 --filters 512 --kernel 3 --padding 1
            convolution --batch 16 --height 8 --width 8 --channels 512 --filters 512 --kernel 3 --padding 1 --pass input-gradient
            convolution --batch 16 --height 8 --width 8 --channels 512 --filters 512 --kernel 3 --padding 1 --pass kernel-gradient
            convolution --batch 16 --height 28 --width 28 --channels 1 --filters 64 --kernel 7 --padding 3
            convolution --batch 16 --height 28 --width 28 --channels 1 --filters 64 --kernel 7 --padding 3 --pass input-gradient
            convolution --batch 16 --height 28 --width 28 --channels 1 --filters 64 --kernel 7 --padding 3 --pass kernel-gradient
            convolution --batch 16 --height 32 --width 32 --channels 64 --filters 128 --kernel 4 --stride 2 --padding 1
            convolution --batch 16 --height 32 --width 32 --channels 64 --filters 128 --kernel 4 --stride 2 --padding 1 --pass input-gradient
            convolution --batch 16 --height 32 --width 32 --channels 64 --filters 128 --kernel 4 --stride 2 --padding 1 --pass kernel-gradient
            convolution --batch 64 --height 4 --width 4 --channels 512 --filters 256 --kernel 4 --stride 2 --padding 1 --transposed
            convolution --batch 64 --height 8 --width 8 --channels 256 --filters 128 --kernel 4 --stride 2 --padding 1 --transposed
            convolution --batch 64 --height 16 --width 16 --channels 128 --filters 64 --kernel 4 --stride 2 --padding 1 --transposed
            convolution --batch 64 --height 32 --width 32 --channels 64 --filters 3 --kernel 4 --stride 2 --padding 1 --transposed
            masked-convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 7 --padding 3 --mask B
            masked-convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --mask B
            noise forward --count 3145728
            noise forward --count 196608
            noise ddpm --count 3145728
            noise ddpm --count 196608
            noise ddim --count 3145728
            noise ddim --count 196608
            noise dpm-solver --count 3145728
            noise dpm-solver --count 196608
            normal --count 3145728
            \(Self.elementwise)
            step vae --batch 128
            step pixelcnn --batch 16
            step dcgan --batch 64
            step wgan-gp --batch 64
            \(Self.latentVariables(batch: 64))
            \(Self.diffusion(batch: 32))
            \(Self.autoregressive(batch: 32))
            """
        case .large:
            """
            matmul --m 1024 --n 1024 --k 1024
            matmul --m 4096 --n 4096 --k 4096
            matmul --m 4096 --n 4096 --k 4096 --transpose-a
            matmul --m 4096 --n 4096 --k 4096 --transpose-b
            matmul --m 8192 --n 8192 --k 8192
            matmul --m 512 --n 512 --k 64 --batch 512
            convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1
            convolution --batch 64 --height 64 --width 64 --channels 128 --filters 128 --kernel 3 --padding 1
            convolution --batch 64 --height 64 --width 64 --channels 128 --filters 128 --kernel 3 --padding 1 --pass input-gradient
            convolution --batch 64 --height 64 --width 64 --channels 128 --filters 128 --kernel 3 --padding 1 --pass kernel-gradient
            convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 7 --padding 3
            convolution --batch 64 --height 64 --width 64 --channels 64 --filters 128 --kernel 4 --stride 2 --padding 1
            convolution --batch 64 --height 64 --width 64 --channels 128 --filters 128 --kernel 3 --padding 1 --groups 128
            convolution --batch 64 --height 32 --width 32 --channels 128 --filters 64 --kernel 4 --stride 2 --padding 1 --transposed
            masked-convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 7 --padding 3 --mask B
            masked-convolution --batch 64 --height 28 --width 28 --channels 64 --filters 64 --kernel 3 --padding 1 --mask B
            noise forward --count 50331648
            noise ddpm --count 50331648
            noise ddim --count 50331648
            noise dpm-solver --count 50331648
            normal --count 67108864
            elementwise gelu --shape 16384,4096
            elementwise softmax --shape 16384,4096
            elementwise layer-norm --shape 16384,4096
            elementwise group-norm-silu --shape 64,64,64,256
            step vae --batch 1024
            step pixelcnn --batch 256
            step dcgan --batch 512
            step wgan-gp --batch 512
            \(Self.latentVariables(batch: 512))
            \(Self.diffusion(batch: 256))
            \(Self.autoregressive(batch: 256))
            """
        }
    }
}
