import Foundation
import Testing

/// Golden files: compared byte by byte, written anew under `TOUCHLINE_RECORD=1`, when the test fails on purpose.
enum Golden {
    static func expect(_ bytes: [UInt8], is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../Golden/\(name)")
            .standardizedFileURL
        if ProcessInfo.processInfo.environment["TOUCHLINE_RECORD"] == "1" {
            try Data(bytes).write(to: url)
            Issue.record("recorded \(name): review it as a diff", sourceLocation: sourceLocation)
            return
        }
        let golden = [UInt8](try Data(contentsOf: url))
        guard golden != bytes else { return }
        let common = zip(golden, bytes).prefix { $0 == $1 }.count
        let near = String(decoding: bytes[max(0, common - 60)..<min(bytes.count, common + 60)], as: UTF8.self)
        Issue.record("\(name) differs at byte \(common): …\(near)…", sourceLocation: sourceLocation)
    }
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "touchline-reports-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}
