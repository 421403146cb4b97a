import Foundation
import Subprocess
import Testing

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// touchline as a process, as a user would run it.
enum Program {
    struct Result {
        let code: Int32
        let out: String
        let err: String
    }

    /// The program lies beside the test bundle that is running.
    private static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "touchline").path
    }()

    /// Starts the program, and kills it when `body` has returned; what it returns is held until then.
    static func kill<Held>(_ arguments: [String], in folder: String, after body: @Sendable () throws -> Held) async throws {
        let done = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), workingDirectory: FilePath(folder), input: .none,
            output: .discarded, error: .discarded
        ) { execution in
            let held = try body()
            try execution.send(signal: .kill)
            withExtendedLifetime(held) {}
        }
        #expect(!done.terminationStatus.isSuccess)
    }

    static func run(
        _ arguments: [String], in folder: String? = nil, input: String = "", environment: [String: String] = [:]
    ) async throws -> Result {
        let done = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) })
            ),
            workingDirectory: folder.map { FilePath($0) }, input: .string(input), output: .string(limit: 64 << 20),
            error: .string(limit: 16 << 20))
        guard case .exited(let code) = done.terminationStatus else {
            Issue.record("touchline \(arguments.joined(separator: " ")) ended with \(done.terminationStatus)")
            return Result(code: -1, out: "", err: done.standardError)
        }
        return Result(code: code, out: done.standardOutput, err: done.standardError)
    }
}

/// A temporary folder that goes away with its holder.
final class Workshop {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "touchline-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path + "/" + name) }

    func json(_ name: String) throws -> [String: Any] {
        let data = try #require(bytes(name), "\(name) was not written")
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
