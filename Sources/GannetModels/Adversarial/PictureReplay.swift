import Gannet

/// Made pictures of earlier updates, which a discriminator sees again so that it does not forget what the generator once did: Shrivastava et
/// al., "Learning from Simulated and Unsupervised Images through Adversarial Training" (arXiv:1612.07828), section 2.3.
///
/// Half of the made pictures of an update are drawn from those that are kept. Other than in the paper, where a new picture takes the place of
/// any old one, the oldest go first.
struct PictureReplay: Module {
    /// The pictures, the oldest first, [size, height, width, channels].
    private let pictures: Parameter
    /// Their classes, whole numbers [size]; zeros where there are none.
    private let classes: Parameter
    /// How many there are, at the end of both.
    private let count: Parameter

    /// Creates an empty store.
    init(size: Int, imageShape: Shape) {
        pictures = Parameter(.constant(0, shape: Shape([size] + imageShape.extents)), isTrainable: false)
        classes = Parameter(.constant(0, shape: [size]), isTrainable: false)
        count = Parameter(.constant(0, shape: [1]), isTrainable: false)
    }

    /// Made pictures, of which the second half is replaced by old ones as soon as there are some, with their classes; and keeps them.
    func mixed(
        _ made: Tensor, _ labels: Tensor?, noise: inout RandomStream
    ) -> (pictures: Tensor, labels: Tensor?) {
        let (batch, size) = (made.shape[0], pictures.shape[0])
        let replaced = batch / 2
        let chance = noise.uniform([replaced])
        let filled = count.value.sum()
        let places = maximum(.literal(Float(size - 1)) - (chance * filled).floor(), 0).cast(to: .int32)
        func half(_ new: Tensor, _ kept: Parameter) -> Tensor {
            let old = kept.value.gathered(at: places)
            let replay = select(filled .> 0, old, new[batch - replaced..<batch])
            return .concatenate([new[0..<batch - replaced], replay], axis: 0)
        }
        func keep(_ new: Tensor, in kept: Parameter) {
            let all = min(batch, size)
            kept.track { .concatenate([$0[all..<size], new[batch - all..<batch]], axis: 0) }
        }
        let numbers = labels?.cast(to: .float32)
        let result = (half(made, pictures), numbers.map { half($0, classes).cast(to: .int32) })
        keep(made, in: pictures)
        if let numbers { keep(numbers, in: classes) }
        count.track { minimum($0 + .literal(Float(batch)), .literal(Float(size))) }
        return result
    }
}

extension Tensor {
    /// A leaf of equal numbers.
    fileprivate static func constant(_ value: Float, shape: Shape) -> Tensor {
        Tensor([Float](repeating: value, count: shape.count), shape: shape)
    }
}
