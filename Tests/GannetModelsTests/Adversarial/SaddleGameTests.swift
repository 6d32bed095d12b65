import GannetModels
import Testing

@Suite("Two players at a saddle")
struct SaddleGameTests {
    @Test(
        "They are where the equations say after ten steps",
        arguments: [(2, -0.204_717_363_2, -0.019_216_076_8), (10, -15.919_846_3, -5.296_419_7)])
    func places(coupling: Double, x: Double, y: Double) {
        let path = SaddleGame(coupling: coupling, stepSize: 0.1).path(count: 10)
        #expect(path.count == 11 && path[0] == (1, 1))
        #expect(abs(path[10].x - x) < 1e-7 && abs(path[10].y - y) < 1e-7, "\(path[10])")
    }

    @Test("Each step changes the distance by the rate, and above the largest stable step they run away")
    func rate() {
        for coupling in [0.5, 2, 10] as [Double] {
            let limit = SaddleGame(coupling: coupling, stepSize: 1).largestStableStep
            for (stepSize, isStable) in [(0.9 * limit, true), (1.1 * limit, false)] {
                let game = SaddleGame(coupling: coupling, stepSize: stepSize)
                #expect((game.rate < 1) == isStable)
                let path = game.path(from: (0.3, -2), count: 40)
                let distances = path.map { ($0.x * $0.x + $0.y * $0.y).squareRoot() }
                for (one, next) in zip(distances, distances.dropFirst()) {
                    #expect(abs(next / one - game.rate) < 1e-12)
                }
                #expect((distances[40] < distances[0]) == isStable)
            }
        }
    }
}
