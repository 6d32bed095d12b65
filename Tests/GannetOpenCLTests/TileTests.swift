import Gannet
import GannetCompiler
import GannetOpenCL
import GannetTestSupport
import Testing

/// Tables of tiles, and the tuner that fills them.
@Suite struct TileTests {
    private static func source(
        _ program: Program, _ style: KernelStyle, family: DeviceFamily = .other, largestGroup: Int = 1024,
        tiles: TileTable = .builtIn
    ) -> String {
        OpenCLBackend.source(
            of: program, style: style, computeUnits: 16, largestGroup: largestGroup, family: family,
            tiles: tiles)
    }

    // MARK: Tables

    @Test func problemsHaveNames() {
        let names = TileGraphs.problems.map(\.description)
        #expect(names.contains("product 2 of 70×33 by 33×45ᵀ"))
        #expect(names.contains("convolution 2×9×13×20 to 9×13×40: 9×13×40 of 9×20"))
        #expect(names.contains("convolution 2×9×13×40 to 9×13×20, filters ᵀ: 9×13×20 of 9×40"))
        #expect(names.contains("filter gradient 2×9×13×20 and 9×13×40: 9×13×40 of 9×20"))
        #expect(Set(names).count == 4)
    }

    @Test func theEntryOfAProblemIsUsedAndNoOther() throws {
        let tile = try #require(Tile(numbers: [32, 64, 4, 4, 16]))
        let builtIn = Self.source(TileGraphs.product, .gpu)
        #expect(!builtIn.contains("#define TILE_N 64\n#define THREAD_M 4\n"))
        let tuned = Self.source(
            TileGraphs.product, .gpu, tiles: TileGraphs.table(tile, for: TileGraphs.product))
        #expect(tuned.contains("#define TILE_M 32\n#define TILE_N 64\n#define THREAD_M 4\n"))
        let others = TileGraphs.table(tile, for: TileGraphs.convolution)
        #expect(Self.source(TileGraphs.product, .gpu, tiles: others) == builtIn)
    }

    @Test func tilesOfTheOtherStyleAreNotUsed() throws {
        for (style, numbers) in [(KernelStyle.cpu, [32, 64, 4, 4, 16]), (.gpu, [7, 16, 2])] {
            let table = TileGraphs.table(try #require(Tile(numbers: numbers)), for: TileGraphs.convolution)
            #expect(
                Self.source(TileGraphs.convolution, style, tiles: table)
                    == Self.source(TileGraphs.convolution, style))
        }
    }

    @Test func tilesThatTheDeviceCannotRunAreNotUsed() throws {
        let table = TileGraphs.table(
            try #require(Tile(numbers: [128, 128, 8, 8, 8])), for: TileGraphs.product)
        #expect(
            Self.source(TileGraphs.product, .gpu, largestGroup: 128, tiles: table)
                == Self.source(TileGraphs.product, .gpu, largestGroup: 128))
    }

    @Test func numbersOfNoTileAreRefused() {
        for numbers in [
            [], [1], [128, 128, 8, 8, 7], [64, 64, 4, 4], [15, 32, 1], [8, 24, 1], [8, 16, -1],
        ] {
            #expect(Tile(numbers: numbers) == nil, "\(numbers)")
        }
        for style in KernelStyle.allCases {
            for tile in Tile.candidates(style) { #expect(Tile(numbers: tile.numbers) == tile) }
        }
    }

    // MARK: What is built in

    @Test func familiesAreTold() {
        #expect(
            DeviceFamily(kind: .discreteGPU, vendor: "NVIDIA Corporation", platform: "NVIDIA CUDA") == .nvidia
        )
        #expect(
            DeviceFamily(
                kind: .discreteGPU, vendor: "Advanced Micro Devices, Inc.", platform: "AMD Accelerated")
                == .amd)
        #expect(
            DeviceFamily(kind: .integratedGPU, vendor: "Intel(R) Corporation", platform: "Intel(R) OpenCL")
                == .intel)
        #expect(DeviceFamily(kind: .cpu, vendor: "GenuineIntel", platform: "PoCL") == .processor)
        #expect(DeviceFamily(kind: .discreteGPU, vendor: "ARM", platform: "ARM Platform") == .other)
    }

    /// No family's rule makes groups that its device cannot run, or that suit it badly.
    @Test(arguments: DeviceFamily.allCases) func rulesOfFamilies(_ family: DeviceFamily) throws {
        let large = TileGraphs.program([TileGraphs.leaf([1024, 64]).matmul(TileGraphs.leaf([64, 1024]))])
        func sizes(largestGroup: Int) throws -> (sums: Int, threads: Int) {
            let text = Self.source(large, .gpu, family: family, largestGroup: largestGroup)
            func number(_ name: String) throws -> Int {
                let line = text.split(separator: "\n").first { $0.hasPrefix("#define \(name) ") }
                return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
            }
            let sums = try number("THREAD_M") * number("THREAD_N")
            return (sums, try number("TILE_M") * number("TILE_N") / sums)
        }
        let (sums, threads) = try sizes(largestGroup: 1024)
        switch family {
        case .nvidia, .processor, .other: #expect(sums == 64 && threads == 256)
        case .amd: #expect(threads % 64 == 0)
        case .intel: #expect(sums <= 32)
        }
        #expect(try sizes(largestGroup: 64).threads <= 64)
    }

    // MARK: Tuning

    /// The tuner looks at the values of all candidates.
    @Test(.enabled(if: TestBackends.areFound)) func everyCandidateGivesRightValues() throws {
        let reference = try Device.cpu.evaluator().backend
        for backend in TestBackends.all {
            let tuner = TileTuner(backend, reference: reference)
            // PoCL takes seconds for a tile of the GPU style: there, those of the product must do.
            let problems =
                backend.style == .cpu ? TileGraphs.problems : TileProblem.problems(in: [TileGraphs.product])
            for problem in problems where tuner.hasChoice(problem) {
                let measured = try #require(try tuner.measure(problem))
                #expect(measured.rejections.isEmpty, "\(problem): \(measured.rejections)")
                #expect(
                    measured.timed > 4 && measured.bestSeconds ?? 0 > 0, "\(problem) on \(backend.summary)")
                if let tile = measured.tile {
                    #expect(try #require(measured.bestSeconds) < #require(measured.builtInSeconds), "\(tile)")
                }
            }
        }
    }

    @Test(.enabled(if: TestBackends.areFound)) func tuningCanBeStopped() throws {
        let tuner = TileTuner(
            try #require(TestBackends.all.first), reference: try Device.cpu.evaluator().backend)
        let problem = try #require(TileGraphs.problems.first { tuner.hasChoice($0) })
        #expect(try tuner.measure(problem, isStopped: { true }) == nil)
    }

    /// Graphs on a backend with a table give what they give on one without.
    @Test(.enabled(if: TestBackends.areFound)) func tunedKernelsGiveTheSameValues() throws {
        var generator = SeededGenerator.announced(for: "Tuned kernels")
        let (a, b) = (generator.floats([2, 70, 33]), generator.floats([2, 45, 33]))
        let (images, filters) = (generator.floats([2, 9, 13, 20]), generator.floats([3, 3, 20, 40]))
        let axis = ConvolutionGeometry.Axis(stride: 1, dilation: 1, padLow: 1, padHigh: 1)
        let convolved = images.convolved(
            with: filters, ConvolutionGeometry(height: axis, width: axis, groups: 1, mask: nil))
        let results =
            [a.matmul(b.transposed()).tanh(), convolved]
            + gradients(of: (convolved * convolved).sum(), withRespectTo: [images, filters])
        let expected = try ReferenceEvaluator().values(of: results)
        let program = TileGraphs.program(results)
        for backend in TestBackends.all {
            let tile = try #require(Tile(numbers: backend.style == .gpu ? [64, 32, 4, 4, 16] : [7, 16, 2]))
            let tuned = try OpenCLBackend(
                device: backend.device, style: backend.style, tiles: TileGraphs.table(tile, for: program))
            #expect(tuned.source(of: program) != backend.source(of: program))
            let actual = try ReferenceEvaluator().values(
                of: zip(try Evaluator(tuned).evaluate(results), results).map {
                    Tensor($0, shape: $1.shape, scalarType: $1.scalarType)
                })
            for (a, e) in zip(actual, expected) {
                let failure = Tolerance.scaled(5e-6).failure(a, expected: e)
                #expect(failure == nil, "\(tuned.summary): \(failure ?? "")")
            }
        }
    }
}

/// Tiles on drivers that go wrong.
extension FailureTests {
    @Test(.enabled(if: TestBackends.areFound)) func aTileThatGivesWrongValuesIsRejected() throws {
        let backend = try OpenCLBackend(
            device: try #require(AlteredLibrary.platforms?.devices.first), style: .gpu)
        let tuner = TileTuner(backend, reference: try Device.cpu.evaluator().backend)
        let program = TileGraphs.product
        let spoiled = try #require(Tile(numbers: [64, 64, 4, 4, 16]))
        #expect(
            OpenCLBackend.source(
                of: program, style: .gpu, computeUnits: 1, largestGroup: 1024,
                tiles: TileGraphs.table(spoiled, for: program)
            ).contains(AlteredLibrary.spoiledTile))
        let problem = try #require(TileProblem.problems(in: [program]).first)
        let measured = try #require(
            try AlteredLibrary.obeying(.spoilTile) { try tuner.measure(problem) })
        let rejection = try #require(measured.rejections.first)
        #expect(measured.rejections.count == 1 && measured.timed > 4)
        // Where it is what is built in, that is found out too.
        #expect(rejection.tile == spoiled || (rejection.tile == nil && measured.builtInSeconds == nil))
        #expect(rejection.reason.contains("wrong values: element 0"))
        #expect(measured.tile != spoiled)
    }

    @Test(.enabled(if: TestBackends.areFound)) func aDriverThatCompilesNoTileIsAnError() throws {
        let backend = try OpenCLBackend(
            device: try #require(AlteredLibrary.platforms?.devices.first), style: .gpu)
        let tuner = TileTuner(backend, reference: try Device.cpu.evaluator().backend)
        let error = #expect(throws: DeviceError.self) {
            _ = try AlteredLibrary.obeying(.breakSources) { try tuner.measure(TileGraphs.problems[0]) }
        }
        #expect(error?.kind == .compilation)
    }
}
