import Foundation

/// Peak memory and time of a whole audit, as a process of its own, over 10,000 and 100,000 records.
enum MemoryBench {
    static func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "touchline-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for count in [10_000, 100_000] {
            let bytes = try write(count, to: folder)
            let usage = try audit(in: folder)
            report(
                "audit of \(count) records, peak memory", "\(usage.peakKilobytes / 1024) MB",
                "\(fixed(usage.wallSeconds, 2)) s wall, \(fixed(usage.processorSeconds, 2)) s processor, \(fixed(Double(bytes) / 1e6)) MB of NDJSON"
            )
        }
    }

    private static func write(_ count: Int, to folder: URL) throws -> Int {
        var tickets = Tickets()
        let file = folder.appending(path: "tickets.ndjson")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var bytes = 0
        var block = ""
        for id in 0..<count {
            block += tickets.next(id: id)
            if block.utf8.count > 1 << 20 || id == count - 1 {
                bytes += block.utf8.count
                try handle.write(contentsOf: Data(block.utf8))
                block = ""
            }
        }
        let mapping = Tickets.mapping.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let config = """
            touchline: config/1
            network: Bench
            checklists: [\(Checkout.folder)/checklists/escalation.yaml]
            history: history.sqlite
            sources:
              - id: desk
                url: file:tickets.ndjson
                format: ndjson
            \(mapping)
            """
        try Data(config.utf8).write(to: folder.appending(path: "touchline.yaml"))
        return bytes
    }

    /// Runs the audit and asks the kernel what that one process took.
    private static func audit(in folder: URL) throws -> Usage {
        try Usage.of([
            Checkout.program("touchline"), "audit", "-c", folder.path + "/touchline.yaml", "--out", folder.path + "/out",
            "--as-of",
            "2027-06-01T00:00:00Z", "--quiet",
        ])
    }
}

/// The checkout that the bench was built from.
enum Checkout {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        .path

    /// A program that was built beside this one.
    static func program(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
            .path
    }
}
