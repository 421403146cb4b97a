// swift-tools-version: 6.2
import PackageDescription

/// `TOUCHLINE_SANITIZE=thread`, beside `--sanitize=thread`: locks that the thread sanitizer sees (`Language/Threads/Guarded.swift`).
let sanitizing: [SwiftSetting] = Context.environment["TOUCHLINE_SANITIZE"] == "thread" ? [.define("SANITIZE_THREAD")] : []

/// Every target: Swift 6 mode, warnings are errors, imports are internal unless they say otherwise.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ] + sanitizing

/// Programs carry the Swift libraries within them: a call between libraries costs more, and so does looking them up at the start.
/// Tests are debug builds and share XCTest's.
let linked: BuildSettingCondition = .when(platforms: [.linux], configuration: .release)

/// Whether memory is written while it is read is checked in debug builds, and so in all tests: the checks take 1 % of a pull.
let compiling = strict + [.unsafeFlags(["-static-stdlib", "-enforce-exclusivity=unchecked"], linked)]
let linking: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"], linked)]

/// The rooms in the order of the pipe; a room may depend on any room before it.
let rooms = ["Language", "Fetching", "Timelines", "Checklists", "Scoring", "History", "Reports"]

/// The outside libraries, each fenced into one room.
let fenced: [String: [Target.Dependency]] = [
    "Language": ["CSimdjson", "CRE2", .product(name: "Yams", package: "Yams")],
    "Timelines": ["CScan"],
    "Fetching": ["CCurl", "CZlib", "CZstd", "CBrotli", .product(name: "Crypto", package: "swift-crypto")],
    "History": [.product(name: "GRDB", package: "GRDB.swift")],
    "touchline": [.product(name: "ArgumentParser", package: "swift-argument-parser")],
]

func dependencies(of room: String) -> [Target.Dependency] {
    let earlier = rooms.prefix { $0 != room }
    return earlier.map { .byName(name: $0) } + fenced[room, default: []]
}

/// Servers on loopback, for tests of transfers.
let servers: [Target.Dependency] = [
    .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
    .product(name: "Subprocess", package: "swift-subprocess"),
]

/// Tests answer libcurl's questions for names themselves (`FetchingTests/NameServer.swift`): what is theirs must be seen by it.
let standIns: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=getaddrinfo"], .when(platforms: [.linux]))
]

let package = Package(
    name: "touchline",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "touchline", targets: ["touchline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CScan"),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    ]
        + rooms.map { .target(name: $0, dependencies: dependencies(of: $0), swiftSettings: compiling) }
        + [
            .executableTarget(
                name: "touchline", dependencies: dependencies(of: "touchline"), swiftSettings: compiling, linkerSettings: linking),
            .target(
                name: "TestSupport", dependencies: ["Language"], path: "Tests/TestSupport", swiftSettings: strict),
            .executableTarget(
                name: "touchline-bench", dependencies: rooms.map { .byName(name: $0) } + ["touchline"], path: "Tests/Bench",
                exclude: ["ScoringReference.py"], swiftSettings: compiling, linkerSettings: linking),
            .executableTarget(
                name: "touchline-fixtures", path: "Tests/Fixtures", swiftSettings: compiling, linkerSettings: linking),
            .testTarget(
                name: "CommandTests",
                dependencies: [
                    "touchline", "TestSupport", "Language", "Fetching", "Checklists",
                    .product(name: "Subprocess", package: "swift-subprocess"),
                ], swiftSettings: strict),
        ]
        + rooms.map { room in
            .testTarget(
                name: room + "Tests",
                dependencies: dependencies(of: room).filter { if case .byNameItem = $0 { true } else { false } }
                    + [.byName(name: room), "TestSupport"]
                    + (["Fetching", "Timelines"].contains(room) ? servers : [])
                    // Histories of earlier schemas are built without us.
                    + (room == "History" ? fenced["History", default: []] : []),
                swiftSettings: strict, linkerSettings: room == "Fetching" ? standIns : [])
        },
    cxxLanguageStandard: .cxx17
)
