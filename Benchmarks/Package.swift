// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who builds the program fetches what only measuring needs. Without its traits the
// benchmark package needs no jemalloc.
let package = Package(
    name: "twinscope-benchmarks",
    dependencies: [
        .package(name: "twinscope", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "BrowserBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "Browser", package: "twinscope"),
                .product(name: "ITwinsAPI", package: "twinscope"),
                .product(name: "Screen", package: "twinscope"),
            ],
            path: "Benchmarks/BrowserBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    ]
)
