package import Fetching
package import Language

/// `run.json`: what is not reproducible of an audit, such as times, attempts and the machine.
package struct RunJSON: Sendable {
    package var version: String
    package var auditID: String
    package var started: Instant
    package var wallSeconds: Double
    package var peakMemoryBytes: Int?
    /// The snapshot that was kept or replayed.
    package var snapshot: String?
    /// Such as the system and the number of processors, in the order to be written.
    package var machine: [(name: String, value: String)]
    package var sources: [SourceRun]

    /// How the pull of one source went on the wire.
    package struct SourceRun: Sendable {
        package var id: String
        package var wallSeconds: Double?
        package var pages: [PageSummary]
        package init(id: String, wallSeconds: Double? = nil, pages: [PageSummary]) {
            self.id = id
            self.wallSeconds = wallSeconds
            self.pages = pages
        }
    }

    package init(
        version: String, auditID: String, started: Instant, wallSeconds: Double, peakMemoryBytes: Int? = nil,
        snapshot: String? = nil,
        machine: [(name: String, value: String)] = [], sources: [SourceRun]
    ) {
        self.version = version
        self.auditID = auditID
        self.started = started
        self.wallSeconds = wallSeconds
        self.peakMemoryBytes = peakMemoryBytes
        self.snapshot = snapshot
        self.machine = machine
        self.sources = sources
    }

    package var bytes: [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", "run/1")
            json.field("version", version)
            json.field("audit", auditID)
            json.field("started", started.description)
            json.field("wall_seconds", wallSeconds)
            json.field("peak_memory_bytes", peakMemoryBytes)
            json.field("snapshot", snapshot)
            json.key("machine")
            json.object { json in
                for (name, value) in machine { json.field(name, value) }
            }
            json.list("sources", sources, Self.write)
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ source: SourceRun, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", source.id)
            json.field("wall_seconds", source.wallSeconds)
            json.field("retries", source.pages.reduce(0) { $0 + max(0, $1.attempt - 1) })
            json.field("bytes", source.pages.reduce(0) { $0 + $1.byteCount })
            json.list("pages", source.pages) { page, json in
                json.object { json in
                    json.field("number", page.number)
                    json.field("url", page.url)
                    json.field("attempt", page.attempt)
                    json.field("bytes", page.byteCount)
                    json.field("sha256", page.sha256)
                }
            }
        }
    }
}
