// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Gannet",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "Gannet", targets: ["Gannet"]),
        .library(name: "GannetModels", targets: ["GannetModels"]),
        .library(name: "GannetData", targets: ["GannetData"]),
        // For those who write a backend, kernels of their own, or check a device: not needed to train models.
        .library(name: "GannetCompiler", targets: ["GannetCompiler"]),
        .library(name: "GannetCPU", targets: ["GannetCPU"]),
        .library(name: "GannetOpenCL", targets: ["GannetOpenCL"]),
        .library(name: "GannetTestSupport", targets: ["GannetTestSupport"]),
        .executable(name: "gannet", targets: ["GannetCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // What a computation means: tensors, primitives, gradients, the reference.
        .target(name: "GannetGraph"),
        // From a graph to a program that any backend can run.
        .target(name: "GannetCompiler", dependencies: ["GannetGraph"]),
        // The backends, and what writes machine code for them.
        .target(name: "GannetAssembler"),
        .target(name: "GannetCPU", dependencies: ["GannetGraph", "GannetCompiler", "GannetAssembler"]),
        .systemLibrary(name: "CGannetOpenCL"),
        .target(
            name: "GannetKernels", path: "Kernels",
            resources: [
                .embedInCode("matmul.cl"), .embedInCode("group_tile.cl"), .embedInCode("convolution.cl"),
                .embedInCode("tensor_tile.cl"), .embedInCode("tensor_emulation.cl"),
                .embedInCode("filter_gradient.cl"), .embedInCode("masked_convolution.cl"),
                .embedInCode("depthwise_convolution.cl"), .embedInCode("spread_convolution.cl"),
                .embedInCode("winograd.cl"),
                .embedInCode("mathematics.cl"),
                .embedInCode("random.cl"), .embedInCode("access.cl"), .embedInCode("noise_schedule.cl"),
                .embedInCode("half.cl"),
                .embedInCode("scan.cl"), .embedInCode("sort.cl"),
            ]),
        .target(
            name: "GannetOpenCL",
            dependencies: ["GannetGraph", "GannetCompiler", "GannetKernels", "CGannetOpenCL"]),
        // What a user imports.
        .target(
            name: "Gannet", dependencies: ["GannetGraph", "GannetCompiler", "GannetCPU", "GannetOpenCL"]),
        .target(name: "GannetModels", dependencies: ["Gannet"]),
        .systemLibrary(name: "CGannetZlib"),
        .systemLibrary(name: "CGannetPNG"),
        .systemLibrary(name: "CGannetJPEG"),
        .systemLibrary(name: "CGannetSndfile"),
        .target(
            name: "GannetData",
            dependencies: ["Gannet", "CGannetZlib", "CGannetPNG", "CGannetJPEG", "CGannetSndfile"]),
        .executableTarget(
            name: "GannetCommand",
            dependencies: [
                "Gannet", "GannetModels", "GannetData",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // The tests: one target a module, and what they share.
        .target(
            name: "GannetTestSupport",
            dependencies: ["Gannet", "GannetGraph", "GannetCompiler", "GannetOpenCL"],
            path: "Tests/GannetTestSupport"),
        .testTarget(
            name: "GannetGraphTests", dependencies: ["GannetGraph", "GannetTestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "GannetCompilerTests", dependencies: ["GannetGraph", "GannetCompiler", "GannetTestSupport"]),
        .testTarget(name: "GannetAssemblerTests", dependencies: ["GannetAssembler", "GannetTestSupport"]),
        .testTarget(
            name: "GannetCPUTests",
            dependencies: ["GannetGraph", "GannetCompiler", "GannetCPU", "GannetTestSupport"]),
        .testTarget(
            name: "GannetOpenCLTests",
            dependencies: [
                "Gannet", "GannetGraph", "GannetCompiler", "GannetOpenCL", "CGannetOpenCL",
                "GannetTestSupport",
            ]),
        .testTarget(
            name: "GannetTests", dependencies: ["Gannet", "GannetTestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "GannetModelsTests",
            dependencies: ["Gannet", "GannetData", "GannetModels", "GannetTestSupport", "GannetStepCost"],
            exclude: ["Fixtures"]),
        // Measures training steps in a process of its own, for a test of GannetModelsTests.
        .executableTarget(
            name: "GannetStepCost",
            dependencies: ["Gannet", "GannetCompiler", "GannetModels", "GannetOpenCL"],
            path: "Tests/GannetStepCost"),
        .testTarget(
            name: "GannetDataTests",
            dependencies: ["Gannet", "GannetData", "GannetTestSupport", "GannetFileMutation"],
            exclude: ["Fixtures"]),
        // Reads damaged files in a process of its own, for a test of GannetDataTests.
        .executableTarget(
            name: "GannetFileMutation",
            dependencies: ["Gannet", "GannetData", "GannetTestSupport", "CGannetZlib"],
            path: "Tests/GannetFileMutation"),
        .testTarget(name: "GannetCommandTests", dependencies: ["Gannet", "GannetData", "GannetTestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
