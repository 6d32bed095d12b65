import Gannet

/// Pictures with one bright row or column each, which follow from their numbers.
struct Bars: DataSet {
    var count = 96
    var side = 8

    var exampleShape: Shape { [side, side, 1] }

    func batch(at indices: [Int]) -> Batch {
        var pixels: [Float] = []
        for index in indices {
            for row in 0..<side {
                for column in 0..<side {
                    let place = index % (2 * side) < side ? row : column
                    pixels.append(place == index % side ? 0.9 - 0.01 * Float(index % 7) : 0.05)
                }
            }
        }
        return Batch(images: Tensor(pixels, shape: [indices.count, side, side, 1]))
    }
}
