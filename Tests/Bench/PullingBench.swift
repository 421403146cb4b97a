import Fetching
import Foundation
import Language

/// Pulling alone beside `curl -Z`, from nginx on this machine: many small pages side by side, and few large ones.
enum PullingBench {
    private struct Failure: Error { let what: String }

    private static let smallPages = 5000
    private static let largePages = 40

    static func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "touchline-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = try freePort()
        try write(folder, port: port)
        let server = try start("nginx", ["-p", folder.path, "-c", "nginx.conf", "-e", "stderr"])
        defer { server.terminate() }
        let base = "http://127.0.0.1:\(port)"
        try waitFor(base)
        try compare(
            "\(smallPages) pages of 2 kB, 64 at once", curl: ["--parallel-max", "64", "\(base)/small?p=[1-\(smallPages)]"],
            source: """
                {id: small, url: '\(base)/small', format: json, limits: {concurrency: 64},
                 page: {number: {param: p, start: 1, pages: 'body.pages'}}, records: 'body.rows'}
                """)
        try compare(
            "\(largePages) pages of 25 MB", curl: ["--parallel-max", "4", "\(base)/large/[1-\(largePages)]"],
            source: "{id: large, url: '\(base)/large/1', format: json, page: {link_header: true}, records: 'body.rows'}")
    }

    /// Wall and processor seconds of both, in turns, the fastest of each.
    private static func compare(_ name: String, curl: [String], source: String) throws {
        var ours = Usage.worst
        var theirs = Usage.worst
        for _ in 0..<5 {
            ours = min(ours, try measure(.self) { try pull(source) })
            theirs = min(theirs, try measure(.children) { try runCurl(curl) })
        }
        report(
            name, "\(fixed(ours.wall / theirs.wall, 2)) times curl -Z",
            "\(fixed(ours.wall, 2)) s wall, \(fixed(ours.processor, 2)) s processor; curl \(fixed(theirs.wall, 2)) s, \(fixed(theirs.processor, 2)) s"
        )
    }

    private struct Usage: Comparable {
        var wall: Double
        var processor: Double
        static let worst = Usage(wall: .infinity, processor: .infinity)
        static func < (a: Usage, b: Usage) -> Bool { a.wall < b.wall }
    }

    private enum Who { case `self`, children }

    private static func measure(_ who: Who, _ work: () throws -> Void) rethrows -> Usage {
        func processor() -> Double {
            var usage = rusage()
            #if canImport(Glibc)
                getrusage(who == .self ? RUSAGE_SELF.rawValue : RUSAGE_CHILDREN.rawValue, &usage)
            #else
                getrusage(who == .self ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage)
            #endif
            let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
            return times.reduce(0, +)
        }
        let before = processor()
        let wall = try fastest(of: 1, work)
        return Usage(wall: wall, processor: processor() - before)
    }

    private static func pull(_ yaml: String) throws {
        let diagnostics = Diagnostics()
        guard let node = YAMLDocument.read(yaml, file: "bench", diagnostics: diagnostics),
            var mapping = YAMLMapping(node, "a source", diagnostics), let source = Source.load(&mapping, configFolder: ".")
        else { throw Failure(what: "\(diagnostics.sorted)") }
        let done = DispatchSemaphore(value: 0)
        let box = Box()
        Task {
            let puller = Puller()
            for await event in puller.pull(source) { if case .ended(let outcome) = event { box.outcome = outcome } }
            await puller.shutDown()
            done.signal()
        }
        done.wait()
        guard box.outcome == .complete else { throw Failure(what: "\(String(describing: box.outcome))") }
    }

    /// Unchecked: read once the writer has signalled.
    private final class Box: @unchecked Sendable { var outcome: Outcome? }

    private static func runCurl(_ arguments: [String]) throws {
        let curl = try start("curl", ["-s", "-f", "-Z", "-o", "/dev/null"] + arguments)
        curl.waitUntilExit()
        guard curl.terminationStatus == 0 else { throw Failure(what: "curl ended with \(curl.terminationStatus)") }
    }

    private static func start(_ name: String, _ arguments: [String]) throws -> Process {
        let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"]
        guard let path = folders.map({ $0 + "/" + name }).first(where: FileManager.default.isExecutableFile) else {
            throw Failure(what: "\(name) is absent: .ci/setup installs it")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    // MARK: The server

    private static func write(_ folder: URL, port: UInt16) throws {
        let padding = String(repeating: "x", count: 1950)
        let large = (1...largePages).map { page in
            let link = page < largePages ? "add_header Link '</large/\(page + 1)>; rel=\"next\"';" : ""
            return "location = /large/\(page) { alias \(folder.path)/large.json; default_type application/json; \(link) }"
        }.joined(separator: "\n")
        let config = """
            daemon off; worker_processes 1; pid nginx.pid; error_log stderr;
            events { worker_connections 1024; }
            http {
                access_log off; sendfile on; keepalive_requests 100000;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:\(port) backlog=1024;
                    location = /small {
                        default_type application/json;
                        return 200 '{"pages": \(smallPages), "rows": [{"id": "$arg_p", "text": "\(padding)"}]}';
                    }
                    \(large)
                }
            }
            """
        try Data(config.utf8).write(to: folder.appending(path: "nginx.conf"))
        var tickets = Tickets()
        var rows = ""
        var id = 0
        while rows.utf8.count < 25_000_000 {
            rows += (id == 0 ? "" : ",") + tickets.next(id: id)
            id += 1
        }
        try Data(("{\"rows\": [" + rows + "]}").utf8).write(to: folder.appending(path: "large.json"))
    }

    private static func freePort() throws -> UInt16 {
        let (descriptor, address) = try bound()
        close(descriptor)
        return UInt16(bigEndian: address.sin_port)
    }

    private static func bound() throws -> (Int32, sockaddr_in) {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw Failure(what: "no port to listen at") }
        return (descriptor, address)
    }

    private static func waitFor(_ base: String) throws {
        for _ in 0..<200 {
            if (try? runCurl(["\(base)/small?p=1"])) != nil { return }
            usleep(50_000)
        }
        throw Failure(what: "nginx does not answer")
    }
}
