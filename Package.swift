// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "twinscope",
    products: [
        .executable(name: "twinscope", targets: ["twinscope"]),
        // What the package in Benchmarks measures.
        .library(name: "Screen", targets: ["Screen"]),
        .library(name: "ITwinsAPI", targets: ["ITwinsAPI"]),
        .library(name: "Browser", targets: ["Browser"]),
        .library(name: "ITwinsClient", targets: ["ITwinsClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Two default traits are written in another order by each run, which would build the package anew.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            from: "2.28.1",
            traits: ["FullFoundation"]
        ),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CProcess"),
        .target(name: "PrivateFiles", swiftSettings: settings),
        .target(name: "Screen", swiftSettings: settings),
        .target(name: "Terminal", dependencies: ["Screen", "CNcurses"], swiftSettings: settings),
        .target(name: "ITwinsAPI", swiftSettings: settings),
        .target(name: "RowIndex", swiftSettings: settings),
        .target(name: "Browser", dependencies: ["Screen", "ITwinsAPI", "RowIndex"], swiftSettings: settings),
        .target(
            name: "NetworkErrors",
            dependencies: [
                "ITwinsAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ITwinsClient",
            dependencies: [
                "CZlib", "ITwinsAPI", "NetworkErrors",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SignIn",
            dependencies: [
                "ITwinsAPI", "NetworkErrors", "PrivateFiles",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ITwinsService",
            dependencies: [
                "CZlib", "ITwinsAPI", "PrivateFiles",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "twinscope",
            dependencies: [
                "Browser", "CProcess", "ITwinsAPI", "ITwinsClient", "ITwinsService", "PrivateFiles", "Screen", "SignIn",
                "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("themes")],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Browser", "ITwinsAPI", "ITwinsClient", "ITwinsService", "Screen",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "PrivateFilesTests", dependencies: ["PrivateFiles", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "RowIndexTests", dependencies: ["RowIndex", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ScreenTests", dependencies: ["Screen", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Screen", "Terminal", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "ITwinsAPITests", dependencies: ["ITwinsAPI", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "BrowserTests",
            dependencies: ["Browser", "ITwinsAPI", "Screen", "TestSupport"],
            exclude: ["Snapshots"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ITwinsClientTests",
            dependencies: ["ITwinsAPI", "ITwinsClient", "ITwinsService", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SignInTests",
            dependencies: [
                "ITwinsAPI", "ITwinsClient", "PrivateFiles", "SignIn", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ITwinsServiceTests",
            dependencies: [
                "ITwinsAPI", "ITwinsService", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TwinscopeTests",
            dependencies: [
                "Browser", "ITwinsAPI", "ITwinsClient", "ITwinsService", "PrivateFiles", "Screen", "SignIn",
                "TestSupport", "twinscope",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Snapshots"],
            swiftSettings: settings
        ),
    ]
)
