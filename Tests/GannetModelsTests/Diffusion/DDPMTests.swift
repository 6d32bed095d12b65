import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("DDPM")
struct DDPMTests {
    private let model = DDPM(
        imageShape: [8, 4, 1], features: [8, 16], diffusion: GaussianDiffusion(.linear(timesteps: 20)),
        seed: 2)

    @Test("Network and samples have the shape of the pictures")
    func shapes() {
        #expect(model.network(.zeros([3, 8, 4, 1]), Tensor([0, 7, 19] as [Int32])).shape == [3, 8, 4, 1])
        #expect(model.samples(3).shape == [3, 8, 4, 1])
        #expect(model.sampler.timesteps.count == 20)
    }

    @Test("A network that predicts nothing has the squared noise as its error", arguments: TestDevices.all)
    func untrained(device: Device) throws {
        for (path, parameter) in model.parameters where path == "network.last.bias" {
            parameter.assign(Tensor([0] as [Float]))
        }
        var noise = RandomStream(seed: 4)
        let key = noise.nextKey()
        let error = model.diffusion.losses(
            .simple,
            of:
                .full(Float(0.5), shape: [2, 8, 4, 1]), at: Tensor([3, 11] as [Int32]), key: key,
            denoiser: model.denoise)
        let expected = RandomStream.normal([2, 8, 4, 1], key: key).squared().mean(axes: [1, 2, 3])
        let (values, right) = (
            try error.array(of: Float.self, on: device), try expected.array(of: Float.self, on: device)
        )
        for (value, right) in zip(values, right) { #expect(abs(value - right) < 1e-6) }
    }

    @Test(
        "The prediction depends on the time step, and on that of its own picture", arguments: TestDevices.all)
    func timesteps(device: Device) throws {
        var random = RandomStream(seed: 9)
        // The last layer starts from zeros.
        let last = model.parameters.first { $0.path == "network.last.weight" }!.parameter
        last.assign(Initializer.standard(last.shape, random: &random))
        let x = random.normal([1, 8, 4, 1]).broadcast(to: [3, 8, 4, 1])
        let y = try model.network(x, Tensor([4, 12, 4] as [Int32])).array(of: Float.self, on: device)
        let (first, second, third) = (y[0..<32], y[32..<64], y[64..<96])
        #expect(first == third)
        #expect(zip(first, second).contains { abs($0 - $1) > 1e-4 })
    }

    @Test("The first pictures of a longer list are the same", arguments: TestDevices.all)
    func prefix(device: Device) throws {
        var model = model
        for kind in [DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .dpmSolver] {
            model.sampler = DiffusionSampler(kind, of: model.diffusion, steps: 5)
            let long = try model.samples(3, seed: 1).array(of: Float.self, on: device)
            let short = try model.samples(2, seed: 1).array(of: Float.self, on: device)
            #expect(zip(long, short).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}
