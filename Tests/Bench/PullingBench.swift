import Fetching
import Foundation
import Language

/// Pulling from nginx on loopback beside `curl -Z`, which writes the same pages to files: small pages, large ones, and those of
/// several endpoints that take their time.
enum PullingBench {
    /// A network of sources with pages of one size.
    struct Network {
        let name: String
        let path: String
        /// Tickets a page.
        let tickets: Int
        let endpoints: Int
        /// Of each endpoint.
        let pages: Int
        let concurrency: Int
        /// Each page names the next; else the first one says how many there are.
        let isChain: Bool
        /// What the times of pulling alone and of the whole audit are held against, as multiples of curl's.
        let aims: (pull: Double, audit: Double?)

        var requests: Int { endpoints * pages }
    }

    static let networks = [
        Network(
            name: "5,000 pages of 2 KB, 64 at once", path: "small", tickets: 1, endpoints: 1, pages: 5000, concurrency: 64,
            isChain: false, aims: (1.15, 3)),
        Network(
            name: "40 pages of 25 MB", path: "large", tickets: 16_000, endpoints: 1, pages: 40, concurrency: 2, isChain: false,
            aims: (1.15, 3)),
        Network(
            name: "10 endpoints, 20 pages each after 50 ms", path: "slow", tickets: 500, endpoints: 10, pages: 20, concurrency: 4,
            isChain: true, aims: (1.1, nil)),
    ]

    static func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "touchline-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let server = try PageServer(in: folder) else {
            return report("pulling", "skipped", "nginx with its echo module, or curl, is absent: .ci/setup installs them")
        }
        defer { server.stop() }
        for network in networks {
            try network.writePages(to: folder, server.base)
            try compare(network, server, in: folder)
            try FileManager.default.removeItem(at: folder.appending(path: network.path))
        }
    }

    private static func compare(_ network: Network, _ server: PageServer, in folder: URL) throws {
        let out = folder.appending(path: "out").path
        func clean() throws {
            for name in ["out", "history.sqlite", "snapshots", "fetched"] {
                try? FileManager.default.removeItem(at: folder.appending(path: name))
            }
            try FileManager.default.createDirectory(at: folder.appending(path: "fetched"), withIntermediateDirectories: true)
        }
        try Data(network.curlConfig(server.base, folder.path).utf8).write(to: folder.appending(path: "curl.conf"))
        let plain = folder.appending(path: "touchline.yaml").path
        let kept = folder.appending(path: "kept.yaml").path
        try Data(network.config(server.base, snapshots: "off").utf8).write(to: URL(fileURLWithPath: plain))
        try Data(network.config(server.base, snapshots: "snapshots").utf8).write(to: URL(fileURLWithPath: kept))
        func audit(_ config: String) throws -> Usage? {
            try Usage.fastest(
                [Checkout.program("touchline"), "audit", "-c", config, "--out", out, "--quiet", "--fail-on", "never"],
                before: clean)
        }
        guard
            let curl = try Usage.fastest(
                [
                    server.curl, "--silent", "--no-progress-meter", "--parallel", "--parallel-immediate", "--parallel-max",
                    String(network.endpoints * (network.isChain ? 1 : network.concurrency)), "--config",
                    folder.path + "/curl.conf",
                ], before: clean),
            let pull = try Usage.fastest([Checkout.program("touchline-bench"), "drain", plain], before: clean),
            let whole = try audit(plain), let withSnapshots = try audit(kept)
        else { return }
        print(network.name)
        line("curl -Z to files", curl, curl, nil)
        line("pulled alone", pull, curl, network.aims.pull)
        line("mapped and judged", whole, curl, network.aims.audit)
        line("with snapshots", withSnapshots, curl, nil)
    }

    private static func line(_ name: String, _ usage: Usage, _ curl: Usage, _ aim: Double?) {
        let ratio = usage.wallSeconds / curl.wallSeconds
        report(
            "  " + name, "\(fixed(usage.wallSeconds, 2)) s wall",
            "\(fixed(usage.processorSeconds, 2)) s processor, \(usage.peakKilobytes / 1024) MB; \(fixed(ratio, 2)) of curl's wall"
                + (aim.map { ", at most \(fixed($0, 2)) wanted" } ?? ""))
    }

    /// Pulls the sources of a config and forgets what comes: a process of its own, so that it can be measured.
    static func drain(_ config: String) async throws {
        let diagnostics = Diagnostics()
        let text = try String(contentsOfFile: config, encoding: .utf8)
        guard let node = YAMLDocument.read(text, file: config, diagnostics: diagnostics) else { exit(2) }
        guard var keys = YAMLMapping(node, "config", diagnostics) else { exit(2) }
        let puller = Puller()
        let sources = keys.nodes("sources").compactMap { node -> Source? in
            guard var keys = YAMLMapping(node, "source", diagnostics) else { return nil }
            return Source.load(&keys, configFolder: ".")
        }
        await withTaskGroup(of: Void.self) { group in
            for source in sources {
                group.addTask {
                    for await event in puller.pull(source) {
                        if case .ended(let outcome) = event, outcome != .complete { print(outcome) }
                    }
                }
            }
        }
        await puller.shutDown()
    }
}

extension PullingBench.Network {
    /// The pages of every endpoint; all endpoints of one network serve the same.
    func writePages(to folder: URL, _ base: String) throws {
        let target = folder.appending(path: path)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        var tickets = Tickets()
        for page in 1...pages {
            var text = "{\"pages\":\(pages),"
            if isChain, page < pages { text += "\"next\":\"?page=\(page + 1)\"," }
            text += "\"tickets\":["
            for index in 0..<self.tickets { text += (index > 0 ? "," : "") + tickets.next(id: page * self.tickets + index) }
            try Data((text + "]}").utf8).write(to: target.appending(path: "\(page).json"))
        }
    }

    func curlConfig(_ base: String, _ folder: String) -> String {
        (0..<endpoints).flatMap { endpoint in
            (1...pages).map { page in
                "url = \"\(base)/\(path)/\(endpoint)?page=\(page)\"\noutput = \"\(folder)/fetched/\(endpoint)-\(page)\"\n"
            }
        }.joined()
    }

    func config(_ base: String, snapshots: String) -> String {
        let mapping = Tickets.mapping.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let sources = (0..<endpoints).map { endpoint in
            """
              - id: desk-\(endpoint)
                url: \(base)/\(path)/\(endpoint)?page=1
                format: json
                page: \(isChain ? "{next_url: 'body.next'}" : "{number: {param: page, start: 1, pages: 'body.pages'}}")
                records: 'body.tickets'
                limits: {concurrency: \(concurrency)}
                merge: true
            \(mapping)
            """
        }
        return """
            touchline: config/1
            network: Bench
            checklists: [\(Checkout.folder)/checklists/escalation.yaml]
            history: history.sqlite
            snapshots: \(snapshots)
            as_of: 2026-11-01T00:00:00Z
            sources:
            \(sources.joined(separator: "\n"))
            """
    }
}
