import ArgumentParser

/// Shapes for every operation, by the kind of machine that they suit.
enum Suite: String, CaseIterable, ExpressibleByArgument {
    /// So small that all takes a second or two: to try the tool.
    case tiny
    /// For the cores of a small machine.
    case small
    /// For a GPU.
    case large

    /// The commands, each as its words.
    var commands: [[String]] {
        lines.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    private var lines: String {
        switch self {
        case .tiny:
            """
            matmul --m 33 --n 20 --k 17
            normal --count 1000
            elementwise gelu --shape 8,100
            elementwise softmax --shape 8,100
            elementwise layer-norm --shape 8,100
            elementwise group-norm-silu --shape 2,4,4,8 --groups 2
            step vae --batch 2
            """
        case .small:
            """
            matmul --m 512 --n 512 --k 512
            matmul --m 1024 --n 1024 --k 1024
            matmul --m 1024 --n 1024 --k 1024 --transpose-a
            matmul --m 1024 --n 1024 --k 1024 --transpose-b
            matmul --m 128 --n 128 --k 64 --batch 64
            matmul --m 128 --n 400 --k 784
            normal --count 4194304
            elementwise gelu --shape 4096,1024
            elementwise softmax --shape 4096,1024
            elementwise layer-norm --shape 4096,1024
            elementwise group-norm-silu --shape 16,32,32,128
            step vae --batch 128
            """
        case .large:
            """
            matmul --m 1024 --n 1024 --k 1024
            matmul --m 4096 --n 4096 --k 4096
            matmul --m 4096 --n 4096 --k 4096 --transpose-a
            matmul --m 4096 --n 4096 --k 4096 --transpose-b
            matmul --m 8192 --n 8192 --k 8192
            matmul --m 512 --n 512 --k 64 --batch 512
            normal --count 67108864
            elementwise gelu --shape 16384,4096
            elementwise softmax --shape 16384,4096
            elementwise layer-norm --shape 16384,4096
            elementwise group-norm-silu --shape 64,64,64,256
            step vae --batch 1024
            """
        }
    }
}
