import Foundation
import Gannet

/// Gaussians in the plane.
enum PlaneModes: Int, CaseIterable {
    case ring = 8
    case grid = 25

    /// The middles, within −1…1.
    var middles: [SIMD2<Float>] {
        switch self {
        case .ring:
            (0..<8).map { number in
                let angle = Float.pi / 4 * Float(number)
                return 0.8 * SIMD2(cos(angle), sin(angle))
            }
        case .grid: (0..<25).map { 0.4 * SIMD2(Float($0 % 5) - 2, Float($0 / 5) - 2) }
        }
    }

    /// A twentieth of the way to the next on the grid.
    var deviation: Float { 0.02 }

    /// Points as pictures of two pixels in 0…1, [count, 1, 2, 1].
    func batch(_ count: Int, noise: inout RandomStream) -> Batch {
        let table = Tensor(middles.flatMap { [$0.x, $0.y] }, shape: [rawValue, 2])
        let numbers = noise.integers(below: UInt32(rawValue), [count])
        let points = table.gathered(at: numbers) + .literal(deviation) * noise.normal([count, 2])
        return Batch(images: (points.reshape([count, 1, 2, 1]) + 1) / 2)
    }
}

/// Points around such modes as labelled pictures of two pixels: as many of each, in turn.
struct PlanePoints: DataSet {
    let modes: PlaneModes
    let count: Int
    let exampleShape: Shape = [1, 2, 1]
    var classCount: Int? { modes.rawValue }

    func batch(at indices: [Int]) throws -> Batch {
        let values = indices.flatMap { index in
            var noise = RandomStream(seed: UInt64(index))
            let middle = modes.middles[index % modes.rawValue]
            let way = (try? noise.normal([2]).array(of: Float.self, on: .cpu)) ?? [0, 0]
            return [middle.x + modes.deviation * way[0], middle.y + modes.deviation * way[1]]
        }
        return Batch(
            images: Tensor(values.map { ($0 + 1) / 2 }, shape: [indices.count, 1, 2, 1]),
            labels: Tensor(indices.map { Int32($0 % modes.rawValue) }))
    }
}
