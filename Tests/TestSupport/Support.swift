import Foundation
package import Testing

/// The folder of shared test data that is too large or not ours to keep here.
package enum Shared {
    /// `TOUCHLINE_SHARED`, or `shared` beside the checkout; nil where it is absent.
    package static let folder: String? = {
        let environment = ProcessInfo.processInfo.environment
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../shared")
            .standardizedFileURL
        let path = environment["TOUCHLINE_SHARED"] ?? beside.path
        return FileManager.default.fileExists(atPath: path + "/conformance") ? path : nil
    }()

    /// The bytes of a file below the shared folder. Nil where the folder is absent: then the test says so and ends, and
    /// under `TOUCHLINE_REQUIRE=1` that is a failure.
    package static func bytes(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) -> [UInt8]? {
        guard let folder else {
            if ProcessInfo.processInfo.environment["TOUCHLINE_REQUIRE"] == "1" {
                Issue.record("the shared folder is absent: set TOUCHLINE_SHARED", sourceLocation: sourceLocation)
            } else {
                print("skipped: the shared folder is absent (set TOUCHLINE_SHARED): \(path)")
            }
            return nil
        }
        guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
            Issue.record("no such file below the shared folder: \(path)", sourceLocation: sourceLocation)
            return nil
        }
        return [UInt8](data)
    }
}

/// The folder of the checkout, for fixtures.
package enum Checkout {
    package static let folder: String = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL.path

    package static func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }
}
