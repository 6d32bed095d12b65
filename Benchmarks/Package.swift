// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "GannetBenchmarks",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "gannet-bench", targets: ["GannetBench"])],
    dependencies: [
        .package(name: "Gannet", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "GannetBench",
            dependencies: [
                .product(name: "Gannet", package: "Gannet"),
                .product(name: "GannetCompiler", package: "Gannet"),
                .product(name: "GannetModels", package: "Gannet"),
                .product(name: "GannetCPU", package: "Gannet"),
                .product(name: "GannetOpenCL", package: "Gannet"),
                .product(name: "GannetTestSupport", package: "Gannet"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
